import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Pawl } from "../conformance/pawl.ts";
import { type Answer, examplePath, runExample, startService } from "./running.ts";

/** The examples that call services: the same on every engine. */
export function serviceExamples(open: () => Promise<Pawl>): void {
  let pawl: Pawl;
  beforeAll(async () => {
    pawl = await open();
  });
  afterAll(() => pawl?.close());

  describe("order-saga", () => {
    const order = { id: "o-1", item: "book", amount: 20 };
    const shop = (refuse: string): Answer => {
      let busy = true;
      return (request) => {
        const { pathname } = new URL(request.url);
        // Compensation has to hold out until a service that is busy answers.
        if (request.method === "DELETE" && pathname.startsWith("/payments") && busy) {
          busy = false;
          return new Response(null, { status: 503 });
        }
        if (request.method === "DELETE") return new Response(null, { status: 204 });
        if (pathname === refuse) return Response.json({ reason: "no" }, { status: 409 });
        return Response.json({ id: `${pathname.slice(1, 4)}-1` }, { status: 201 });
      };
    };
    const place = async (refuse: string) => {
      const services = startService(shop(refuse));
      const execution = await runExample(pawl, "order-saga.yaml", { services: services.origin, order });
      await services.stop();
      const requests = services.requests.map((line) => line.replace(/ \{.*$/, ""));
      return { ...execution, requests };
    };

    test("confirmed", async () => {
      const { status, output, requests } = await place("nothing");
      expect(status).toBe("completed");
      expect(output).toEqual({ order: "o-1", status: "confirmed", payment: "pay-1", shipment: "shi-1" });
      expect(requests).toEqual(["POST /stock/reservations", "POST /payments", "POST /shipments"]);
    });

    test("refused at the end: undone in reverse order", async () => {
      const { status, output, requests } = await place("/shipments");
      expect(status).toBe("completed");
      expect(output).toMatchObject({ order: "o-1", status: "rejected" });
      expect((output as { reason: string }).reason).toContain("answered 409 Conflict");
      expect(requests).toEqual([
        "POST /stock/reservations",
        "POST /payments",
        "POST /shipments",
        "DELETE /payments/pay-1",
        "DELETE /payments/pay-1",
        "DELETE /stock/reservations/sto-1",
      ]);
    });

    test("refused in the middle: only what was done is undone", async () => {
      const { output, requests } = await place("/payments");
      expect(output).toMatchObject({ status: "rejected" });
      expect(requests).toEqual([
        "POST /stock/reservations",
        "POST /payments",
        "DELETE /stock/reservations/sto-1",
      ]);
    });
  });

  test("wait-until-healthy", async () => {
    const answers = [
      () => new Response(null, { status: 503 }),
      () => Response.json({ status: "starting" }),
      () => Response.json({ status: "up" }),
    ];
    const service = startService(() => answers[service.requests.length - 1]!());
    const { status, output } = await runExample(pawl, "wait-until-healthy.yaml", {
      health: `${service.origin}/health`,
    });
    await service.stop();
    expect({ status, output }).toEqual({ status: "completed", output: { healthy: true, probes: 3 } });
    expect(service.requests).toEqual(["GET /health", "GET /health", "GET /health"]);
  });

  describe("service-report", () => {
    const report = async (support: Answer) => {
      const [sales, stock, tickets] = [
        startService(() => Response.json({ total: 12 })),
        startService(() => Response.json(["ink"])),
        startService(support),
      ] as const;
      const { status, output } = await runExample(pawl, "service-report.yaml", {
        sales: sales.origin,
        stock: stock.origin,
        support: tickets.origin,
      });
      await Promise.all([sales.stop(), stock.stop(), tickets.stop()]);
      return { status, output, asked: [sales.requests, stock.requests, tickets.requests] };
    };

    test("all answer", async () => {
      const { output, asked } = await report(() => Response.json([]));
      expect(output).toEqual({ sales: { total: 12 }, stock: ["ink"], support: [], complete: true });
      expect(asked).toEqual([["GET /today"], ["GET /levels?below=10"], ["GET /tickets"]]);
    });

    test("one is down: asked once more, then named", async () => {
      const { status, output, asked } = await report(() => new Response(null, { status: 500 }));
      expect(status).toBe("completed");
      expect(output).toEqual({
        sales: { total: 12 },
        stock: ["ink"],
        support: { unavailable: "Internal Server Error" },
        complete: false,
      });
      expect(asked[2]).toEqual(["GET /tickets", "GET /tickets"]);
    });
  });

  test("invoice-run: a child per customer", async () => {
    const billing = startService(() =>
      Response.json({ number: `i-${billing.requests.length}` }, { status: 201 }),
    );
    const applied = await pawl.command(
      "apply",
      "-f",
      examplePath("invoice.yaml"),
      "-f",
      examplePath("invoice-run.yaml"),
    );
    expect(applied).toMatchObject({ exitCode: 0 });
    const customers = [
      { name: "Ada", items: [{ price: 3, count: 2 }] },
      { name: "Bob", items: [] },
      {
        name: "Cleo",
        items: [
          { price: 1, count: 1 },
          { price: 5, count: 1 },
        ],
      },
    ];
    const input = JSON.stringify({ billing: billing.origin, customers });
    const ran = await pawl.command("run", "examples/invoice-run", "-i", input);
    await billing.stop();
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(ran.stdout)).toEqual({
      invoices: [
        { customer: "Ada", total: 6, invoice: "i-1" },
        { customer: "Bob", total: 0, invoice: null },
        { customer: "Cleo", total: 6, invoice: "i-2" },
      ],
      total: 12,
    });
    expect(billing.requests).toEqual([
      'POST /invoices {"customer":"Ada","total":6}',
      'POST /invoices {"customer":"Cleo","total":6}',
    ]);
  });
}
