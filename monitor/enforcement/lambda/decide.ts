import type { JsonValue } from '../../../model/json.ts';
import type { Admission, Arrival, DecisionCore } from '../types.ts';
import { parseJson } from '../context/json-edit.ts';
import { handOn, type HandedOn } from './hand-on.ts';
import { describe, type Invocation } from './invocation.ts';
import type { LambdaProxyLimits, LambdaProxyOptions } from './options.ts';
import { errorDocument } from './runtime-api.ts';

/** Error type of every refused invocation. */
export const DENIED = 'Weir.Denied';
/** Longest message of a refusal, in characters. */
const MESSAGE_CHARACTERS_MAX = 1_000;

/** Why an invocation was refused: by the decision, or because there was none, or it could not be carried out. */
export type DenialKind = 'policy' | 'late' | 'core-failed' | 'no-json' | 'too-large' | 'obligation';

export type Judgement =
  | { readonly kind: 'admitted'; readonly admission: Admission; readonly handedOn: HandedOn }
  | { readonly kind: 'denied'; readonly denial: DenialKind; readonly document: string };

/** What a refused caller is told: names of promises and what to do, nothing of the request. */
export function denied(denial: DenialKind, message: string): Judgement {
  const text = message.length > MESSAGE_CHARACTERS_MAX ? `${message.slice(0, MESSAGE_CHARACTERS_MAX)}…` : message;
  return { kind: 'denied', denial, document: errorDocument(DENIED, text) };
}

function explain({ decision }: Admission): string {
  const reasons = decision.deny.map(({ id, message, action }) => `${id}: ${message} ${action}`);
  const why = reasons.length > 0 ? reasons.join(' ') : `no policy allowed it (${decision.cause}).`;
  return `The invocation was refused (decision ${decision.id}). ${why}`;
}

/** Asks the core and does not wait for longer than that. An answer that comes too late is taken back. */
async function ask(core: DecisionCore, arrival: Omit<Arrival, 'signal'>, waitMs: number): Promise<Admission | 'late'> {
  const controller = new AbortController();
  const isLate = { value: false };
  const answer = Promise.resolve(core.admit({ ...arrival, signal: controller.signal })).then((admission) => {
    if (isLate.value && admission.isAdmitted) {
      admission.complete({ outcome: 'aborted', status: null, sizeBytes: null });
    }
    return admission;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      isLate.value = true;
      controller.abort();
      resolve('late');
    }, waitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    // A core that fails after it was given up on has been answered for already.
    answer.catch(() => undefined);
  }
}

/** Bytes that are no UTF-8 could be read differently by the runtime, so they are no event. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The event; undefined for what is no JSON. An invocation without an event is one of null. */
function readEvent(body: Buffer): JsonValue | undefined {
  if (body.length === 0) return null;
  try {
    return parseJson(UTF8.decode(body));
  } catch {
    return undefined;
  }
}

/** Decides one event. Never rejects: whatever goes wrong is a denial. */
export async function judge(
  core: DecisionCore,
  invocation: Invocation,
  options: LambdaProxyOptions & { readonly limits: LambdaProxyLimits },
): Promise<Judgement> {
  const remainingMs = invocation.deadlineMs - options.clock.nowMs();
  if (remainingMs <= 0) return denied('late', 'The invocation was refused: there was no time left to decide on it.');
  const event = readEvent(invocation.body);
  if (event === undefined) return denied('no-json', 'The invocation was refused: its event is no JSON.');
  let admission: Admission | 'late';
  try {
    const arrival = describe(invocation, event, options);
    admission = await ask(core, arrival, Math.min(remainingMs, options.limits.decisionDeadlineMs));
  } catch {
    return denied('core-failed', 'The invocation was refused: it could not be decided on.');
  }
  if (admission === 'late') return denied('late', 'The invocation was refused: the decision came too late.');
  if (!admission.isAdmitted) return denied('policy', explain(admission));
  const handedOn = handOn(invocation, admission, options.carrier);
  if (handedOn !== null) return { kind: 'admitted', admission, handedOn };
  admission.complete({ outcome: 'aborted', status: null, sizeBytes: null });
  return denied(
    'obligation',
    `The invocation was refused (decision ${admission.decision.id}): what it was allowed under cannot be done here.`,
  );
}
