import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Pair {
  /** Files, PEM. */
  readonly cert: string;
  readonly key: string;
}

const dates = {
  now: "-days 1",
  past: "-startdate 20200101000000Z -enddate 20210101000000Z",
  future: "-startdate 20400101000000Z -enddate 20410101000000Z",
} as const;

/** Certificates for one test file, made by `openssl`. */
export class Certificates {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** An authority; its certificate is what others are given as CA. */
  async authority(name: string): Promise<Pair> {
    await this.#openssl(`req -x509 ${keyOf(name)} -out ${name}.pem -days 2 -subj /CN=${name}`);
    return this.#pair(name);
  }

  /** `names` as OpenSSL writes them, e.g. `IP:127.0.0.1`. */
  async issue(name: string, by: string, names: string, validity: keyof typeof dates = "now"): Promise<Pair> {
    await Bun.write(join(this.folder, `${name}.cnf`), authorityConfig(name, by, names));
    await Bun.write(join(this.folder, `${name}.index`), "");
    await this.#openssl(`req ${keyOf(name)} -out ${name}.csr -subj /CN=${name}`);
    await this.#openssl(
      `ca -batch -notext -config ${name}.cnf -in ${name}.csr -out ${name}.pem -create_serial ${dates[validity]}`,
    );
    return this.#pair(name);
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  #pair(name: string): Pair {
    return { cert: join(this.folder, `${name}.pem`), key: join(this.folder, `${name}.key`) };
  }

  async #openssl(words: string): Promise<void> {
    const child = Bun.spawn(["openssl", ...words.split(" ")], {
      cwd: this.folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
    if (code !== 0) throw new Error(`openssl ${words}: ${stderr}`);
  }
}

const authorityConfig = (name: string, by: string, names: string) => `
[ca]
default_ca = ca_default
[ca_default]
database = ${name}.index
serial = ${name}.serial
new_certs_dir = .
default_md = sha256
policy = policy
certificate = ${by}.pem
private_key = ${by}.key
x509_extensions = extensions
[policy]
commonName = supplied
[extensions]
subjectAltName = ${names}
`;

const keyOf = (name: string) => `-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${name}.key`;

export async function openCertificates(): Promise<Certificates> {
  return new Certificates(await mkdtemp(join(tmpdir(), "pawl-certificates-")));
}
