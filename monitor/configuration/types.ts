/**
 * `weir-monitor.yaml`. The JSON Schema in `schema.json` is generated from these types; files that do not match are refused as a whole. Paths are
 * relative to the file. What is absent has the default named here.
 */
import type { LabelDescription } from '../../model/label.ts';
import type { PlatformName } from '../../model/platform.ts';

export interface MonitorConfiguration {
  readonly node: NodeConfiguration;
  /** Folder for bundles, labels of instances and the decision log; only the monitor's user may have access. */
  readonly stateFolder: string;
  /** The policies that decide. */
  readonly bundle: BundleConfiguration;
  /** A candidate that decides beside, for nothing but the comparison. */
  readonly candidate?: BundleConfiguration;
  /** Signed contexts between functions; without it none is taken and none is given. */
  readonly contexts?: ContextConfiguration;
  /** By name. */
  readonly routes: Readonly<Record<string, RouteConfiguration>>;
  readonly doors: DoorsConfiguration;
  readonly decisionLog?: DecisionLogConfiguration;
  readonly control?: {
    /** Path of the unix socket; default `control.sock` in the state folder. */
    readonly socket?: string;
  };
  readonly telemetry?: TelemetryConfiguration;
}

export interface NodeConfiguration {
  /** Unique in the fleet; in contexts, records and metrics. */
  readonly id: string;
  readonly region?: string;
}

export interface BundleConfiguration {
  /** Name in decision logs. */
  readonly name: string;
  /** `https:` or `file:` address, a path, or `http:` on loopback. */
  readonly source: string;
  /** Keys that may sign it, by id: files with public keys in PEM. */
  readonly keys: Readonly<Record<string, BundleKeyConfiguration>>;
  /** Scope that the signature must carry; default none. */
  readonly scope?: string;
  /** Pause between two questions to the server, seconds; default 60 to 120. */
  readonly minDelaySeconds?: number;
  readonly maxDelaySeconds?: number;
  /** How long the server may hold a question until there is something new, seconds; default no long polling. */
  readonly longPollingSeconds?: number;
  /** File with the bearer token for the server. */
  readonly bearerTokenFile?: string;
  /** After how long without word from the server the bundle is stale, seconds; default never. */
  readonly maxStalenessSeconds?: number;
  /** What becomes of calls then; default `deny`. `policy`: policies are told and decide. */
  readonly whenStale?: 'deny' | 'policy';
  /** `vetted` policies run in the monitor's thread, `tenant` policies in workers with a deadline; default `vetted`. */
  readonly trust?: 'vetted' | 'tenant';
}

export interface BundleKeyConfiguration {
  /** Signature algorithm; never taken from the bundle. */
  readonly algorithm: 'ES256' | 'ES384' | 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'EdDSA';
  readonly file: string;
  /** RFC 3339; the key counts from then and until then. */
  readonly notBefore?: string;
  readonly notAfter?: string;
}

export interface ContextConfiguration {
  /** JWK set with the private keys of this node and the public keys of others; readable by the monitor's user alone. */
  readonly keysFile: string;
}

export interface RouteConfiguration {
  /** Default `http`. */
  readonly platform?: PlatformName;
  /** Name of the function on its platform; default: the name of the route. */
  readonly function?: string;
  /** As deployed on this node; policies compare them with the contract. */
  readonly version?: string;
  /** Digest of the code or image, e.g. `sha256:…`. */
  readonly digest?: string;
  readonly memoryLimitBytes?: number;
  readonly timeoutMs?: number;
  /** Name of the instance behind this point; default: one for each door and function. */
  readonly instance?: string;
  /** Requests that belong to this route, for doors that serve several functions. */
  readonly matches?: readonly {
    /** Lower case, without port; default every host. */ readonly host?: string;
    /** Whole segments, e.g. `/function/resize`. */ readonly pathPrefix: string;
  }[];
  /** Networks or SPIFFE ids of the platform's own controllers, which may send platform state. */
  readonly platformPeers?: readonly string[];
  /** Default `weir/invocation/decision`. */
  readonly entrypoint?: string;
  /** Default `enforce`. */
  readonly mode?: 'enforce' | 'dry-run';
  /** Milliseconds from arrival to decision; default 25. */
  readonly deadlineMs?: number;
  /** Default 1000. */
  readonly inFlightMax?: number;
  /** Default false. */
  readonly requiresContext?: boolean;
  /** Composition that calls without a context start. */
  readonly starts?: string;
  /** Label of data that arrives without a context; default: the worst. */
  readonly entryLabel?: Partial<LabelDescription>;
  /** How often a context given to this function may be presented to each callee; default 16. */
  readonly contextUsesMax?: number;
  readonly jwt?: {
    readonly issuer: string;
    readonly audience: string;
    /** JWK set. */
    readonly keysFile: string;
    /** Default `ES256`, `RS256` and `EdDSA`. */
    readonly algorithms?: readonly string[];
    readonly tenantClaim?: string;
  };
  readonly exceptions?: readonly {
    readonly causes: readonly ('undefined' | 'thrown' | 'trapped' | 'late' | 'no-policy' | 'stale')[];
    readonly reason: string;
    readonly approvedBy: string;
    /** RFC 3339. */
    readonly until: string;
  }[];
}

export interface DoorsConfiguration {
  /** Envoy's external authorization. */
  readonly extAuthz?: {
    /** `unix:<path>` or `<host>:<port>`. */
    readonly listen: string;
    /** PEM files; needed for addresses beyond loopback. */
    readonly tls?: {
      readonly certificateFile: string;
      readonly keyFile: string;
      readonly clientAuthoritiesFile: string;
    };
    /** SPIFFE trust domains whose principals are believed; default none. */
    readonly trustDomains?: readonly string[];
    /** Who a principal is, by SPIFFE id. */
    readonly callers?: Readonly<
      Record<string, { readonly kind: 'user' | 'function' | 'service'; readonly id: string; readonly tenant?: string }>
    >;
  };
  /** Reverse proxies, each beside one function. */
  readonly proxies?: readonly ProxyConfiguration[];
  /** In front of the Lambda Runtime API. */
  readonly lambda?: {
    /** Port on loopback that the runtime is told; default any that is free. */
    readonly port?: number;
    /** Host and port of the real one; default `AWS_LAMBDA_RUNTIME_API` of the environment, as the platform sets it. */
    readonly runtimeApi?: string;
    readonly route: string;
    /** Where the function finds its context; default `client-context`. */
    readonly carrier?: 'client-context' | 'envelope';
  };
}

export interface ProxyConfiguration {
  /** `<host>:<port>`. */
  readonly listen: string;
  /** Address of the function, e.g. `http://127.0.0.1:9000`. */
  readonly upstream: string;
  readonly route: string;
  /** Bytes of a body that policies may see; default 0: bodies stream past unseen. */
  readonly readBodyBytesMax?: number;
  /** Bytes of a body at all; default 10 MiB. */
  readonly bodyBytesMax?: number;
  /** Let websockets and other upgrades through once they are allowed; what they carry is not looked at. Default false. */
  readonly upgrades?: boolean;
  /** Hosts to which a platform may be asked to post results (OpenFaaS `X-Callback-Url`); default none. */
  readonly callbackHosts?: readonly string[];
  /** Digests of code that a platform may load through the proxy (OpenWhisk `/init`, Fission `/specialize`); default any. */
  readonly loadableDigests?: readonly string[];
}

export interface DecisionLogConfiguration {
  /** Write events to standard output; default false. */
  readonly console?: boolean;
  /** Bytes kept on this node; default 256 MiB. */
  readonly spoolBytesMax?: number;
  /** Refuse calls that cannot be recorded; default true. */
  readonly required?: boolean;
  /** Labels of all events besides `id`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly service?: {
    readonly url: string;
    readonly partition?: string;
    readonly bearerTokenFile?: string;
    /** Bytes of one gzip upload; default 32768. */
    readonly uploadBytesMax?: number;
    /** Longest pause between uploads, seconds; default 60. */
    readonly maxDelaySeconds?: number;
  };
}

export interface TelemetryConfiguration {
  /** `<host>:<port>` of metrics and health; default `127.0.0.1:9464`. */
  readonly listen?: string;
  /** OTLP over HTTP for spans; default none. */
  readonly otlp?: string;
  /** Default `info`. */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
}
