import type { Result } from '../../model/result.ts';
import { count } from './text.ts';

/** What was looked at, in sentences; part of every report, so that "no findings" is never read as "everything was checked". */
export function coverageLines(result: Result): readonly string[] {
  const { coverage } = result;
  const { verdicts } = coverage;
  const modelled = coverage.unitsAnalysed + coverage.unitsApproximated + coverage.unitsRefused;
  const lines = [
    `${count(coverage.files.length, 'file')}, ${count(coverage.compositions.length, 'workflow')}, ${count(modelled, 'state')}: ${coverage.unitsAnalysed} analysed, ${coverage.unitsApproximated} approximated, ${coverage.unitsRefused} refused`,
    `${count(verdicts.violated + verdicts.satisfied + verdicts.undecided, 'question')} asked: ${verdicts.satisfied} satisfied, ${verdicts.violated} violated, ${verdicts.undecided} undecided`,
  ];
  if (result.status === 'incomplete') lines.push('INCOMPLETE: something could not be read; see the diagnostics');
  lines.push(
    coverage.configuration === null
      ? 'no configuration: only what needs none was checked (`weir init` writes one)'
      : `configuration: ${coverage.configuration}`,
  );
  return lines;
}
