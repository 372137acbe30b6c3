import type { JsonValue } from '../../../model/json.ts';
import { isJson, parseInput } from '../runs/json.ts';
import { isObject, type UnknownObject } from '../runs/outcome.ts';

/** A decision as the log has it. */
export interface LoggedDecision {
  readonly line: number;
  readonly decisionId: string;
  /** RFC 3339; empty when the event has none. */
  readonly timestamp: string;
  /** Slash separated. */
  readonly entrypoint: string;
  /** Numbers beyond 2^53 are `bigint`. */
  readonly input: object;
  /** Undefined when the policy had no value. */
  readonly result: JsonValue | undefined;
  /** Paths that a mask took away or replaced, as parts, below the event: the first part is `input` or `result`. */
  readonly altered: readonly (readonly string[])[];
  /** The clock of the decision, milliseconds since 1970. */
  readonly nowMs: number;
  /** Function that was called, where the log is Weir's own; empty otherwise. */
  readonly functionId: string;
  /** Revisions of the bundles that decided, sorted. */
  readonly revisions: readonly string[];
}

/** What came of reading one event. `other`: JSON, but no decision, as a server writes beside its decisions. */
export type LoggedEvent =
  | { readonly kind: 'decision'; readonly decision: LoggedDecision }
  | { readonly kind: 'not-replayable'; readonly decisionId: string; readonly reason: string }
  | { readonly kind: 'other' }
  | { readonly kind: 'bad'; readonly reason: string };

/** Causes of a decision in Weir's log that no policy had a part in: there is nothing to replay. */
const NOT_DECIDED_BY_POLICY = ['no-policy', 'stale', 'overload', 'draining', 'bad-request', 'unrecorded'];

/**
 * Reads an event in OPA's format (https://www.openpolicyagent.org/docs/management-decision-logs, "Decision Log Service API"), as OPA uploads it or prints
 * it on the console, and as Weir writes it.
 */
export function readLoggedDecision(text: string, line: number): LoggedEvent {
  let event: unknown;
  try {
    event = parseInput(text);
  } catch (error) {
    return { kind: 'bad', reason: `this is no JSON${placeOf(error)}` };
  }
  if (!isObject(event)) return { kind: 'bad', reason: 'this is no object' };
  const { decision_id: id, path, query, input, result, timestamp } = event;
  if (typeof id !== 'string') return { kind: 'other' };
  const refuse = (reason: string): LoggedEvent => ({ kind: 'not-replayable', decisionId: id, reason });
  if (typeof path !== 'string' || path === '') {
    return refuse(typeof query === 'string' ? 'it is an ad-hoc query' : 'it names no entry point');
  }
  const { cause, functionId } = weirPart(event);
  if (NOT_DECIDED_BY_POLICY.includes(cause)) return refuse(`no policy decided it (${cause})`);
  if (event['error'] !== undefined && result === undefined && cause === '') return refuse('its evaluation had failed');
  const altered = [...pathsOf(event['erased']), ...pathsOf(event['masked'])];
  if (input === undefined)
    return refuse(
      altered.some((each) => each.length === 1 && each[0] === 'input') ? 'its input was erased' : 'it has no input',
    );
  if (!isObject(input)) return refuse('its input is no object');
  const value = answerOf(result);
  if (value === null) return refuse('its result is nested too deeply');
  return {
    kind: 'decision',
    decision: {
      line,
      decisionId: id,
      timestamp: typeof timestamp === 'string' ? timestamp : '',
      entrypoint: path.replace(/^\/+|\/+$/g, ''),
      input,
      result: value.result,
      altered,
      nowMs: clockOf(event, input),
      functionId,
      revisions: revisionsOf(event['bundles']),
    },
  };
}

/** Messages of the JSON parser quote the text, which is the user's data; only the place is taken from them. */
function placeOf(error: unknown): string {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? '' : ` at character ${Number(position) + 1}`;
}

/** Null when the value is nested too deeply to be compared. Numbers are as the engine gives them. */
function answerOf(result: unknown): { readonly result: JsonValue | undefined } | null {
  const exact = withDigits(result, 0);
  return exact === undefined || isJson(exact) ? { result: exact } : null;
}

/** Nesting that is gone into. */
const DEPTH_MAX = 128;

function withDigits(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withDigits(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withDigits(item, depth + 1)]));
}

function weirPart(event: UnknownObject): { readonly cause: string; readonly functionId: string } {
  const custom = event['custom'];
  const weir = isObject(custom) ? custom['weir'] : null;
  const cause = isObject(weir) ? weir['cause'] : '';
  const functionId = isObject(weir) ? weir['function'] : '';
  return {
    cause: typeof cause === 'string' ? cause : '',
    functionId: typeof functionId === 'string' ? functionId : '',
  };
}

/** JSON Pointers of a mask as parts. */
function pathsOf(value: unknown): readonly (readonly string[])[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((path: unknown) =>
    typeof path === 'string'
      ? [
          path
            .replace(/^\//, '')
            .split('/')
            .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
        ]
      : [],
  );
}

const NS_PER_MS = 1_000_000;

/** What `time.now_ns()` gave, as the log keeps it; else the moment in the input, else that of the event. */
function clockOf(event: UnknownObject, input: UnknownObject): number {
  const cache = event['nd_builtin_cache'];
  const calls = isObject(cache) ? cache['time.now_ns'] : null;
  const [cached] = isObject(calls) ? Object.values(calls) : [];
  if (typeof cached === 'bigint' || typeof cached === 'number') return Math.floor(Number(cached) / NS_PER_MS);
  const { time } = input;
  const unixMs = isObject(time) ? time['unixMs'] : null;
  if (typeof unixMs === 'number' && Number.isSafeInteger(unixMs)) return unixMs;
  const { timestamp } = event;
  const parsed = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(parsed) ? 0 : parsed;
}

function revisionsOf(bundles: unknown): readonly string[] {
  if (!isObject(bundles)) return [];
  const revisions = Object.values(bundles).flatMap((bundle) => {
    const revision = isObject(bundle) ? bundle['revision'] : '';
    return typeof revision === 'string' && revision !== '' ? [revision] : [];
  });
  return revisions.sort();
}
