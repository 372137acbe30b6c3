/**
 * What a new user is told about real samples without any configuration: `node test/bench/noise.ts`. A project is one sample directory (the first two
 * parts of a path); it is analysed as a whole, as its author would. Examples are printed in full for a person to judge.
 */
import type { Finding } from '../../model/finding.ts';
import {
  corpusFiles,
  corpusTree,
  distribution,
  distributionHead,
  printHead,
  runPipeline,
  WORKFLOW_KINDS,
} from './support.ts';

/** Repositories of samples that people copy from. */
const REAL = /^(aws-samples\+|aws\+aws-sam)/;
const TARGET_PER_WORKFLOW = 2;
const RULES_SHOWN = 10;
const EXAMPLES = 3;

interface Project {
  readonly name: string;
  readonly workflows: number;
  readonly findings: readonly Finding[];
  readonly totalMs: number;
}

function projectsOf(): readonly Project[] {
  const groups = new Map<string, string[]>();
  const real = corpusFiles().filter(({ file }) => REAL.test(file));
  const named = new Set(real.filter(({ kind }) => WORKFLOW_KINDS.includes(kind)).map(({ file }) => projectOf(file)));
  for (const { file } of real) {
    const name = projectOf(file);
    if (named.has(name)) groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  return [...groups].map(([name, files]) => {
    const { application, findings, totalMs } = runPipeline(corpusTree(files));
    return { name, workflows: application.compositions.length, findings, totalMs };
  });
}

const projectOf = (file: string): string => file.split('/').slice(0, 2).join('/');

const lineOf = ({ span, level, outcome, message }: Finding): string =>
  `${span.file}:${span.start.line}: ${level}${outcome === 'undecided' ? ', undecided' : ''}: ${message.what} ${message.why} ${message.fix}`;

/** Examples spread over all findings of a rule, so that not one project gives all of them. */
function examplesOf(findings: readonly Finding[]): readonly Finding[] {
  const step = Math.max(1, Math.floor(findings.length / EXAMPLES));
  return findings.filter((_, at) => at % step === 0).slice(0, EXAMPLES);
}

printHead('noise.ts');
const projects = projectsOf();
const findings = projects.flatMap((project) => project.findings);
const workflows = projects.reduce((sum, project) => sum + project.workflows, 0);
const average = findings.length / workflows;
console.log(
  `${projects.length} projects, ${workflows} workflows, ${findings.length} findings: ${average.toFixed(2)} a workflow`,
);
console.log(`target: at most ${TARGET_PER_WORKFLOW}: ${average <= TARGET_PER_WORKFLOW ? 'met' : 'MISSED'}`);
const decided = findings.filter(({ outcome }) => outcome !== 'undecided');
console.log(`without notes on what is undecided: ${(decided.length / workflows).toFixed(2)} a workflow\n`);
console.log(distributionHead('over projects'));
const filled = projects.filter((project) => project.workflows > 0);
console.log(
  distribution(
    'findings a workflow',
    filled.map((project) => project.findings.length / project.workflows),
  ),
);
console.log(
  distribution(
    'ms for the project',
    projects.map(({ totalMs }) => totalMs),
  ),
);

const byRule = [...Map.groupBy(findings, ({ ruleId }) => ruleId)].sort(
  ([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1),
);
console.log('\nfindings by rule (violated, undecided)');
for (const [rule, all] of byRule) {
  const undecided = all.filter(({ outcome }) => outcome === 'undecided').length;
  console.log(`${String(all.length).padStart(6)}  ${rule} (${all.length - undecided}, ${undecided})`);
}
for (const [rule, all] of byRule.slice(0, RULES_SHOWN)) {
  console.log(`\n${rule}`);
  for (const finding of examplesOf(all)) console.log(`  ${lineOf(finding)}`);
}
