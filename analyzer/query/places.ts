import type { Composition } from '../../model/ir.ts';
import type { Span } from '../../model/span.ts';
import type { RuleReport } from './types.ts';

/** One of several places that are reported together. */
export interface Place {
  readonly span: Span;
  /** The user's name of the state. */
  readonly name: string;
  /** What is wrong there, one clause without a full stop. */
  readonly what: string;
  /**
   * What tells it apart from another problem of the same state, for its fingerprint: the kind of problem and the target in the user's words, never
   * a position, a count or a setting that may change while the problem stays.
   */
  readonly identity: readonly string[];
  /** Level and score of this place, when they are not the rule's. */
  readonly level?: RuleReport['level'];
  readonly score?: number;
  /** Message for this place, when it is not that of all. */
  readonly messageKey?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** What a rule adds to a finding about several places. */
export interface PlacesOptions {
  readonly messageKey: string;
  /** Counted in the argument `count`, e.g. `place`, `write`. */
  readonly noun: string;
  readonly outcome?: RuleReport['outcome'];
  readonly level?: RuleReport['level'];
  readonly score?: number;
  /** Where the finding stands, with what is said there; without it the finding stands at its first place. */
  readonly anchor?: { readonly span: Span; readonly message: string };
  /** Places with different groups are not put together; the message key when absent. */
  readonly group?: string;
}

/**
 * Reports about several places of a composition that become one finding, which lists those that are neither suppressed nor known. Arguments for
 * the message besides `data`: `composition`, `count`, `places` (names), `first` (what is wrong at the worst place).
 */
export function reportPlaces(
  composition: Composition,
  places: readonly Place[],
  options: PlacesOptions,
): readonly RuleReport[] {
  const { messageKey, noun, outcome, level, score, anchor, group } = options;
  return places.map((place): RuleReport => {
    const own = { level: place.level ?? level, score: place.score ?? score };
    const here = { message: `${place.name}: ${place.what}`, span: place.span };
    return {
      messageKey: place.messageKey ?? messageKey,
      data: { composition: composition.name, ...place.data },
      span: anchor?.span ?? place.span,
      composition: composition.id,
      place: composition.name,
      outcome: outcome ?? 'violated',
      related: anchor === undefined ? [here] : [{ message: anchor.message, span: anchor.span }, here],
      ...(own.level === undefined ? {} : { level: own.level }),
      ...(own.score === undefined ? {} : { score: own.score }),
      identity: [group ?? messageKey, ...place.identity],
      part: { group: group ?? messageKey, name: place.name, span: place.span, what: place.what, noun },
    };
  });
}
