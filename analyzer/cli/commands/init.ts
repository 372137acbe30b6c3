import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { discover } from '../files/discover.ts';
import { CONFIGURATION_NAMES } from '../files/locate.ts';
import { terminalAsker, type Asker } from '../init/ask.ts';
import { proposeLabels, type Proposal } from '../init/propose.ts';
import { GITHUB_WORKFLOW, GITLAB_JOB, PRE_COMMIT, renderConfiguration, type Answered } from '../init/render.ts';
import { UsageError, type Machine } from '../machine.ts';
import { writeOutput } from '../output.ts';
import { EXIT_CLEAN, EXIT_USAGE } from '../pipeline/exit-code.ts';
import { lower } from '../pipeline/lower.ts';
import { buildWorkspace } from '../pipeline/workspace.ts';
import { PLATFORMS } from '../../platforms/index.ts';
import type { Application } from '../../../model/application.ts';

export interface InitOptions {
  /** Ask nothing. Nothing that exists is overwritten then. */
  readonly yes: boolean;
  /** Who answers; a terminal when it is left out. */
  readonly asker?: Asker;
}

/** Looks at what is there, asks what names suggest, and writes the first files. */
export async function runInit(machine: Machine, folder: string, options: InitOptions): Promise<number> {
  const root = path.resolve(machine.cwd, folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new UsageError('CLI001', `there is no folder \`${folder}\``, 'Correct the path.');
  }
  const isTerminal = machine.stdout.isTTY === true && process.stdin.isTTY;
  if (!options.yes && options.asker === undefined && !isTerminal) {
    const help = 'Run it with --yes to write proposals as comments, or at a terminal.';
    throw new UsageError('CLI017', 'there is nobody to answer questions', help);
  }
  const asker = options.yes ? null : (options.asker ?? terminalAsker);
  const application = lower(buildWorkspace(discover(root, ['.'], []).tree), PLATFORMS);
  const say = (text: string): void => {
    machine.stderr.write(`${text}\n`);
  };
  say(`found ${inventory(application)}`);
  const proposals = proposeLabels(application);
  const answers = await answerAll(proposals, asker);
  if (answers === null) return EXIT_USAGE;
  const configuration = CONFIGURATION_NAMES.find((name) => existsSync(path.join(root, name))) ?? 'weir.yaml';
  const files = [
    { file: configuration, text: renderConfiguration(application, answers), otherwise: null },
    ...ciFiles(root),
    ...hookFiles(root),
  ];
  let isConfigured = false;
  for (const { file, text, otherwise } of files) {
    const isWritten = await offer(machine, { root, file, text, asker });
    if (isWritten === null) return EXIT_USAGE;
    if (file === configuration) isConfigured = isWritten;
    say(isWritten ? `wrote ${file}` : `kept ${file}${otherwise === null ? '' : `; add this to it:\n\n${otherwise}`}`);
  }
  const open = answers.filter(({ isAccepted }) => !isAccepted).length;
  if (open > 0 && isConfigured)
    say(`${count(open, 'question')} left as comments in ${configuration}: a name proves nothing, you decide`);
  if (!existsSync(path.join(root, 'package.json')))
    say('there is no package.json here: the job and the hook run weir from node_modules, so install it there first');
  say('next: weir check');
  return EXIT_CLEAN;
}

/** What the user would call a workflow, function or store of theirs. */
function inventory({ compositions, functions, stores }: Application): string {
  const own = functions.filter(({ kind }) => kind === 'user' || kind === 'activity');
  const kept = stores.filter(({ kind }) => kind !== 'history' && kind !== 'channel');
  return [count(compositions.length, 'workflow'), count(own.length, 'function'), count(kept.length, 'store')].join(
    ', ',
  );
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

async function answerAll(proposals: readonly Proposal[], asker: Asker | null): Promise<readonly Answered[] | null> {
  const answers: Answered[] = [];
  for (const proposal of proposals) {
    const level = asker === null ? 'later' : await asker.level(proposal);
    if (level === null) return null;
    answers.push(level === 'later' ? { ...proposal, isAccepted: false } : { ...proposal, level, isAccepted: true });
  }
  return answers;
}

interface Offer {
  readonly file: string;
  readonly text: string;
  /** What the user may add by hand when the file is kept; null when there is nothing to add. */
  readonly otherwise: string | null;
}

/** Writes a file; one that exists only after a yes. Null when the user ended the command. */
async function offer(
  machine: Machine,
  at: Pick<Offer, 'file' | 'text'> & { readonly root: string; readonly asker: Asker | null },
): Promise<boolean | null> {
  const absolute = path.join(at.root, at.file);
  if (existsSync(absolute)) {
    if (readFileSync(absolute, 'utf8') === at.text) return false;
    const answer = at.asker === null ? false : await at.asker.confirm(`${at.file} exists. Overwrite it?`);
    if (answer !== true) return answer;
  }
  writeOutput(machine, absolute, at.text);
  return true;
}

/** A workflow of its own for GitHub; a job to paste for GitLab, whose file holds all jobs. */
function ciFiles(root: string): readonly Offer[] {
  if (existsSync(path.join(root, '.gitlab-ci.yml'))) {
    return [
      { file: '.gitlab-ci.yml', text: readFileSync(path.join(root, '.gitlab-ci.yml'), 'utf8'), otherwise: GITLAB_JOB },
    ];
  }
  return [{ file: '.github/workflows/weir.yml', text: GITHUB_WORKFLOW, otherwise: null }];
}

function hookFiles(root: string): readonly Offer[] {
  const file = '.pre-commit-config.yaml';
  if (!existsSync(path.join(root, file))) return [{ file, text: PRE_COMMIT, otherwise: null }];
  const text = readFileSync(path.join(root, file), 'utf8');
  const isThere = text.includes('id: weir');
  return [{ file, text, otherwise: isThere ? null : PRE_COMMIT.replace('repos:\n', '') }];
}
