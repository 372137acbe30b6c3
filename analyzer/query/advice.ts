import type { Application } from '../../model/application.ts';
import type { Finding } from '../../model/finding.ts';
import type { Axis } from '../../model/label.ts';
import type { Labelling } from '../../model/labelling.ts';
import { compareSpans } from '../../model/span.ts';
import type { Verdict } from '../../model/verdict.ts';
import { check } from '../flow/index.ts';
import { adviseAuthentication } from './advice-entry.ts';
import { adviseFields } from './advice-fields.ts';
import { describeAxis, describePlace, describeSink, listNames } from './describe.ts';
import { fingerprintOf } from './fingerprint.ts';
import { flowOf, identityOf } from './flow.ts';

/** What advice is made from: the run that gave the finding. */
export interface AdviceContext {
  readonly application: Application;
  readonly labelling: Labelling;
  readonly verdicts: readonly Verdict[];
  /** The run was in strict mode, so changes are typed in strict mode too. */
  readonly strict: boolean;
}

/** Types an application once more to get what {@link adviseFixes} needs, for callers that kept only the findings. */
export function prepareAdvice(application: Application, labelling: Labelling, strict: boolean): AdviceContext {
  return { application, labelling, strict, verdicts: check(application, labelling, { strict }).verdicts };
}

/**
 * The smallest changes that would fix a finding, smallest first, one sentence each. Changes of the definition are tried on the IR and typed
 * again, and only those that work are given. Never empty: the rule's general advice comes last.
 */
export function adviseFixes(finding: Finding, context: AdviceContext): string[] {
  const verdict = verdictOf(finding, context);
  if (verdict === null) return [finding.message.fix];
  const axis = axisOf(verdict);
  const advice = [
    ...adviseFields(verdict, context),
    ...adviseReleases(verdict, axis, context),
    ...adviseAuthentication(verdict, context),
    ...adviseDecision(verdict),
    ...adviseDeclaration(verdict, axis, context),
    finding.message.fix,
  ];
  return [...new Set(advice)];
}

/** The verdict that a finding reports; null for findings that rest on the shape of the workflow alone. */
function verdictOf(finding: Finding, { application, verdicts }: AdviceContext): Verdict | null {
  const { composition, span, place, fingerprint } = finding;
  const here = verdicts.filter(
    (verdict) =>
      verdict.composition === composition &&
      verdict.stepName === place &&
      compareSpans(verdict.span, span) === 0 &&
      verdict.outcome === finding.outcome,
  );
  // The paths of a finding are told in other words than those of its verdict; its fingerprint is made from the same parts.
  const common = {
    rule: finding.ruleId,
    file: span.file,
    composition: application.compositions.find(({ id }) => id === composition)?.name ?? '',
    place,
  };
  const isOf = (verdict: Verdict): boolean =>
    here.some((_, ordinal) => fingerprintOf({ ...common, identity: identityOf(verdict), ordinal }) === fingerprint);
  return here.find((verdict) => verdict.witnesses.length > 0 && isOf(verdict)) ?? null;
}

function axisOf(verdict: Verdict): Axis {
  switch (verdict.promise) {
    case 'confidentiality':
    case 'region':
    case 'tenant':
    case 'integrity':
      return verdict.promise;
    case 'release-input':
      return 'confidentiality';
    default:
      return 'integrity';
  }
}

/** Declassifiers and endorsers that are declared already and whose result the sink accepts. */
function adviseReleases(verdict: Verdict, axis: Axis, { application, labelling }: AdviceContext): readonly string[] {
  if (!['confidentiality', 'integrity', 'region', 'tenant', 'privileged', 'robustness'].includes(verdict.promise))
    return [];
  // What a decision tells is in no value that could be passed through anything.
  if (flowOf(verdict) === 'implicit') return [];
  const { space } = labelling;
  return application.functions.flatMap(({ id, name }): string[] => {
    const release = labelling.functions.get(id)?.release ?? null;
    if (release === null || !release.axes.includes(axis)) return [];
    if (release.compositions?.includes(verdict.composition) === false) return [];
    const bound = space.resolve(
      { [axis]: verdict.bound[axis] === 'all' ? undefined : verdict.bound[axis] },
      space.bottom,
    );
    if (!('label' in bound) || space.exceeds(release.to, bound.label).includes(axis)) return [];
    const word = axis === 'integrity' ? 'endorser' : 'declassifier';
    return [
      `Pass it through ${name} on the way ${edgeOf(verdict)} (declared as ${word} already, authority ${release.authority}) and use its result.`,
    ];
  });
}

/** The last edge of the shortest witness in the user's names. */
function edgeOf(verdict: Verdict): string {
  const names = (verdict.witnesses[0]?.hops ?? []).map((hop) => hop.name);
  const before = names.findLast((name) => name !== verdict.stepName);
  return before === undefined ? `to ${verdict.stepName}` : `from ${before} to ${verdict.stepName}`;
}

/** For implicit flows: what decides, and that it should not. */
function adviseDecision(verdict: Verdict): readonly string[] {
  const guards = verdict.witnesses
    .filter((witness) => witness.flow === 'implicit')
    .flatMap((witness) => witness.hops.find((hop) => hop.construct === 'guard') ?? []);
  const names = [...new Set(guards.map((guard) => guard.name))];
  return names.length === 0
    ? []
    : [`Move ${verdict.stepName} out of what ${listNames(names)} decides, so that it runs on every way.`];
}

/** Saying in the configuration that the sink may have it. */
function adviseDeclaration(verdict: Verdict, axis: Axis, context: AdviceContext): readonly string[] {
  const { sink, promise } = verdict;
  const name = describeSink(sink, context.application);
  if (promise === 'token') return [`If all readers of ${name} may answer, name it under \`tokens\` in weir.yaml.`];
  if (!['confidentiality', 'integrity', 'region', 'tenant'].includes(promise) || sink.kind === 'unknown') return [];
  const where = sink.origin.span === null ? 'weir.yaml' : describePlace(sink.origin.span);
  return [`If ${name} may hold it, raise what it accepts to ${describeAxis(verdict.label, axis)} in ${where}.`];
}
