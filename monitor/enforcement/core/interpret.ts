import type {
  Decision,
  DecisionCause,
  Denial,
  EnvoyAnswer,
  Obligation,
  PolicyAlert,
  Severity,
} from '../../../model/decision.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Evaluation } from '../../../policies/engine/types.ts';

/** What a policy's answer means, before mode and exceptions. */
export interface Interpretation {
  readonly verdict: Decision['verdict'];
  readonly cause: DecisionCause;
  /** For the log, when no policy answered; never data of the request. */
  readonly detail: string | null;
  readonly deny: readonly Denial[];
  readonly obligations: readonly Obligation[];
  readonly alerts: readonly PolicyAlert[];
  readonly envoy: EnvoyAnswer | null;
}

/**
 * Reads what an entry point answered. Three forms are known: a boolean and OPA-Envoy's object with `allowed`, as policies for OPA-Envoy give them, and
 * {@link PolicyOutput}. Everything else, and no answer at all, is a deny with its cause.
 */
export function interpret(evaluation: Evaluation): Interpretation {
  switch (evaluation.kind) {
    case 'undefined':
      return failed('undefined', 'the entry point has no value for this input');
    case 'thrown':
    case 'trapped':
    case 'late':
      return failed(evaluation.kind, evaluation.detail);
    case 'unready':
      return failed('no-policy', evaluation.detail);
    case 'result':
      return interpretValue(evaluation.value);
  }
}

/** A deny that no policy gave. */
export function failed(cause: Exclude<DecisionCause, 'policy' | 'exception'>, detail: string): Interpretation {
  return { verdict: 'deny', cause, detail, deny: [], obligations: [], alerts: [], envoy: null };
}

function interpretValue(value: JsonValue): Interpretation {
  if (typeof value === 'boolean') return answered(value, { deny: [], obligations: [], alerts: [] }, null);
  if (!isObject(value)) return malformed('the answer is neither a boolean nor an object');
  if (typeof value['allowed'] === 'boolean') return interpretEnvoy(value, value['allowed']);
  if (typeof value['allow'] === 'boolean') return interpretOutput(value, value['allow']);
  return malformed('the answer has neither `allow` nor `allowed`');
}

function answered(
  isAllowed: boolean,
  output: Pick<Interpretation, 'deny' | 'obligations' | 'alerts'>,
  envoy: EnvoyAnswer | null,
): Interpretation {
  return { verdict: isAllowed ? 'allow' : 'deny', cause: 'policy', detail: null, ...output, envoy };
}

const malformed = (detail: string): Interpretation => failed('malformed', detail);

type JsonObject = Readonly<Record<string, JsonValue>>;

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string';

const SEVERITIES: readonly string[] = ['low', 'medium', 'high', 'critical'] satisfies readonly Severity[];
const isSeverity = (value: JsonValue | undefined): value is Severity => isText(value) && SEVERITIES.includes(value);

/** All items read, or null when one is not what it should be: half an answer is no answer. */
function readAll<Item>(value: JsonValue | undefined, read: (item: JsonValue) => Item | null): readonly Item[] | null {
  if (!Array.isArray(value)) return null;
  const items = (value as readonly JsonValue[]).map(read);
  return items.some((item) => item === null) ? null : items.filter((item) => item !== null);
}

function interpretOutput(value: JsonObject, isAllowed: boolean): Interpretation {
  const deny = readAll(value['deny'], readDenial);
  const obligations = readAll(value['obligations'], readObligation);
  const alerts = readAll(value['alerts'], readAlert);
  if (deny === null || obligations === null || alerts === null) {
    const name = deny === null ? 'deny' : obligations === null ? 'obligations' : 'alerts';
    return malformed(`\`${name}\` of the answer is not as published in policies/schemas`);
  }
  // A policy that allows and denies at once contradicts itself; neither half may be picked.
  if (isAllowed !== (deny.length === 0)) return malformed('`allow` and `deny` of the answer contradict each other');
  const sorted = [...deny].sort((a, b) => compareText(a.id, b.id) || compareText(a.message, b.message));
  return answered(isAllowed, { deny: sorted, obligations, alerts }, null);
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function readDenial(item: JsonValue): Denial | null {
  if (!isObject(item)) return null;
  const { id, severity, message, action, evidence, undecided } = item;
  const isWhole = isText(id) && isSeverity(severity) && isText(message) && isText(action) && isObject(evidence);
  if (!isWhole || typeof undecided !== 'boolean') return null;
  return { id, severity, message, action, evidence, undecided };
}

function readAlert(item: JsonValue): PolicyAlert | null {
  if (!isObject(item)) return null;
  const { id, severity, message, evidence } = item;
  return isText(id) && isSeverity(severity) && isText(message) && isObject(evidence)
    ? { id, severity, message, evidence }
    : null;
}

function readObligation(item: JsonValue): Obligation | null {
  if (!isObject(item)) return null;
  switch (item['kind']) {
    case 'mask-fields': {
      const paths = readAll(item['paths'], (path) => (isText(path) ? path : null));
      return paths === null ? null : { kind: 'mask-fields', paths };
    }
    case 'add-header':
      return isText(item['name']) && isText(item['value'])
        ? { kind: 'add-header', name: item['name'], value: item['value'] }
        : null;
    case 'require-reauthentication':
      return typeof item['maxAgeSeconds'] === 'number'
        ? { kind: 'require-reauthentication', maxAgeSeconds: item['maxAgeSeconds'] }
        : null;
    default:
      // An obligation nobody here understands cannot be carried out.
      return null;
  }
}

type HeaderValues = Readonly<Record<string, string | readonly string[]>>;

/** Headers of an answer: a name to a text or to several, or a list of such objects; null when anything else is among them. */
function readHeaders(value: JsonValue | undefined): HeaderValues | null {
  if (value === undefined || value === null) return {};
  const headers = new Map<string, string | readonly string[]>();
  for (const part of [value].flat() as readonly JsonValue[]) {
    if (!isObject(part)) return null;
    for (const [name, content] of Object.entries(part)) {
      const texts = isText(content) ? content : readAll(content, (item) => (isText(item) ? item : null));
      if (texts === null) return null;
      const before = headers.get(name);
      headers.set(name, before === undefined ? texts : [before, texts].flat());
    }
  }
  return Object.fromEntries(headers);
}

const readTexts = (value: JsonValue | undefined): readonly string[] | null =>
  value === undefined ? [] : readAll(value, (item) => (isText(item) ? item : null));

/** As OPA-Envoy reads a policy's object: https://www.openpolicyagent.org/docs/envoy/primer, "Output Document". */
function interpretEnvoy(value: JsonObject, allowed: boolean): Interpretation {
  const headers = readHeaders(value['headers']);
  const responseHeadersToAdd = readHeaders(value['response_headers_to_add']);
  const requestHeadersToRemove = readTexts(value['request_headers_to_remove']);
  if (headers === null || responseHeadersToAdd === null || requestHeadersToRemove === null) {
    return malformed("a header of the answer is not in OPA-Envoy's form");
  }
  const queryParametersToSet = Array.isArray(value['query_parameters_to_set'])
    ? null
    : readHeaders(value['query_parameters_to_set']);
  const queryParametersToRemove = readTexts(value['query_parameters_to_remove']);
  if (queryParametersToSet === null || queryParametersToRemove === null) {
    return malformed("a query parameter of the answer is not in OPA-Envoy's form");
  }
  const { http_status: httpStatus, body, dynamic_metadata: dynamicMetadata } = value;
  if (httpStatus !== undefined && typeof httpStatus !== 'number') return malformed('`http_status` is not a number');
  if (body !== undefined && !isText(body)) return malformed('`body` is not a text');
  const envoy: EnvoyAnswer = {
    allowed,
    headers,
    requestHeadersToRemove,
    responseHeadersToAdd,
    queryParametersToSet,
    queryParametersToRemove,
    httpStatus: httpStatus ?? null,
    body: body ?? null,
    dynamicMetadata: dynamicMetadata ?? null,
  };
  return answered(allowed, { deny: [], obligations: [], alerts: [] }, envoy);
}
