import type { Expression } from '../../../model/ir.ts';
import type { SelectionScope } from '../../expressions/index.ts';
import type { DataNode } from '../../source/index.ts';
import { mintToken, waitsForToken } from './callback.ts';
import { addGuarded, presentIn, type StateSurroundings } from './catchers.ts';
import type { WorkflowContext } from './context.ts';
import { applyInputPath, applyOutput, rawResult } from './lower-output.ts';
import { fieldOf, type State } from './machine.ts';
import { lowerRequest } from './request.ts';
import { lowerQuery, lowerTemplate, readOf } from './selections.ts';
import { Sequence } from './sequence.ts';

export function lowerTask(state: State, base: string, around: StateSurroundings): Sequence {
  const { context } = around;
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  if (waitsForToken(state)) mintToken({ state }, sequence);
  const written = fieldOf(state, state.language === 'JSONata' ? 'Arguments' : 'Parameters');
  const argument = lowerArgument(state, written, { scope, context });
  const body = new Sequence(`${base}~try`, state.name);
  lowerRequest({ state, argument, scope, context, written }, body);
  context.checks.before(sequence, body.steps);
  const present = presentIn(body.steps);
  addGuarded(body, state, { ...around, sequence });
  applyOutput(state, rawResult(scope, present), sequence, context);
  return sequence;
}

/** What a Task sends: its template, or all of its input. */
export function lowerArgument(
  state: State,
  written: DataNode | null,
  at: { readonly scope: SelectionScope; readonly context: WorkflowContext },
): Expression {
  if (written === null) return readOf(at.scope.input, state.nameSpan);
  const { findings } = at.context;
  return state.language === 'JSONata'
    ? lowerQuery(written, at.scope, findings)
    : lowerTemplate(written, at.scope, findings);
}
