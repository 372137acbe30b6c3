import type { StoreDeclaration } from '../../../model/application.ts';
import type { CallTarget, EffectDescription, Expression } from '../../../model/ir.ts';
import { TASK_TIMEOUT_DEFAULT_SECONDS } from './callback.ts';
import type { Integration } from './catalog.ts';
import { boundOf, lowerCredentials } from './context.ts';
import { fieldOf } from './machine.ts';
import { below, literalOf, RESULT } from './selections.ts';
import type { Sequence } from './sequence.ts';
import type { Request } from './targets.ts';

/** How a request acts: its operation, limits and the identity it uses. */
export function effectOf(
  request: Request,
  operation: string,
  integration: Pick<Integration, 'idempotent' | 'privileged' | 'commands'>,
): EffectDescription {
  const { state, scope, context } = request;
  const { findings } = context;
  const absent = { kind: 'default', value: TASK_TIMEOUT_DEFAULT_SECONDS } as const;
  return {
    operation,
    idempotent: integration.idempotent,
    timeoutSeconds: boundOf(state, 'TimeoutSeconds', { scope, absent, findings }),
    heartbeatSeconds: boundOf(state, 'HeartbeatSeconds', { scope, absent: { kind: 'none' }, findings }),
    credentials: lowerCredentials(state, scope, findings),
    privileged: integration.privileged === true && isSteered(request.argument, integration),
  };
}

/**
 * Whether the parameters that make an operation privileged are anything but constants. A query or a command that is written in the definition
 * is the author's own.
 */
function isSteered(argument: Expression, { commands }: Pick<Integration, 'commands'>): boolean {
  if (commands === undefined || argument.kind !== 'object') return true;
  return argument.fields.some((field) => commands.includes(field.name) && !isConstant(field.value));
}

function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'object':
      return expression.fields.every((field) => isConstant(field.value));
    case 'array':
      return expression.items.every(isConstant);
    default:
      return false;
  }
}

/** Calls a function, another workflow or an operation of the provider; the answer is in `result`. */
export function addCall(
  request: Request,
  call: {
    readonly target: CallTarget;
    readonly argument: Expression;
    readonly operation: string;
    readonly integration?: Integration;
    readonly waits?: boolean;
  },
  sequence: Sequence,
): void {
  const { state } = request;
  sequence.add({
    kind: 'call',
    name: state.name,
    span: fieldOf(state, 'Resource')?.span ?? state.nameSpan,
    target: call.target,
    argument: call.argument,
    result: RESULT,
    waits: call.waits ?? true,
    effect: effectOf(request, call.operation, call.integration ?? { idempotent: null }),
  });
}

/** Keeps a value that reaches others beside what a request is for: in a store that has no name of the user's. */
export function addCarrier(
  request: Request,
  carrier: Pick<StoreDeclaration, 'id' | 'kind' | 'name' | 'span'> & {
    readonly value: Expression;
    readonly operation: string;
  },
  sequence: Sequence,
): void {
  const { value, operation, ...declared } = carrier;
  const { span } = declared;
  const id = request.context.registry.addStore({
    ...declared,
    platform: 'aws-step-functions',
    aliases: [],
    isPublic: false,
    isForeign: false,
  });
  sequence.add({
    kind: 'write',
    name: request.state.name,
    span,
    store: { kind: 'store', id, span },
    key: literalOf(null, span),
    value,
    result: below(RESULT, 'carried'),
    effect: effectOf(request, operation, { idempotent: true }),
  });
}
