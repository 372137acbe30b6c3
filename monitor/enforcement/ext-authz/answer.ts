import type { Decision, EnvoyAnswer } from '../../../model/decision.ts';
import type { Admission, Refusal } from '../types.ts';
import { CLOUD_EVENTS_HEADER, CONTEXT_HEADER } from '../context/carriers.ts';
import { isMetadata, type CheckAnswer, type HeaderLine, type JsonObject } from './check-response.ts';

/** Header with the id that the point minted, for the function. */
export const INVOCATION_HEADER = 'weir-invocation-id';
/** Names below it are ours: what a caller sends under them never reaches a function. */
const RESERVED_PREFIX = 'weir-';

/** What Envoy is answered, and whether an admitted invocation goes on: it does not when what the policy asks for cannot be done here. */
export interface CarriedOut {
  readonly answer: CheckAnswer;
  readonly isPassed: boolean;
}

/** Carries out an admission as far as external authorization can. */
export function carryOut(admission: Admission, requestHeaders: Readonly<Record<string, string>>): CarriedOut {
  const { decision } = admission;
  if (!admission.isAdmitted) return { answer: deniedAnswer(admission), isPassed: false };
  const changes = changesOf(admission);
  if (typeof changes === 'string') {
    return { answer: refusalAnswer(decision, unmetRefusal(decision, changes)), isPassed: false };
  }
  const own: HeaderLine[] = [{ name: INVOCATION_HEADER, value: admission.invocationId, action: 'overwrite' }];
  if (admission.contextToken !== null) {
    own.push({ name: CONTEXT_HEADER, value: admission.contextToken, action: 'overwrite' });
  }
  const set = new Set(own.map(({ name }) => name));
  // Envoy removes after it has set, so nothing that is set may be among what is removed.
  const strange = Object.keys(requestHeaders).filter((name) => isReserved(name) && !set.has(name));
  const removed = changes.requestHeadersToRemove.filter((name) => !isReserved(name));
  return {
    answer: {
      kind: 'ok',
      requestHeaders: [...own, ...changes.requestHeaders],
      requestHeadersToRemove: [...strange, ...removed],
      responseHeaders: changes.responseHeaders,
      queryParametersToSet: changes.queryParametersToSet,
      queryParametersToRemove: changes.queryParametersToRemove,
      metadata: { ...changes.metadata, ...metadataOf(decision) },
    },
    isPassed: true,
  };
}

/** CGI and what is built on it do not tell `-` from `_`, so both are ours. */
function isReserved(name: string): boolean {
  const plain = name.includes('_') ? name.replaceAll('_', '-') : name;
  return plain.startsWith(RESERVED_PREFIX) || plain === CLOUD_EVENTS_HEADER;
}

const metadataOf = ({ id, invocationId, cause }: Decision): JsonObject => ({
  decision_id: id,
  weir_invocation_id: invocationId,
  weir_cause: cause,
});

type Changes = Omit<Extract<CheckAnswer, { kind: 'ok' }>, 'kind'>;

const NO_CHANGES: Changes = {
  requestHeaders: [],
  requestHeadersToRemove: [],
  responseHeaders: [],
  queryParametersToSet: [],
  queryParametersToRemove: [],
  metadata: {},
};

/** What the policy wants changed; a text when it cannot be done. */
function changesOf({ decision, obligations }: Admission): Changes | string {
  const lines: HeaderLine[] = [];
  for (const obligation of obligations) {
    switch (obligation.kind) {
      case 'mask-fields':
        return 'Envoy cannot mask fields of a body; put the HTTP proxy before this function, or take the obligation from the policy';
      case 'add-header': {
        const line = lineOf(obligation.name, obligation.value, 'overwrite');
        if (line === null) return 'the policy adds a header that cannot be added';
        lines.push(line);
        break;
      }
      case 'require-reauthentication':
        // The core has compared the proof's age before it admitted the call.
        break;
    }
  }
  // An allow that no policy gave (an exception, a dry run) changes nothing.
  if (decision.envoy === null || decision.verdict !== 'allow') return { ...NO_CHANGES, requestHeaders: lines };
  const changes = envoyChanges(decision.envoy);
  return typeof changes === 'string' ? changes : { ...changes, requestHeaders: [...lines, ...changes.requestHeaders] };
}

function envoyChanges(envoy: EnvoyAnswer): Changes | string {
  const requestHeaders = linesOf(envoy.headers, 'overwrite');
  const responseHeaders = linesOf(envoy.responseHeadersToAdd, 'append');
  if (requestHeaders === null || responseHeaders === null) return 'the policy sets a header that cannot be set';
  const requestHeadersToRemove = envoy.requestHeadersToRemove.map((name) => name.toLowerCase());
  if (!requestHeadersToRemove.every(isFieldName)) return 'the policy removes a header that cannot be removed';
  const metadata = envoy.dynamicMetadata ?? {};
  if (!isMetadata(metadata)) return 'the dynamic metadata of the policy is no object, or nested too deeply';
  const queryParametersToSet = Object.entries(envoy.queryParametersToSet).flatMap(([name, values]) =>
    [values].flat().map((value) => ({ name, value })),
  );
  return {
    requestHeaders,
    requestHeadersToRemove,
    responseHeaders,
    queryParametersToSet,
    queryParametersToRemove: envoy.queryParametersToRemove,
    metadata,
  };
}

const isFieldName = (name: string): boolean => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name);
/** What Envoy itself derives, or what frames the message: never for a policy to set. */
const FRAMING: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'te',
  'upgrade',
]);
const isFieldValue = (value: string): boolean => /^[\t\x20-\x7e\x80-\uffff]*$/.test(value);

function lineOf(name: string, value: string, action: HeaderLine['action']): HeaderLine | null {
  const lower = name.toLowerCase();
  const isSettable = isFieldName(lower) && isFieldValue(value) && !FRAMING.has(lower) && !isReserved(lower);
  return isSettable ? { name: lower, value, action } : null;
}

/**
 * Lines for headers of a policy; null when one cannot be set. The first line of a name overwrites what the caller sent: newer Envoys append where
 * nothing is said, and a policy that sets `x-user` means to be believed.
 */
function linesOf(headers: EnvoyAnswer['headers'], first: HeaderLine['action']): readonly HeaderLine[] | null {
  const lines: HeaderLine[] = [];
  for (const [name, values] of Object.entries(headers)) {
    for (const [at, value] of [values].flat().entries()) {
      const line = lineOf(name, value, at === 0 ? first : 'append');
      if (line === null) return null;
      lines.push(line);
    }
  }
  return lines;
}

const NO_REFUSAL: Refusal = { status: 403, headers: {}, body: '' };

function deniedAnswer({ decision, refusal }: Admission): CheckAnswer {
  const { envoy } = decision;
  if (envoy === null || decision.cause !== 'policy') return refusalAnswer(decision, refusal ?? NO_REFUSAL);
  const headers = linesOf(envoy.headers, 'overwrite');
  const status = envoy.httpStatus ?? 403;
  const metadata = envoy.dynamicMetadata ?? {};
  if (headers === null || !isEnvoyStatus(status) || !isMetadata(metadata)) {
    // Refused either way; what cannot be said in the policy's words is said in ours.
    return refusalAnswer(decision, refusal ?? NO_REFUSAL);
  }
  const own: HeaderLine[] = [
    { name: 'x-weir-cause', value: decision.cause, action: 'overwrite' },
    { name: 'x-weir-decision', value: decision.id, action: 'overwrite' },
  ];
  return {
    kind: 'denied',
    status,
    headers: [...headers, ...own],
    body: envoy.body ?? '',
    metadata: { ...metadata, ...metadataOf(decision) },
  };
}

function refusalAnswer(decision: Decision, refusal: Refusal): CheckAnswer {
  return { ...plainDenial(refusal), metadata: metadataOf(decision) };
}

/** A refusal as Envoy's denied response, without metadata. */
export function plainDenial({ status, headers, body }: Refusal): Extract<CheckAnswer, { kind: 'denied' }> {
  return {
    kind: 'denied',
    status: isEnvoyStatus(status) ? status : 403,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value, action: 'overwrite' })),
    body,
    metadata: {},
  };
}

/** What the caller of an admitted call is told when the point cannot do what the policy asks for. */
function unmetRefusal({ id }: Decision, detail: string): Refusal {
  return {
    status: 403,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-weir-cause': 'unmet-obligation',
      'x-weir-decision': id,
    },
    body: JSON.stringify({ error: 'denied', decision: id, cause: 'unmet-obligation', detail, reasons: [] }),
  };
}

/** Codes of `envoy.type.v3.StatusCode` that end a request: Envoy takes no others. */
const ENVOY_STATUSES: ReadonlySet<number> = new Set([
  200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404,
  405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426, 428, 429, 431, 500, 501,
  502, 503, 504, 505, 506, 507, 508, 510, 511,
]);

const isEnvoyStatus = (status: number): boolean => ENVOY_STATUSES.has(status);
