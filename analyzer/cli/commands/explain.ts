import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DIAGNOSTIC_CODES } from '../../../model/diagnostic-codes.ts';
import type { RuleMetadata } from '../../../model/finding.ts';
import { ALL_RULES } from '../../../rules/index.ts';
import { didYouMean } from '../../config/index.ts';
import { adviseFixes, isFingerprintOf } from '../../query/index.ts';
import { tellIncomplete } from '../incomplete.ts';
import { UsageError, type Machine } from '../machine.ts';
import { explainFinding } from '../pipeline/explain-finding.ts';
import { EXIT_CLEAN } from '../pipeline/exit-code.ts';
import { allRuleNames, namesRule } from '../pipeline/settings.ts';
import { together } from '../pipeline/suppress.ts';
import { analyseTree, findFiles, openSession } from '../session.ts';

/** Shortest beginning of a fingerprint that is looked for. */
const FINGERPRINT_LENGTH_MIN = 6;

export interface ExplainOptions {
  readonly config: string | null;
  readonly strict: boolean;
  readonly paths: readonly string[];
}

/** Explains a rule, a code of a diagnostic, or one finding by (the beginning of) its fingerprint. */
export function runExplain(machine: Machine, subject: string, options: ExplainOptions): number {
  const rule = ALL_RULES.find(({ meta }) => namesRule(subject, meta));
  const code = DIAGNOSTIC_CODES[subject.toUpperCase()];
  if (rule !== undefined) machine.stdout.write(rulePage(rule.meta));
  else if (code !== undefined) machine.stdout.write(`${subject.toUpperCase()}: ${code.title}\n\n${code.help}\n`);
  else if (/^[0-9a-f]+$/i.test(subject) && subject.length >= FINGERPRINT_LENGTH_MIN) {
    machine.stdout.write(findingPage(machine, subject.toLowerCase(), options));
  } else {
    const known = [...allRuleNames(ALL_RULES), ...Object.keys(DIAGNOSTIC_CODES)];
    const help = didYouMean(subject, known, 'Use a rule of `weir rules` or a fingerprint that `weir check` printed.');
    throw new UsageError('CLI016', `\`${subject}\` is no rule, code or fingerprint`, help);
  }
  return EXIT_CLEAN;
}

/** The rule's own page, which is installed beside its code. */
function rulePage({ area, slug }: RuleMetadata): string {
  return readFileSync(path.resolve(import.meta.dirname, '../../../rules', area, slug, 'README.md'), 'utf8');
}

function findingPage(machine: Machine, subject: string, options: ExplainOptions): string {
  const session = openSession(machine.cwd, { paths: options.paths, config: options.config });
  const { tree, diagnostics } = findFiles(session);
  const analysis = analyseTree(tree, session, { strict: options.strict, diagnostics });
  // Said first: what is looked for may stand in a file that is broken.
  tellIncomplete(machine, analysis.result);
  const found = together(analysis.result).findings.filter((finding) => isFingerprintOf(subject, finding));
  const [finding, ...more] = found;
  if (finding === undefined) {
    const help =
      analysis.result.status === 'incomplete'
        ? 'It may be fixed, or stand in what could not be analysed; run `weir check` to see what there is.'
        : 'It may be fixed; run `weir check` with the same paths and options to see what there is.';
    throw new UsageError('CLI016', `no finding here has a fingerprint that begins with \`${subject}\``, help);
  }
  if (more.length > 0) {
    const message = `${found.length} findings have fingerprints that begin with \`${subject}\``;
    throw new UsageError('CLI016', message, 'Give more digits.');
  }
  const rule = ALL_RULES.find(({ meta }) => meta.id === finding.ruleId);
  return explainFinding(finding, {
    title: rule?.meta.title ?? '',
    fixes: adviseFixes(finding, { ...analysis, strict: options.strict }),
  });
}
