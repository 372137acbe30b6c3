import type { Application, FunctionDeclaration, StoreDeclaration, Trigger } from '../../model/application.ts';
import type { CompositionId } from '../../model/brand.ts';
import type { CallTarget, Composition, Step, StoreTarget } from '../../model/ir.ts';

/** Names and declarations by id. */
export interface Lookup {
  storeOf(target: StoreTarget): StoreDeclaration | null;
  /** What a sink of a verdict is, by its id; null when it is none. */
  storeAt(id: string | null): StoreDeclaration | null;
  functionAt(id: string | null): FunctionDeclaration | null;
  functionOf(target: CallTarget): FunctionDeclaration | null;
  /** Triggers that start the composition directly. */
  triggersOf(composition: CompositionId): readonly Trigger[];
  compositionOf(id: CompositionId): Composition | null;
  /** What a step reaches, in words, e.g. `sns:publish Alerts`; the operation alone when the target has no name. */
  effectText(step: Step): string;
}

/** Every rule asks for every workflow: the index of an application is made once. */
const MADE = new WeakMap<Application, Lookup>();

export function lookupIn(application: Application): Lookup {
  const made = MADE.get(application) ?? buildLookup(application);
  MADE.set(application, made);
  return made;
}

function buildLookup(application: Application): Lookup {
  const stores = new Map<string, StoreDeclaration>(application.stores.map((store) => [store.id, store]));
  const functions = new Map<string, FunctionDeclaration>(application.functions.map((found) => [found.id, found]));
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
    storeAt: (id) => (id === null ? null : (stores.get(id) ?? null)),
    functionAt: (id) => (id === null ? null : (functions.get(id) ?? null)),
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
