import type { ReportedFinding, RuleMetadata } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import { formatChange, marksOf } from './labels.ts';

/** Findings that count: not suppressed, and new where there is something to compare with. */
export function countingFindings(result: Result): readonly ReportedFinding[] {
  return result.findings.filter((finding) => finding.suppression === null && finding.baselineState !== 'unchanged');
}

export interface Tally {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly suppressed: number;
  readonly unchanged: number;
  /** Of the counting ones, those that cannot be decided before run time. */
  readonly undecided: number;
}

export function tally(result: Result): Tally {
  const counting = countingFindings(result);
  const ofLevel = (level: ReportedFinding['level']): number =>
    counting.filter((finding) => finding.level === level).length;
  return {
    errors: ofLevel('error'),
    warnings: ofLevel('warning'),
    notes: ofLevel('note'),
    suppressed: result.findings.filter((finding) => finding.suppression !== null).length,
    unchanged: result.findings.filter(
      (finding) => finding.suppression === null && finding.baselineState === 'unchanged',
    ).length,
    undecided: counting.filter((finding) => finding.outcome === 'undecided').length,
  };
}

export function ruleOf(result: Result, finding: ReportedFinding): RuleMetadata | undefined {
  return result.rules.find((rule) => rule.id === finding.ruleId);
}

/** The three parts of a message as one line. */
export function fullMessage(finding: ReportedFinding): string {
  return [finding.message.what, finding.message.why, finding.message.fix].filter((part) => part !== '').join(' ');
}

/** The hops of a finding's first witness, one line each with the label before and after; empty when it has none. */
export function hopLines({ witnesses }: ReportedFinding): readonly string[] {
  const [witness] = witnesses;
  if (witness === undefined) return [];
  const marks = marksOf(witness);
  return witness.hops.map((hop, at) => {
    const place = `${hop.span.file}:${hop.span.start.line}`;
    const way = hop.by === 'control' ? ', by control' : '';
    return `${at + 1}. ${hop.name}: ${hop.why} [${formatChange(hop, marks)}${way}] (${place})`;
  });
}
