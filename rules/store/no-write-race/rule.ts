import type {
  Composition,
  Expression,
  ForEachStep,
  ParallelStep,
  RaceStep,
  Region,
  WriteStep,
} from '../../../model/ir.ts';
import { forEachExpression } from '../../../model/walk.ts';
import {
  decodeRuleMetadata,
  lookupIn,
  placedIn,
  placedSteps,
  readsAny,
  reportPlaces,
  textOf,
  variesWith,
  type Lookup,
  type Place,
  type Rule,
  type RuleContext,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Kinds of stores in which a later write replaces an earlier one; messages in queues, topics and logs stand beside one another. */
const REPLACING = ['table', 'bucket', 'parameter', 'secret'];

/** Writes that replace the whole value: repeating one changes nothing, so of two the last one wins. Partial updates are left out. */
function replacingWrites(region: Region, lookup: Lookup): readonly WriteStep[] {
  return placedIn(region, []).flatMap(({ step }) => {
    if (step.kind !== 'write' || step.effect.idempotent !== true) return [];
    const store = lookup.storeOf(step.store);
    return store !== null && REPLACING.includes(store.kind) && isKnown(step.key) && !isFresh(step.key) ? [step] : [];
  });
}

/** Whether some expression inside a key is as asked. */
function holds(key: Expression, isSought: (part: Expression) => boolean): boolean {
  let isFound = false;
  forEachExpression(key, (part) => {
    isFound ||= isSought(part);
  });
  return isFound;
}

/** A key of data or of constants; a key that stands inside the value (an item's key attributes) is not known. */
const isKnown = (key: Expression): boolean =>
  holds(key, (part) => part.kind === 'path' || (part.kind === 'literal' && part.value !== null));

/** A key made of something that comes new each time, like a random number or the time: a function of nothing. */
const isFresh = (key: Expression): boolean => holds(key, (part) => part.kind === 'apply' && part.args.length === 0);

const targetText = (write: WriteStep): string =>
  `${write.store.kind === 'store' ? write.store.id : ''} ${textOf(write.key)}`;

/** Writes of different arms to the same key of the same store. */
function racesBetween(step: ParallelStep | RaceStep, lookup: Lookup): readonly Place[] {
  const writes = step.arms.flatMap((arm, at) =>
    replacingWrites(arm, lookup).map((write) => ({ write, at, target: targetText(write) })),
  );
  const byTarget = Map.groupBy(writes, ({ target }) => target);
  return writes.flatMap(({ write, at, target }): Place[] => {
    const rival = byTarget.get(target)?.find((other) => other.at !== at);
    if (rival === undefined) return [];
    const name = lookup.storeOf(write.store)?.name ?? '';
    const what = `writes the same key of ${name} as ${rival.write.name}`;
    return [{ span: write.span, name: write.name, what, identity: [name, textOf(write.key)] }];
  });
}

/** Writes of one body, run for several items at once, to a key that is the same for all items. */
function racesWithin(step: ForEachStep, lookup: Lookup): readonly Place[] {
  if (step.concurrency.kind === 'set' && step.concurrency.value === 1) return [];
  const varying = variesWith(step.body, [step.item, ...(step.index === null ? [] : [step.index])]);
  return replacingWrites(step.body, lookup)
    .filter((write) => !readsAny(write.key, varying))
    .map((write) => {
      const name = lookup.storeOf(write.store)?.name ?? '';
      const what = `writes the same key of ${name} for every item`;
      return { span: write.span, name: write.name, what, identity: [name, textOf(write.key)] };
    });
}

function placesIn(composition: Composition, context: RuleContext): readonly Place[] {
  const lookup = lookupIn(context.application);
  const places = placedSteps(composition).flatMap(({ step }) => {
    if (step.kind === 'parallel' || step.kind === 'race') return racesBetween(step, lookup);
    return step.kind === 'forEach' ? racesWithin(step, lookup) : [];
  });
  return [...new Map(places.map((place) => [place.span.start.offset, place])).values()];
}

/** Writes that run at the same time replace one another's value. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) =>
    context.application.compositions.flatMap((composition) =>
      reportPlaces(composition, placesIn(composition, context), { messageKey: 'race', noun: 'step' }),
    ),
};
