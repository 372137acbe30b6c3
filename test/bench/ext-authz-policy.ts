/** What both sides of `ext-authz.ts` decide with: a policy as OPA-Envoy's users write them, over a table of grants. */

/** Entry point of {@link GRANTS_POLICY}. */
export const GRANTS_ENTRYPOINT = 'envoy/authz/result';

export const GRANTS_POLICY = `package envoy.authz

default result := {"allowed": false, "http_status": 403, "body": "no grant"}

result := {"allowed": true, "headers": {"x-grant": grant}} if {
	http := input.attributes.request.http
	grant := data.grants[http.headers["x-client"]][http.method][input.parsed_path[1]]
}
`;

/** What it reads of its input, as a bundle's manifest says it. */
export const GRANTS_REFERENCES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  [GRANTS_ENTRYPOINT]: [
    ['attributes', 'request', 'http', 'headers'],
    ['attributes', 'request', 'http', 'method'],
    ['parsed_path'],
  ],
};

type Grants = Record<string, Record<string, Record<string, string>>>;

const clientOf = (grant: number): string => `client-${Math.floor(grant / 4)}`;
const methodOf = (grant: number): string => (grant % 2 === 0 ? 'POST' : 'GET');

/** `data` with this many grants, four for a client. */
export function makeGrants(count: number): { readonly grants: Grants } {
  const grants: Grants = {};
  for (let grant = 0; grant < count; grant++) {
    const ofMethod = ((grants[clientOf(grant)] ??= {})[methodOf(grant)] ??= {});
    ofMethod[`function-${grant}`] = `grant-${grant}`;
  }
  return { grants };
}

/** One request for the load program, and whether it is allowed. */
export interface Sample {
  readonly allowed: boolean;
  readonly request: object;
}

/** Requests for grants all over the table, every tenth without one; headers as a browser behind a mesh sends them. */
export function makeSamples(count: number, grants: number): readonly Sample[] {
  return Array.from({ length: count }, (_, at) => {
    const grant = (at * 37) % grants;
    const allowed = at % 10 !== 9;
    return {
      allowed,
      request: requestFor(clientOf(grant), methodOf(grant), `function-${allowed ? grant : grant + 1}`),
    };
  });
}

function requestFor(client: string, method: string, name: string): object {
  const path = `/function/${name}?size=640`;
  return {
    attributes: {
      source: {
        address: { socketAddress: { address: '10.8.3.7', portValue: 43_210 } },
        principal: 'spiffe://cluster.local/ns/shop/sa/web',
      },
      destination: { address: { socketAddress: { address: '10.8.3.8', portValue: 8_080 } } },
      request: {
        time: '2026-11-24T21:48:48.123456Z',
        http: {
          id: '8133917402264513301',
          method,
          path,
          host: 'functions.example',
          scheme: 'https',
          protocol: 'HTTP/2',
          headers: {
            ':authority': 'functions.example',
            ':method': method,
            ':path': path,
            ':scheme': 'https',
            accept: 'image/avif,image/webp,*/*;q=0.8',
            'accept-language': 'de-CH,de;q=0.9,en;q=0.5',
            'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
            'x-client': client,
            'x-forwarded-for': '10.8.3.7',
            'x-forwarded-proto': 'https',
            'x-request-id': '6f3c0d1e-7a52-4f2b-9a14-0c5d9d1f6a11',
          },
        },
      },
    },
  };
}
