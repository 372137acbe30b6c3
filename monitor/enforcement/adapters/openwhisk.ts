/**
 * OpenWhisk: the invoker prepares a runtime with `POST /init` once and runs activations with `POST /run`; from outside, actions are called over the
 * REST API or as web actions. Lean OpenWhisk and IBM Cloud Functions speak the same.
 * Sources: https://github.com/apache/openwhisk/blob/master/docs/actions-new.md (action interface), docs/conductors.md (continuations),
 * docs/webactions.md (`__ow_*`), docs/rest_api.md; https://github.com/apache/openwhisk-composer (`$composer`).
 *
 * Logs of activations are read from the standard output of the runtime, with a sentinel after each; the proxy does not touch them.
 */
import type { JsonValue } from '../../../model/json.ts';
import type { PlatformName } from '../../../model/platform.ts';
import { isObject, member, without } from '../context/json-edit.ts';
import type { Refusal } from '../types.ts';
import {
  claim,
  PLAIN_CALL,
  refused,
  type Adapter,
  type AdapterHead,
  type AdapterRequest,
  type BodyCarrier,
  type BodyNeed,
  type Facts,
  type SpokenRefusal,
} from './types.ts';

/** Parameter that carries the context: actions are handed no headers. */
export const CONTEXT_PARAMETER = '__weir_context';

/** State of compositions and of web actions that only the platform may set. */
const isState = (name: string): boolean =>
  name.startsWith('__ow_') || name === '$composer' || name === '$sessions' || name === '$continuation';

/** `/api/v1/namespaces/<namespace>/actions/<action>` and `/api/v1/web/<namespace>/<package>/<action>[.ext]`. */
const API_PATH = /^\/api\/v1\/(?:namespaces\/[^/]+\/actions|web\/[^/]+)\/((?:[^/]+\/)?[^/]+)$/;

const isApi = (request: AdapterHead): boolean => API_PATH.test(request.path);

function needsBody(request: AdapterHead): BodyNeed {
  if (request.method !== 'POST') return 'no';
  if (request.path === '/init') return 'load';
  if (request.path === '/run') return 'call';
  return isApi(request) && (request.headers['content-type'] ?? 'application/json').includes('json') ? 'call' : 'no';
}

function describe(request: AdapterRequest): Facts {
  if (isApi(request)) return describeApi(request);
  if (request.path !== '/init' && request.path !== '/run') return refused(404, 'A runtime has /init and /run only.');
  if (request.method !== 'POST') return refused(405, 'A runtime takes POST only.');
  const body = request.body.kind === 'json' ? request.body.value : null;
  if (!isObject(body)) return refused(400, 'The body is no JSON object.');
  if (request.path === '/run') return describeRun(body);
  const code = member(member(body, 'value'), 'code');
  return { kind: 'lifecycle', step: 'load', code: typeof code === 'string' ? code : null, answer: null };
}

function describeRun(body: JsonValue): Facts {
  const value = member(body, 'value');
  const deadline = Number(member(body, 'deadline') ?? Number.NaN);
  return {
    ...PLAIN_CALL,
    trigger: 'action',
    functionName: actionName(member(body, 'action_name')),
    functionVersion: claim(member(body, 'action_version')),
    claimedId: claim(member(body, 'activation_id')),
    deadlineAtMs: Number.isFinite(deadline) && deadline >= 0 ? deadline : null,
    contextToken: tokenOf(value),
    platformState: stateOf(value),
  };
}

/** A call from outside: whatever state it has was put there by the caller. */
function describeApi(request: AdapterRequest): Facts {
  const name = API_PATH.exec(request.path)?.[1]?.replace(/\.(?:json|html|http|text|svg)$/, '') ?? null;
  const isRead = request.body.kind === 'json';
  const value = request.body.kind === 'json' ? request.body.value : undefined;
  // A body that was not read could hold any state.
  if (request.body.kind === 'unread' && request.method === 'POST' && needsBody(request) === 'call') {
    return refused(400, 'The parameters are no JSON object.');
  }
  return {
    ...PLAIN_CALL,
    trigger: 'action',
    functionName: name,
    isNameBinding: true,
    contextToken: isRead ? tokenOf(value) : null,
    platformState: stateOf(value),
  };
}

const tokenOf = (value: JsonValue | undefined): string | null => {
  const token = member(value, CONTEXT_PARAMETER);
  // Something in its place that is no text is no context, and must not pass for none.
  return token === undefined ? null : typeof token === 'string' ? token : '';
};

const stateOf = (value: JsonValue | undefined): readonly string[] =>
  isObject(value) ? Object.keys(value).filter(isState).sort() : [];

/** `/<namespace>/[<package>/]<action>` without the namespace. */
function actionName(text: JsonValue | undefined): string | null {
  const name = claim(text);
  if (name === null) return null;
  const segments = name.split('/').filter((segment) => segment !== '');
  return segments.length > 1 ? segments.slice(1).join('/') : (segments[0] ?? null);
}

const withoutToken = (value: JsonValue): JsonValue =>
  isObject(value) ? without(value, (name) => name === CONTEXT_PARAMETER) : value;

function withToken(value: JsonValue, token: string | null): JsonValue {
  const bare = withoutToken(value);
  return token !== null && isObject(bare) ? { ...bare, [CONTEXT_PARAMETER]: token } : bare;
}

function putRun(body: JsonValue, token: string | null): JsonValue {
  const value = member(body, 'value');
  return isObject(body) && value !== undefined ? { ...body, value: withToken(value, token) } : body;
}

/** Results of actions and what a conductor returns; `params` and `state` go on to other activations. */
function strip(result: JsonValue): JsonValue {
  const bare = withoutToken(result);
  if (!isObject(bare)) return bare;
  return Object.fromEntries(
    Object.entries(bare).map(([name, value]) => [
      name,
      name === 'params' || name === 'state' ? withoutToken(value) : value,
    ]),
  );
}

/** What a conductor returns to have another action called is a call of its own: the callee gets the conductor's context with its parameters. */
function continuation(result: JsonValue, token: string): JsonValue | null {
  const action = member(result, 'action');
  if (typeof action !== 'string' || !isObject(result)) return null;
  const bare = strip(result);
  const params = member(result, 'params') ?? {};
  if (!isObject(bare) || !isObject(params)) return null;
  return { ...bare, params: withToken(params, token) };
}

const RUN_CARRIER: BodyCarrier = { put: putRun, strip, continuation };
const API_CARRIER: BodyCarrier = { put: withToken, strip };

/** A runtime says 502 and an object with the one member `error`; the REST API has statuses of its own. */
function speak(refusal: Refusal, request: AdapterRequest): SpokenRefusal {
  if (isApi(request)) return { status: refusal.status, headers: refusal.headers, body: refusal.body };
  return {
    status: 502,
    headers: { ...refusal.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ error: `Refused by Weir (${refusal.status}): ${reasonOf(refusal)}` }),
  };
}

function reasonOf(refusal: Refusal): string {
  const decision = refusal.headers['x-weir-decision'];
  return decision === undefined ? 'the call was not admitted.' : `decision ${decision}.`;
}

/** The adapter of one of the platforms that speak this protocol. */
export const openWhisk = (platform: PlatformName): Adapter => ({
  platform,
  needsBody,
  describe,
  carrier: (request) => {
    if (request.body.kind !== 'json' || request.method !== 'POST') return null;
    return request.path === '/run' ? RUN_CARRIER : isApi(request) ? API_CARRIER : null;
  },
  speak,
});
