import { text, truth } from "../options.ts";
import {
  invalid,
  type Layer,
  type OpenLayer,
  type Parts,
  type Piece,
  pathPiece,
  temporalAddress,
} from "./layer.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const metadataPrefix = "TEMPORAL_GRPC_META_";

/** What the variables of Temporal's own tools say. Throws `invalid_argument` for what does not fit. */
export function readEnvironment(env: Environment): Layer {
  const layer: OpenLayer = {};
  const take = <K extends keyof Parts>(variable: string, key: K, parse: (given: string) => Parts[K]) => {
    const given = env[variable];
    if (given === undefined || given === "") return;
    if (layer[key]) {
      throw invalid(`Both ${layer[key].origin} and ${variable} are given`, "Leave one of them out");
    }
    try {
      layer[key] = { value: parse(given), origin: variable } as OpenLayer[K];
    } catch (error) {
      throw invalid(`${variable}: ${(error as Error).message}`, `Correct ${variable}`);
    }
  };
  take("TEMPORAL_ADDRESS", "address", temporalAddress);
  take("TEMPORAL_NAMESPACE", "namespace", text);
  take("TEMPORAL_API_KEY", "apiKey", inline);
  take("TEMPORAL_TLS", "tls", truth);
  take("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "ca", pathPiece);
  take("TEMPORAL_TLS_SERVER_CA_CERT_DATA", "ca", inline);
  take("TEMPORAL_TLS_CLIENT_CERT_PATH", "cert", pathPiece);
  take("TEMPORAL_TLS_CLIENT_CERT_DATA", "cert", inline);
  take("TEMPORAL_TLS_CLIENT_KEY_PATH", "key", pathPiece);
  take("TEMPORAL_TLS_CLIENT_KEY_DATA", "key", inline);
  take("TEMPORAL_TLS_SERVER_NAME", "serverName", text);
  refuseUnverified("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", env["TEMPORAL_TLS_DISABLE_HOST_VERIFICATION"]);
  const metadata = readMetadata(env);
  return metadata ? { ...layer, metadata } : layer;
}

/** Whoever asks for it expects connections that would then fail, or be less safe than they seem. */
export function refuseUnverified(where: string, given: unknown): void {
  if (given === undefined || given === "" || String(given) === "false" || String(given) === "0") return;
  throw invalid(
    `${where}: The server's certificate is always verified`,
    "Leave it out; name the server by its server name, or the authority that made its certificate",
  );
}

const inline = (given: string): Piece => ({ text: given });

function readMetadata(env: Environment): Layer["metadata"] {
  const given = Object.entries(env).flatMap(([variable, value]) =>
    variable.startsWith(metadataPrefix) && value ? [[variable, value] as const] : [],
  );
  if (given.length === 0) return undefined;
  const value = Object.fromEntries(
    given.map(([variable, value]) => [headerName(variable.slice(metadataPrefix.length)), value]),
  );
  return { value, origin: given.map(([variable]) => variable).join(", ") };
}

/** As Temporal spells the names of headers. */
export const headerName = (name: string) => name.toLowerCase().replaceAll("_", "-");
