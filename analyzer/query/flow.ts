import type { RelatedPlace } from '../../model/finding.ts';
import type { Axis } from '../../model/label.ts';
import type { LabelOrigin } from '../../model/labelling.ts';
import { compareSpans } from '../../model/span.ts';
import type { Verdict } from '../../model/verdict.ts';
import { describeAxis, describeOrigin, describeSink, listNames } from './describe.ts';
import type { RuleContext, RuleReport } from './types.ts';

/** Whether data itself carries the label to the sink, or only the choice of which steps run. */
export type FlowKind = 'explicit' | 'implicit';

/** `implicit` only when every witness passes through control. */
export function flowOf(verdict: Verdict): FlowKind {
  const { witnesses } = verdict;
  return witnesses.length > 0 && witnesses.every((witness) => witness.flow === 'implicit') ? 'implicit' : 'explicit';
}

/**
 * Whether an undecided verdict is worth a finding of its own. What rests only on functions that are not declared is an obligation of the
 * whole run, and data that is itself unknown and goes to an unknown place is reported once, as the unknown place.
 */
export function isOpenQuestion(verdict: Verdict): boolean {
  if (verdict.outcome !== 'undecided') return false;
  if (verdict.sink.kind === 'unknown') return verdict.witnesses.some((witness) => witness.isDefinite);
  return verdict.label.marks.includes('opaque');
}

/** Verdicts of the promises that are violated or an open question, in document order. */
export function brokenPromises(context: RuleContext, promises: readonly Verdict['promise'][]): readonly Verdict[] {
  return context.verdicts.filter(
    (verdict) => promises.includes(verdict.promise) && (verdict.outcome === 'violated' || isOpenQuestion(verdict)),
  );
}

/** Steps at which a promise is violated, as `composition/step`: rules about shape leave them to the rule about that promise. */
export function violatedSteps(context: RuleContext, promise: Verdict['promise']): ReadonlySet<string> {
  const violated = context.verdicts.filter((verdict) => verdict.promise === promise && verdict.outcome === 'violated');
  return new Set(violated.map(({ composition, step }) => `${composition}/${step}`));
}

/** Message keys of a rule about flows: `unknown` for a target that is not known, `undecided` for any other open question. */
export function messageKeyOf(verdict: Verdict, keys: { readonly explicit: string; readonly implicit: string }): string {
  if (verdict.outcome === 'undecided') return verdict.sink.kind === 'unknown' ? 'unknown' : 'undecided';
  return keys[flowOf(verdict)];
}

/** The state at which a decision was taken that shows at the sink. */
export function guardOf(verdict: Verdict): string {
  return verdict.witnesses[0]?.hops.find((hop) => hop.by === 'control')?.name ?? verdict.stepName;
}

/** What a rule adds to a report about a verdict. */
export interface FlowReportOptions {
  readonly messageKey: string;
  /** The axis that the message speaks of. */
  readonly axis: Axis;
  readonly data?: Readonly<Record<string, string>>;
  readonly level?: RuleReport['level'];
  readonly score?: RuleReport['score'];
}

/**
 * Report of one verdict. Arguments for the message: `source` and its `label`, `sink` and its `bound`, `origin` (where the bound was decided),
 * `place` (the state), `reason` (why it is undecided).
 */
export function reportVerdict(verdict: Verdict, context: RuleContext, options: FlowReportOptions): RuleReport {
  const { axis, messageKey, data, level, score } = options;
  const sink = describeSink(verdict.sink, context.application);
  const sources = [...new Set(verdict.witnesses.map((witness) => witness.source.description))];
  // Sources of several levels arrive joined.
  const levels = [
    ...new Set(verdict.witnesses.map(({ hops }) => describeAxis(hops[0]?.labelAfter ?? verdict.label, axis))),
  ];
  const [only = describeAxis(verdict.label, axis), ...others] = levels;
  return {
    messageKey,
    data: {
      source: sources.length === 0 ? 'data' : listNames(sources),
      label: others.length === 0 ? only : describeAxis(verdict.label, axis),
      sink,
      bound: describeAxis(verdict.bound, axis),
      origin: describeOrigin(verdict.sink.origin),
      place: verdict.stepName,
      reason: verdict.reason,
      ...data,
    },
    span: verdict.span,
    composition: verdict.composition,
    place: verdict.stepName,
    outcome: verdict.outcome === 'undecided' ? 'undecided' : 'violated',
    related: relatedOf(verdict, sink),
    witnesses: verdict.witnesses,
    ...(level === undefined ? {} : { level }),
    ...(score === undefined ? {} : { score }),
    identity: identityOf(verdict),
  };
}

/** What tells the verdict from others of its place: the promise, the sink and the sources. */
export function identityOf({ promise, sink, witnesses }: Verdict): readonly string[] {
  const sources = new Set(witnesses.map(({ source }) => source.description));
  return [promise, sink.kind, sink.name, ...[...sources].sort()];
}

/** Where the sink's bound and the sources' labels come from, each place once. */
function relatedOf(verdict: Verdict, sink: string): readonly RelatedPlace[] {
  const related: RelatedPlace[] = [];
  const add = (message: string, span: RelatedPlace['span'] | null): void => {
    if (span !== null && !related.some((place) => compareSpans(place.span, span) === 0))
      related.push({ message, span });
  };
  const { origin } = verdict.sink;
  add(originText(`what ${sink} ${verdict.promise === 'must-pass' ? 'requires' : 'accepts'}`, origin), origin.span);
  for (const { source } of verdict.witnesses) {
    const isWritten = source.origin.description === WRITTEN;
    const text = isWritten
      ? `${source.description} comes from here`
      : originText(`the label of ${source.description}`, source.origin);
    add(text, source.origin.span);
  }
  return related;
}

/** Origin of what the workflow itself makes, e.g. a callback token. */
const WRITTEN = 'written here';

/** What is true of the origin's place: only some labels are declared there, others follow from what stands there. */
function originText(subject: string, { description }: LabelOrigin): string {
  if (description.startsWith('declared ')) return `${subject} is declared here`;
  return description.startsWith('default ') ? `${subject} is the ${description}` : description;
}
