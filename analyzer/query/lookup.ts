import type { Application, FunctionDeclaration, StoreDeclaration, Trigger } from '../../model/application.ts';
import type { CompositionId } from '../../model/brand.ts';
import type { CallTarget, Composition, Step, StoreTarget } from '../../model/ir.ts';

/** Names and declarations by id, made once for each rule that needs them. */
export interface Lookup {
  storeOf(target: StoreTarget): StoreDeclaration | null;
  functionOf(target: CallTarget): FunctionDeclaration | null;
  /** Triggers that start the composition directly. */
  triggersOf(composition: CompositionId): readonly Trigger[];
  compositionOf(id: CompositionId): Composition | null;
  /** What a step reaches, in words, e.g. `sns:publish Alerts`; the operation alone when the target has no name. */
  effectText(step: Step): string;
}

export function lookupIn(application: Application): Lookup {
  const stores = new Map(application.stores.map((store) => [store.id, store]));
  const functions = new Map(application.functions.map((declared) => [declared.id, declared]));
  const compositions = new Map(application.compositions.map((composition) => [composition.id, composition]));
  const triggers = new Map<string, Trigger[]>();
  for (const trigger of application.triggers) {
    if (trigger.target.kind !== 'composition') continue;
    const known = triggers.get(trigger.target.id) ?? [];
    known.push(trigger);
    triggers.set(trigger.target.id, known);
  }
  const storeOf = (target: StoreTarget): StoreDeclaration | null =>
    target.kind === 'store' ? (stores.get(target.id) ?? null) : null;
  const functionOf = (target: CallTarget): FunctionDeclaration | null =>
    target.kind === 'function' ? (functions.get(target.id) ?? null) : null;
  const targetName = (step: Step): string => {
    if (step.kind === 'read' || step.kind === 'write') return storeOf(step.store)?.name ?? '';
    if (step.kind !== 'call') return '';
    if (step.target.kind === 'composition') return compositions.get(step.target.id)?.name ?? '';
    return functionOf(step.target)?.name ?? '';
  };
  return {
    storeOf,
    functionOf,
    triggersOf: (composition) => triggers.get(composition) ?? [],
    compositionOf: (id) => compositions.get(id) ?? null,
    effectText: (step) => {
      const name = targetName(step);
      if (step.kind !== 'call' && step.kind !== 'read' && step.kind !== 'write') return name;
      const { operation } = step.effect;
      return name === '' || name === operation ? operation : `${operation} ${name}`;
    },
  };
}
