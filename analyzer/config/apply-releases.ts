import type { FunctionDeclaration } from '../../model/application.ts';
import type { CompositionId } from '../../model/brand.ts';
import { AXES } from '../../model/label.ts';
import type { Release } from '../../model/labelling.ts';
import type { LabellingParts } from './apply.ts';
import { declaredAt, resolveLabel } from './claims.ts';
import { matchesPattern, nameableComposition, nameableFunction, specificityOf } from './patterns.ts';
import type { NamePattern, ReleaseRule } from './types.ts';

/** What a function may lower, when it is a declassifier or an endorser. */
export function applyRelease(declared: FunctionDeclaration, shared: LabellingParts): Release | null {
  const thing = nameableFunction(declared);
  const find = (kind: ReleaseRule['kind']): ReleaseRule | undefined => {
    const rules = shared.configuration.releases
      .filter((rule) => rule.kind === kind && matchesPattern(rule.pattern, thing))
      .toSorted((a, b) => specificityOf(b.pattern) - specificityOf(a.pattern));
    const [best, rival] = rules;
    if (best !== undefined && rival !== undefined && specificityOf(best.pattern) === specificityOf(rival.pattern)) {
      reportRival(best, rival, shared);
    }
    return best;
  };
  const declassifier = find('declassifier');
  const endorser = find('endorser');
  if (declassifier === undefined) return endorser === undefined ? null : toRelease(endorser, shared);
  const release = toRelease(declassifier, shared);
  if (endorser === undefined) return release;
  if (endorser.authority !== declassifier.authority) {
    reportRival(declassifier, endorser, shared);
    return release;
  }
  return combine(release, toRelease(endorser, shared), shared);
}

function reportRival(best: ReleaseRule, rival: ReleaseRule, { diagnostics }: LabellingParts): void {
  const place = `${best.span.file}:${best.span.start.line}`;
  diagnostics.push({
    code: 'CFG014',
    severity: 'error',
    message: `\`${rival.pattern.text}\` may release here under \`${rival.authority}\` and at ${place} under \`${best.authority}\``,
    help: 'Keep one declaration per function, or give both the same authority.',
    span: rival.span,
  });
}

function toRelease(rule: ReleaseRule, shared: LabellingParts): Release {
  const { space } = shared.labels;
  const trusted = space.replaceAxes(space.top, ['integrity'], space.bottom);
  const authority = shared.configuration.authorities.find(({ name }) => name === rule.authority);
  return {
    axes: rule.axes,
    from: rule.from === null ? space.top : resolveLabel(rule.from.declaration, space.top, space),
    to: resolveLabel(rule.to.declaration, space.bottom, space),
    authority: rule.authority,
    requires: rule.requires === null ? trusted : resolveLabel(rule.requires.declaration, trusted, space),
    compositions: both(compositionsIn(rule.in, shared), compositionsIn(authority?.in ?? null, shared)),
    digest: rule.digest,
    origin: declaredAt(rule.span),
  };
}

function compositionsIn(
  patterns: readonly NamePattern[] | null,
  { application }: LabellingParts,
): readonly CompositionId[] | null {
  if (patterns === null) return null;
  const within = application.compositions.filter((composition) =>
    patterns.some((pattern) => matchesPattern(pattern, nameableComposition(composition, 'workflow'))),
  );
  return within.map(({ id }) => id).sort();
}

function both(
  left: readonly CompositionId[] | null,
  right: readonly CompositionId[] | null,
): readonly CompositionId[] | null {
  if (left === null) return right;
  return right === null ? left : left.filter((id) => right.includes(id));
}

/** A function that cleans and checks at once; the stricter condition of each holds for both. */
function combine(left: Release, right: Release, { labels }: LabellingParts): Release {
  const { space } = labels;
  return {
    ...left,
    axes: AXES.filter((axis) => left.axes.includes(axis) || right.axes.includes(axis)),
    from: space.replaceAxes(left.from, right.axes, right.from),
    to: space.replaceAxes(left.to, right.axes, right.to),
    requires: space.meet(left.requires, right.requires),
    compositions: both(left.compositions, right.compositions),
    digest: left.digest ?? right.digest,
  };
}
