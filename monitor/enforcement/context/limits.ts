/** Longest token, in characters: 1 KiB fits beside other headers and into a message attribute. */
export const TOKEN_CHARACTERS_MAX = 1024;
/** Longest name in a context, in bytes of UTF-8. */
export const NAME_BYTES_MAX = 250;
/** Functions that one context may be presented to. */
export const AUDIENCES_MAX = 16;
/** In an audience: every function whose point has the key, for callers whose callees are in no contract. */
export const ANY_AUDIENCE = '*';
/** Regions, tenants and marks in one label, each; their size is bounded by that of the token. */
export const LABEL_NAMES_MAX = 200;
/** Most calls on the way to an invocation. */
export const DEPTH_MAX = 2 ** 32 - 1;
/** Last moment that fits the format, milliseconds since 1970: 48 bits. */
export const MOMENT_MS_MAX = 2 ** 48 - 1;
/** Presentations that the format can count. */
export const USES_MAX = 2 ** 16 - 1;

/** What one authority permits and remembers. */
export interface ContextLimits {
  /** Lifetime of a context whose claims do not say, milliseconds. */
  readonly lifetimeMsDefault: number;
  /** Longest lifetime, milliseconds; a context of another node that says more expires then. */
  readonly lifetimeMsMax: number;
  /** How far clocks of nodes may be apart, milliseconds; contexts are accepted that much earlier and later. */
  readonly clockSkewMs: number;
  /** Most presentations of one context to one function, whatever the context says. */
  readonly usesMax: number;
  /** Presented contexts that are remembered until they expire, about 150 bytes each; beyond that new ones are refused and counted. */
  readonly replayEntriesMax: number;
  /** Executions that can be revoked at a time. */
  readonly revocationsMax: number;
  /** Contexts that can be merged at once. */
  readonly mergeInputsMax: number;
}

/** One minute for calls, an hour for what waits in queues; 2 s of skew is what NTP keeps by far. */
export const DEFAULT_CONTEXT_LIMITS: ContextLimits = {
  lifetimeMsDefault: 60_000,
  lifetimeMsMax: 3_600_000,
  clockSkewMs: 2_000,
  usesMax: 16,
  replayEntriesMax: 262_144,
  revocationsMax: 4_096,
  mergeInputsMax: 1_024,
};
