import { storeId, type CompositionId, type StoreId } from '../../../model/brand.ts';
import type { EffectDescription, Expression, Journal } from '../../../model/ir.ts';
import type { WorkflowContext } from './context.ts';
import { addCarrier } from './effects.ts';
import { below, CONTEXT, literalOf, partOf, readOf, RESULT } from './selections.ts';
import type { Sequence } from './sequence.ts';
import { hasParameter, type Request, type Use } from './targets.ts';

/** Lists the names that other workflows give to a workflow's executions. */
export const nameStoreId = (id: CompositionId): StoreId => storeId(`aws-sfn-name:${id}`);

/** The name that a request chooses; null when it leaves that to the service. */
export function chosenName(request: Request): Expression | null {
  const isWritten = request.written?.kind !== 'map' || hasParameter(request, 'Name');
  return isWritten ? partOf(request.argument, 'Name') : null;
}

/**
 * The name that a request gives to the execution that it starts. The execution reads it as `Execution.Name`, and as the end of `Execution.Id`; whoever
 * may list executions, or read a history or log of them, sees it ("StartExecution", API reference of Step Functions).
 */
export function writeName(request: Request, use: Use, started: CompositionId, sequence: Sequence): void {
  const value = chosenName(request);
  if (value === null || value.kind === 'literal') return;
  const { span } = use;
  const name = `execution names of ${request.context.registry.workflowName(started)}`;
  const carrier = { id: nameStoreId(started), kind: 'history', name, span } as const;
  addCarrier(request, { ...carrier, value, operation: use.operation }, sequence);
}

/** What the execution knows of its name. Its journals show it, also those that leave data out. */
export function readName({ id, workflow }: WorkflowContext, journals: readonly Journal[], sequence: Sequence): void {
  const { span, name } = workflow;
  const effect: EffectDescription = {
    operation: 'states:startExecution',
    idempotent: true,
    timeoutSeconds: { kind: 'none' },
    heartbeatSeconds: { kind: 'none' },
    credentials: null,
    privileged: false,
  };
  const key = literalOf(null, span);
  const store = { kind: 'store', id: nameStoreId(id), span } as const;
  const result = below(CONTEXT, 'Execution', 'Name');
  const value = readOf(result, span);
  sequence.add({ kind: 'read', name, span, store, key, result, effect });
  sequence.assign(below(CONTEXT, 'Execution', 'Id'), value, span);
  for (const journal of journals) {
    if (journal.includesData) continue;
    const shown = { kind: 'store', id: journal.store, span: journal.span } as const;
    sequence.add({ kind: 'write', name, span, store: shown, key, value, result: below(RESULT, 'carried'), effect });
  }
}
