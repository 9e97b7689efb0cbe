import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { TemporalAddress } from "../../src/engine/temporal/options.ts";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { sums } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended, refusal } from "../engine/reading.ts";
import { type Certificates, openCertificates, type Pair } from "./certificates.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";
import { type Front, openTlsFront } from "./fronts.ts";

setDefaultTimeout(60_000);

type Tls = NonNullable<TemporalAddress["tls"]>;
type Place = "plain" | "open" | "named" | "expired" | "early" | "mutual";

describeTemporal("TLS before Temporal", () => {
  let temporal: DevServer;
  let certificates: Certificates;
  let ca: Pair;
  let stranger: Pair;
  let client: Pair;
  const fronts: Front[] = [];
  const addresses = {} as Record<Place, string>;
  let engine: TemporalEngine | undefined;

  beforeAll(async () => {
    temporal = await openDevServer();
    certificates = await openCertificates();
    ca = await certificates.authority("ca");
    stranger = await certificates.authority("stranger");
    client = await certificates.issue("client", "ca", "DNS:client");
    const own = await certificates.issue("own", "ca", "IP:127.0.0.1");
    const named = await certificates.issue("named", "ca", "DNS:temporal.test");
    const expired = await certificates.issue("expired", "ca", "IP:127.0.0.1", "past");
    const open = async (place: Place, pair: Pair, clientCa?: string) => {
      const front = await openTlsFront({ to: temporal.address, pair, ...(clientCa && { clientCa }) });
      fronts.push(front);
      addresses[place] = front.address;
    };
    addresses.plain = temporal.address;
    await open("open", own);
    await open("named", named);
    await open("expired", expired);
    await open("early", await certificates.issue("early", "ca", "IP:127.0.0.1", "future"));
    await open("mutual", own, ca.cert);
    await temporal.start();
  });
  afterEach(async () => {
    await engine?.stop();
    engine = undefined;
  });
  afterAll(async () => {
    for (const front of fronts) await front.close();
    await certificates?.close();
    await temporal?.close();
  });

  /** What the connection is after its first attempt. */
  async function attempt(place: Place, tls: Tls | undefined) {
    const started = createEngine({
      address: addresses[place],
      credentials: { ...(tls && { tls }) },
      runActivity: new Peers().run,
    });
    engine = started;
    await started.start();
    return started.info().details;
  }

  const good: readonly [string, Place, () => Tls][] = [
    ["the right authority", "open", () => ({ ca: { file: ca.cert } })],
    [
      "the name in the certificate, where it is not the host",
      "named",
      () => ({ ca: { file: ca.cert }, serverName: "temporal.test" }),
    ],
    [
      "the client's certificate, where it is wanted",
      "mutual",
      () => ({ ca: { file: ca.cert }, cert: { file: client.cert }, key: { file: client.key } }),
    ],
  ];
  test.each(good)("it works with %s", async (_, place, tls) => {
    await attempt(place, tls());
    await engine?.connected;
    expect(engine?.info().details).toMatchObject({ connection: "connected", workersRunning: 1 });
    await engine?.startExecution({ id: place, workflow: sums, input: { a: 1 } });
    expect(await ended(engine!, place)).toMatchObject({ status: "completed", output: { sum: 3 } });
  });

  const refused: readonly [string, Place, () => Tls | undefined, string][] = [
    [
      "another authority",
      "open",
      () => ({ ca: { file: stranger.cert } }),
      "an authority that is not trusted",
    ],
    ["an authority that the system does not know", "open", () => ({}), "an authority that is not trusted"],
    [
      "a certificate for another name",
      "named",
      () => ({ ca: { file: ca.cert } }),
      'its certificate is for "temporal.test", not for "127.0.0.1"; temporal-tls-server-name',
    ],
    [
      "an expired certificate",
      "expired",
      () => ({ ca: { file: ca.cert } }),
      "its certificate expired on 2021-01-01T00:00:00Z",
    ],
    [
      "a certificate that is not valid yet",
      "early",
      () => ({ ca: { file: ca.cert } }),
      "its certificate is not valid yet, but from 2040-01-01T00:00:00Z on; compare the clocks",
    ],
    [
      "no client certificate",
      "mutual",
      () => ({ ca: { file: ca.cert } }),
      "it requires a certificate of the client",
    ],
    [
      "a key of somebody else's certificate",
      "mutual",
      () => ({ ca: { file: ca.cert }, cert: { file: client.cert }, key: { file: ca.key } }),
      "the client's key does not belong to its certificate",
    ],
    ["no TLS where it is spoken", "open", () => undefined, "it speaks TLS at this port; temporal-tls: true"],
    ["no TLS where a client certificate is wanted", "mutual", () => undefined, "it speaks TLS at this port"],
    ["TLS where it is not spoken", "plain", () => ({}), "it does not speak TLS at this port"],
  ];
  test.each(refused)("it is rejected, and plainly so, with %s", async (_, place, tls, words) => {
    const details = await attempt(place, tls());
    expect(details).toMatchObject({ connection: "rejected", workersRunning: 0, attempts: 1 });
    expect(String(details["lastError"])).toContain(words);
    const waitMs = Date.parse(String(details["nextAttemptAt"])) - Date.now();
    expect(waitMs).toBeGreaterThan(250_000);
    expect(waitMs).toBeLessThanOrEqual(300_000);
    expect(await refusal(engine!.getExecution("any"))).toMatchObject({
      code: "unavailable",
      reason: "temporal-rejected",
    });
  });

  test("a client's certificate of another authority never gets through, and the message names it", async () => {
    const wrong = await certificates.issue("wrong", "stranger", "DNS:client");
    const details = await attempt("mutual", {
      ca: { file: ca.cert },
      cert: { file: wrong.cert },
      key: { file: wrong.key },
    });
    expect(details["connection"]).not.toBe("connected");
    expect(String(details["lastError"])).toContain("the client's certificate is not accepted");
  });

  test("a file that holds something else is named, and takes people, who replace it and start the server again", async () => {
    const file = `${certificates.folder}/late.pem`;
    await Bun.write(file, "not yet\n");
    const details = await attempt("open", { ca: { file } });
    expect(details["connection"]).toBe("rejected");
    const waitMs = Date.parse(String(details["nextAttemptAt"])) - Date.now();
    expect(waitMs).toBeGreaterThan(250_000);
    expect(details["lastError"]).toBe(
      `the certificate authority "${file}" holds no certificate in PEM; correct that file, or name another: temporal-tls-ca-file`,
    );
    await engine!.stop();
    await Bun.write(file, await Bun.file(ca.cert).text());
    expect(await attempt("open", { ca: { file } })).toMatchObject({ connection: "connected" });
  });
});
