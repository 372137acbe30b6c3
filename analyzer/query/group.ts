import { createHash } from 'node:crypto';
import { invariant } from '../../model/diagnostic.ts';
import type { Finding, FindingPart, Level, RelatedPlace, RuleMetadata } from '../../model/finding.ts';
import { compareSpans } from '../../model/span.ts';
import { countOf, listNames } from './describe.ts';
import { fillTemplate } from './message.ts';

/** Hexadecimal digits of a fingerprint that name its first place; the rest stands for all its places. */
const FIRST_PLACE_DIGITS = 16;
const LEVEL_ORDER: readonly Level[] = ['note', 'warning', 'error'];

type PartFinding<F extends Finding> = F & { readonly part: FindingPart };

/**
 * Puts findings about places of one workflow together, as far as they are alike: of one rule, outcome and group, and with equal results of
 * `alike` (e.g. how they are suppressed). A finding then speaks of its own places only. Kept in the order of their first place.
 */
export function groupFindings<F extends Finding>(
  findings: readonly F[],
  rules: readonly RuleMetadata[],
  alike: (finding: F) => unknown = () => null,
): F[] {
  const metadata = new Map(rules.map((meta) => [meta.id, meta]));
  const groups = new Map<string, PartFinding<F>[]>();
  const slots: (F | PartFinding<F>[])[] = [];
  for (const finding of findings) {
    if (!hasPart(finding)) {
      slots.push(finding);
      continue;
    }
    const key = JSON.stringify([groupKey(finding), alike(finding)]);
    const known = groups.get(key);
    if (known !== undefined) {
      known.push(finding);
      continue;
    }
    const members = [finding];
    groups.set(key, members);
    slots.push(members);
  }
  return slots.map((slot) => (Array.isArray(slot) ? join(slot, metadata) : slot));
}

function hasPart<F extends Finding>(finding: F): finding is PartFinding<F> {
  return finding.part !== undefined;
}

function groupKey({ ruleId, composition, outcome, span, part }: PartFinding<Finding>): readonly unknown[] {
  const anchor = compareSpans(span, part.span) === 0 ? null : span;
  return [ruleId, composition, outcome, part.group, anchor];
}

function join<F extends Finding>(found: readonly PartFinding<F>[], metadata: ReadonlyMap<string, RuleMetadata>): F {
  const members = found.toSorted((left, right) => compareSpans(left.part.span, right.part.span));
  const [first, ...more] = members;
  invariant(first !== undefined, 'a group of findings has a member');
  if (more.length === 0) return withoutPart(first);
  const worst = members.reduce((left, right) => (isWorse(right, left) ? right : left));
  const meta = metadata.get(first.ruleId);
  const template = meta?.messages[worst.messageKey];
  invariant(template !== undefined, `${first.ruleId}: there is a message ${worst.messageKey}`);
  const parts = members.map(({ part }) => part);
  const message = fillTemplate(template, argumentsOf(parts, worst.part), first.ruleId);
  return {
    ...withoutPart(first),
    level: worst.level,
    score: worst.score,
    messageKey: worst.messageKey,
    message,
    related: relatedOf(members),
    fingerprint: jointFingerprint(members.map(({ fingerprint }) => fingerprint)),
  };
}

function withoutPart<F extends Finding>(finding: PartFinding<F>): F {
  const copy: F & { part?: FindingPart } = { ...finding };
  delete copy.part;
  return copy;
}

function isWorse(left: Finding, right: Finding): boolean {
  const levels = LEVEL_ORDER.indexOf(left.level) - LEVEL_ORDER.indexOf(right.level);
  return levels > 0 || (levels === 0 && left.score > right.score);
}

/** Arguments of a message about places: `count`, `places` (names), `first` (what is wrong at the worst place), and the worst one's own. */
export function argumentsOf(parts: readonly FindingPart[], worst: FindingPart): Readonly<Record<string, string>> {
  const names = [...new Set(parts.map(({ name }) => name))];
  return { ...worst.data, count: countOf(names.length, worst.noun), places: listNames(names), first: worst.what };
}

/** What the members name besides, then each place with its own fingerprint. */
function relatedOf(members: readonly PartFinding<Finding>[]): readonly RelatedPlace[] {
  const isPlace = ({ message, span }: RelatedPlace, { part }: PartFinding<Finding>): boolean =>
    message === placeMessage(part) && compareSpans(span, part.span) === 0;
  const besides = new Map<string, RelatedPlace>();
  for (const member of members) {
    for (const related of member.related) {
      if (!isPlace(related, member)) besides.set(JSON.stringify([related.message, related.span]), related);
    }
  }
  const places = members.map(({ part, fingerprint }) => ({
    message: placeMessage(part),
    span: part.span,
    fingerprint,
  }));
  return [...besides.values(), ...places];
}

const placeMessage = ({ name, what }: FindingPart): string => `${name}: ${what}`;

/** Begins as the fingerprint of the first place, and differs for each set of places. */
function jointFingerprint(fingerprints: readonly string[]): string {
  const [first = ''] = fingerprints;
  const all = createHash('sha256').update(JSON.stringify(fingerprints.toSorted())).digest('hex');
  return first.slice(0, FIRST_PLACE_DIGITS) + all.slice(0, first.length - FIRST_PLACE_DIGITS);
}

/**
 * Whether a beginning of a fingerprint names a finding: its own, that of one of its places, or that of a finding with the same first place that
 * was printed when others of its places were suppressed or known.
 */
export function isFingerprintOf(beginning: string, finding: Finding): boolean {
  const own = [finding.fingerprint, ...finding.related.flatMap(({ fingerprint }) => fingerprint ?? [])];
  const first = beginning.slice(0, FIRST_PLACE_DIGITS);
  return own.some(
    (fingerprint) =>
      fingerprint.startsWith(beginning) || (beginning.length > first.length && fingerprint.startsWith(first)),
  );
}
