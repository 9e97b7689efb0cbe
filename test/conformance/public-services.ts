import { petstoreDocument } from "./petstore-document.ts";

/** Stands in for the public services that the specification's definitions call, on loopback. */
export interface PublicServices {
  readonly origin: string;
  /** `METHOD /path?query` of every request, in order. */
  readonly requests: readonly string[];
  /** A definition with the base addresses of public services replaced by this one's. */
  redirect(definition: string): string;
  stop(): Promise<void>;
}

export function startPublicServices(): PublicServices {
  const requests: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const url = new URL(request.url);
      requests.push(`${request.method} ${url.pathname}${url.search}`);
      const route = routes.find(
        ([method, pattern]) => method === request.method && pattern.test(url.pathname),
      );
      const match = route?.[1].exec(url.pathname);
      if (route === undefined || !match) return notFound("no such page");
      return await route[2]({ request, url, words: match.slice(1).map(decodeURIComponent) });
    },
  });
  const { origin } = server.url;
  return {
    origin,
    requests,
    redirect: (definition) =>
      definition.replaceAll(
        /https?:\/\/(?:[\w-]+\.)+(?:com|dev|io|org)(?=\/(?:v2|api|basic-auth)\b)/g,
        origin,
      ),
    stop: () => server.stop(true),
  };
}

interface Call {
  readonly request: Request;
  readonly url: URL;
  /** What the route's groups matched. */
  readonly words: readonly string[];
}

const pets = [
  { id: 1, name: "Milou", status: "available", photoUrls: [], tags: [] },
  { id: 2, name: "Idefix", status: "available", photoUrls: [], tags: [] },
  { id: 3, name: "Rantanplan", status: "sold", photoUrls: [], tags: [] },
];

const routes: readonly [
  method: string,
  path: RegExp,
  answer: (call: Call) => Response | Promise<Response>,
][] = [
  // petstore.swagger.io
  ["GET", /^\/v2\/swagger\.json$/, ({ url }) => Response.json(petstoreDocument(url.host))],
  [
    "GET",
    /^\/v2\/pet\/findByStatus$/,
    ({ url }) => {
      const wanted = url.searchParams.getAll("status");
      return Response.json(pets.filter(({ status }) => wanted.includes(status)));
    },
  ],
  [
    "GET",
    /^\/v2\/pet\/([^/]*)$/,
    ({ words }) => {
      const pet = pets.find(({ id }) => String(id) === words[0]);
      return pet === undefined ? notFound("Pet not found") : Response.json(pet);
    },
  ],
  ["PUT", /^\/v2\/pet\/([^/]*)$/, async ({ request }) => Response.json(await request.json())],
  // httpbin.org
  [
    "GET",
    /^\/basic-auth\/([^/]+)\/([^/]+)$/,
    ({ request, words: [user, password] }) => {
      const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
      if (request.headers.get("authorization") === expected)
        return Response.json({ authenticated: true, user });
      return new Response(null, { status: 401, headers: { "www-authenticate": 'Basic realm="Fake Realm"' } });
    },
  ],
  // swapi.dev
  [
    "GET",
    /^\/api\/people\/$/,
    ({ url }) => Response.json({ count: 1, results: [{ name: url.searchParams.get("search") }] }),
  ],
  [
    "GET",
    /^\/api\/people\/(\d+)$/,
    ({ url }) => Response.json({ name: "Luke Skywalker", homeworld: `${url.origin}/api/planets/1/` }),
  ],
  ["GET", /^\/api\/planets\/1\/$/, () => Response.json({ name: "Tatooine" })],
  // Hospitals, casinos and services that do not exist
  [
    "PUT",
    /^\/api\/v3\/alert\/(nurses|doctor)$/,
    async ({ request, words }) => Response.json({ alerted: words[0], ...((await request.json()) as object) }),
  ],
  [
    "POST",
    /^\/api\/bet\/on\/football$/,
    async ({ request }) => Response.json(await request.json(), { status: 201 }),
  ],
  ["GET", /^\/api$/, () => new Response(null, { status: 503 })],
];

function notFound(message: string): Response {
  return Response.json({ code: 1, type: "error", message }, { status: 404 });
}
