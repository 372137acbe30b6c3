import type { Application } from '../../../model/application.ts';
import type { Composition } from '../../../model/ir.ts';
import type { CompositionSummary, Result, VerdictCounts } from '../../../model/result.ts';
import type { Span } from '../../../model/span.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { stepsOf } from '../../../model/walk.ts';
import { groupObligations } from './obligations.ts';

export function countVerdicts(verdicts: readonly Verdict[]): VerdictCounts {
  const of = (outcome: Verdict['outcome']): number => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return {
    violated: of('violated'),
    satisfied: of('satisfied'),
    undecided: of('undecided'),
    notApplicable: of('not-applicable'),
  };
}

/** The user's units (states) of a composition by how far they are modelled. */
interface Units {
  readonly analysed: number;
  readonly approximated: number;
  readonly refused: number;
}

/** A unit counts once, as the worst of what stands in it. */
function unitsOf(composition: Composition): Units {
  const places = stepsOf(composition).map(({ name, span }) => ({ name, span }));
  // What concerns the workflow as a whole is listed, but is no state.
  const unitAt = (span: Span): string | null => {
    const around = places
      .filter((place) => contains(place.span, span))
      .sort((a, b) => a.span.end.offset - a.span.start.offset - (b.span.end.offset - b.span.start.offset));
    const name = around[0]?.name;
    return name === undefined || name === composition.name ? null : name;
  };
  const refused = new Set<string>();
  const approximated = new Set<string>();
  for (const { support, span } of composition.features) {
    const unit = unitAt(span);
    if (unit !== null) (support === 'refused' ? refused : approximated).add(unit);
  }
  for (const unit of refused) approximated.delete(unit);
  const refusedCount = Math.min(refused.size, composition.unitCount);
  const approximatedCount = Math.min(approximated.size, composition.unitCount - refusedCount);
  return {
    refused: refusedCount,
    approximated: approximatedCount,
    analysed: composition.unitCount - refusedCount - approximatedCount,
  };
}

const contains = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start.offset <= inner.start.offset && inner.end.offset <= outer.end.offset;

/** Items by key, each group in the order of the items. */
export function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** What was looked at and how well. */
export function buildCoverage(
  application: Application,
  verdicts: readonly Verdict[],
  said: { readonly idleRules: readonly string[]; readonly configuration: string | null },
): Result['coverage'] {
  const units = application.compositions.map(unitsOf);
  const byComposition = groupBy(verdicts, (verdict) => verdict.composition);
  const sum = (of: (unit: Units) => number): number => units.reduce((total, unit) => total + of(unit), 0);
  return {
    files: application.coverage,
    compositions: application.compositions.map((composition): CompositionSummary => {
      const { id, name, platform, span, unitCount, features } = composition;
      const own = byComposition.get(id) ?? [];
      return { id, name, platform, file: span.file, units: unitCount, verdicts: countVerdicts(own), features };
    }),
    unitsAnalysed: sum(({ analysed }) => analysed),
    unitsApproximated: sum(({ approximated }) => approximated),
    unitsRefused: sum(({ refused }) => refused),
    verdicts: countVerdicts(verdicts),
    obligations: groupObligations(verdicts),
    ...said,
  };
}
