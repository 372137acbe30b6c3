import { storeId } from '../../../model/brand.ts';
import type { Expression } from '../../../model/ir.ts';
import { boundOf, nameText } from './context.ts';
import { fieldOf, type State } from './machine.ts';
import { addCarrier, effectOf } from './effects.ts';
import { ANSWERED, applyOf, below, CONTEXT, literalOf, partOf, readOf, RESULT } from './selections.ts';
import type { Sequence } from './sequence.ts';
import type { Request, Use } from './targets.ts';

/** What a Task waits at most when it says nothing, in seconds; the service's own limit of one year. */
export const TASK_TIMEOUT_DEFAULT_SECONDS = 31_536_000;

/** Waits until somebody resumes the execution with the token; what they send is the result. */
export function addCallback(request: Request, sequence: Sequence): void {
  const { state, scope, context } = request;
  const span = fieldOf(state, 'Resource')?.span ?? state.nameSpan;
  const id = storeId(`aws-sfn-callback:${context.id}/${state.name}`);
  const { findings } = context;
  const absent = { kind: 'default', value: TASK_TIMEOUT_DEFAULT_SECONDS } as const;
  const channel = context.registry.addStore({
    id,
    kind: 'channel',
    name: `callback of ${state.name}`,
    aliases: [],
    platform: 'aws-step-functions',
    isPublic: null,
    isForeign: false,
    span,
  });
  sequence.add({
    kind: 'await',
    name: state.name,
    span,
    source: { kind: 'callback', channel },
    result: RESULT,
    timeoutSeconds: boundOf(state, 'TimeoutSeconds', { scope, absent, findings }),
    heartbeatSeconds: boundOf(state, 'HeartbeatSeconds', { scope, absent: { kind: 'none' }, findings }),
  });
  if (context.isAnswered) addAnswers(request, sequence);
}

/** Holds what workflows of the repository answer to callback tokens. Which token an answer is for is not known before run time. */
export const ANSWERS = storeId('aws-sfn-answers');

/** What a workflow answers to the holder of a token ("SendTaskSuccess", API reference of Step Functions). */
export function writeAnswer(request: Request, use: Pick<Use, 'operation' | 'span'>, sequence: Sequence): void {
  const { span } = use;
  const value = partOf(request.argument, 'Output');
  if (value === null) return;
  const carrier = { id: ANSWERS, kind: 'service', name: 'answers to callback tokens', span } as const;
  addCarrier(request, { ...carrier, value, operation: use.operation }, sequence);
}

/** The answer comes from outside, or it is one of those that the repository's own workflows give. */
function addAnswers(request: Request, sequence: Sequence): void {
  const { state } = request;
  const span = fieldOf(state, 'Resource')?.span ?? state.nameSpan;
  sequence.add({
    kind: 'read',
    name: state.name,
    span,
    store: { kind: 'store', id: ANSWERS, span },
    key: literalOf(null, span),
    result: ANSWERED,
    effect: effectOf(request, 'states:waitForTaskToken', { idempotent: true }),
  });
  const test = applyOf('isAnsweredHere', [], span);
  const [then, otherwise] = [readOf(ANSWERED, span), readOf(RESULT, span)];
  sequence.assign(RESULT, { kind: 'conditional', test, then, otherwise, span }, span);
}

/** Makes the token that a waiting task hands out. */
export function mintToken(request: Pick<Request, 'state'>, sequence: Sequence): void {
  const span = fieldOf(request.state, 'Resource')?.span ?? request.state.nameSpan;
  const token: Expression = {
    kind: 'source',
    of: literalOf('task token', span),
    label: { marks: ['token'] },
    description: `the callback token of ${request.state.name}`,
    span,
  };
  sequence.add({
    kind: 'assign',
    name: request.state.name,
    span,
    target: below(CONTEXT, 'Task', 'Token'),
    value: token,
  });
}

/** Whether a task hands out a token. */
export function waitsForToken(state: State): boolean {
  return (nameText(fieldOf(state, 'Resource')) ?? '').endsWith('.waitForTaskToken');
}
