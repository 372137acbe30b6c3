import type { Composition } from '../../model/ir.ts';
import { compareSpans, type Span } from '../../model/span.ts';
import { countOf, listNames } from './describe.ts';
import type { RuleReport } from './types.ts';

/** One of several places that a single finding is about. */
export interface Place {
  readonly span: Span;
  /** The user's name of the state. */
  readonly name: string;
  /** What is wrong there, one clause without a full stop. */
  readonly what: string;
}

/** What a rule adds to a finding about several places. */
export interface PlacesOptions {
  readonly messageKey: string;
  /** Counted in the argument `count`, e.g. `place`, `write`. */
  readonly noun: string;
  readonly outcome?: RuleReport['outcome'];
  readonly data?: Readonly<Record<string, string>>;
  readonly level?: RuleReport['level'];
  readonly score?: number;
}

/**
 * One finding for a composition that lists all places: it stands at the first and has the others as related. Arguments for the message:
 * `composition`, `count`, `places` (names), `first` (what is wrong at the first). Its fingerprint does not depend on how many places there are.
 */
export function reportPlaces(
  composition: Composition,
  places: readonly Place[],
  options: PlacesOptions,
): readonly RuleReport[] {
  const sorted = places.toSorted((left, right) => compareSpans(left.span, right.span));
  const [first] = sorted;
  if (first === undefined) return [];
  const { messageKey, noun, outcome, data, level, score } = options;
  const names = [...new Set(sorted.map((place) => place.name))];
  return [
    {
      messageKey,
      data: {
        composition: composition.name,
        count: countOf(names.length, noun),
        places: listNames(names),
        first: first.what,
        ...data,
      },
      span: first.span,
      composition: composition.id,
      place: composition.name,
      outcome: outcome ?? 'violated',
      related: sorted.map((place) => ({ message: `${place.name}: ${place.what}`, span: place.span })),
      ...(level === undefined ? {} : { level }),
      ...(score === undefined ? {} : { score }),
      identity: [messageKey],
    },
  ];
}
