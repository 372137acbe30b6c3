import type { Obligation, Result } from '../../model/result.ts';
import { count } from './text.ts';

/** What was looked at, in sentences; part of every report, so that "no findings" is never read as "everything was checked". */
export function coverageLines(result: Result): readonly string[] {
  const { coverage } = result;
  const lines = [unitsLine(result), verdictsLine(result)];
  if (result.status === 'incomplete') lines.push(incompleteLine(result));
  if (coverage.idleRules.length > 0)
    lines.push(`${count(coverage.idleRules.length, 'rule')} idle: ${idleReason(result)}`);
  lines.push(configurationLine(result));
  return lines;
}

export function unitsLine({ coverage }: Result): string {
  const { files, compositions, unitsAnalysed, unitsApproximated, unitsRefused } = coverage;
  const units = unitsAnalysed + unitsApproximated + unitsRefused;
  return `${count(files.length, 'file')}, ${count(compositions.length, 'workflow')}, ${count(units, 'state')}: ${unitsAnalysed} analysed, ${unitsApproximated} approximated, ${unitsRefused} refused`;
}

export function verdictsLine({ coverage: { verdicts } }: Result): string {
  const { satisfied, violated, undecided, notApplicable } = verdicts;
  const more = notApplicable > 0 ? ` (${notApplicable} more not applicable)` : '';
  const asked = satisfied + violated + undecided;
  return `${count(asked, 'flow question')}: ${satisfied} satisfied, ${violated} violated, ${undecided} undecided${more}`;
}

export function incompleteLine(result: Result): string {
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error').length;
  const files = result.coverage.files.filter(({ state }) => state !== 'analysed').length;
  const parts = [
    errors > 0 ? count(errors, 'error') : '',
    files > 0 ? `${count(files, 'file')} not or only partly read` : '',
  ].filter((part) => part !== '');
  return `INCOMPLETE: ${parts.length === 0 ? 'something could not be read' : parts.join(', ')}; nothing is known about what was not read`;
}

export const configurationLine = ({ coverage: { configuration } }: Result): string =>
  configuration === null
    ? 'no configuration: only what needs none was checked (`weir init` writes one)'
    : `configuration: ${configuration}`;

export const idleReason = ({ coverage: { configuration } }: Result): string =>
  configuration === null
    ? 'labels are needed, and there is no configuration'
    : 'nothing is configured for what they guard';

export interface ObligationGroup {
  readonly help: string;
  readonly obligations: readonly Obligation[];
  readonly verdicts: number;
}

/** What would decide the undecided, by what has to be done: the step that answers most first. */
export function groupByHelp(obligations: readonly Obligation[]): readonly ObligationGroup[] {
  const groups = new Map<string, Obligation[]>();
  for (const obligation of obligations) {
    const known = groups.get(obligation.help);
    if (known === undefined) groups.set(obligation.help, [obligation]);
    else known.push(obligation);
  }
  const verdictsOf = (members: readonly Obligation[]): number =>
    members.reduce((sum, { verdicts }) => sum + verdicts, 0);
  return [...groups]
    .map(([help, members]) => ({ help, obligations: members, verdicts: verdictsOf(members) }))
    .sort((a, b) => b.verdicts - a.verdicts || (a.help < b.help ? -1 : 1));
}
