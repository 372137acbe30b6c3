import type { Application, Trigger } from '../../../model/application.ts';
import type { Proposal } from './propose.ts';

/** A proposal with the user's answer: accepted as it stands in the file, or left as a comment to come back to. */
export interface Answered extends Proposal {
  readonly isAccepted: boolean;
}

/** Text of a first weir.yaml. */
export function renderConfiguration(application: Application, answers: readonly Answered[]): string {
  return [
    '# yaml-language-server: $schema=./node_modules/weir/dist/analyzer/config/schema/weir.schema.json',
    '# What is confidential, who is trusted, and which functions may change that.',
    'version: 1',
    '',
    '# These are the defaults; rename, add or remove levels as your data needs it. The lowest comes first.',
    'lattice:',
    '  confidentiality: [public, internal, confidential, secret]',
    '  integrity: [trusted, authenticated, untrusted]',
    '',
    ...sectionLines(
      'sources',
      'Data that comes in or that functions return, e.g. `input:Workflow: { $.customer: secret }`.',
      answers,
    ),
    ...sectionLines(
      'stores',
      'Places that keep data: reading gives the label, and nothing above it may be written.',
      answers,
    ),
    ...sectionLines('sinks', 'Places that pass data on: the most that may go there.', answers),
    ...functionLines(application),
    ...entryLines(application),
  ].join('\n');
}

function sectionLines(section: Proposal['section'], comment: string, answers: readonly Answered[]): readonly string[] {
  const own = answers.filter((answer) => answer.section === section);
  const accepted = own.filter(({ isAccepted }) => isAccepted);
  const open = own.filter(({ isAccepted }) => !isAccepted);
  return [
    `# ${comment}`,
    // With something below it, commented out or not, a section has to be open.
    own.length === 0 ? `${section}: {}` : `${section}:`,
    ...accepted.map(({ pattern, level }) => `  ${quoted(pattern)}: ${level}`),
    ...open.flatMap(({ pattern, level, looksLike }) => [
      `  # The name looks like ${looksLike}; if it is, take away the \`#\`:`,
      `  # ${quoted(pattern)}: ${level}`,
    ]),
    '',
  ];
}

/** A key that YAML would not take as a plain text is quoted. */
export function quoted(key: string): string {
  return /^[A-Za-z][\w.:/-]*$/.test(key) && !key.endsWith(':') ? key : JSON.stringify(key);
}

/** Functions that are named as examples; more would hide the point. */
const FUNCTIONS_SHOWN = 5;

function functionLines(application: Application): readonly string[] {
  const own = application.functions.filter(({ kind }) => kind === 'user' || kind === 'activity');
  if (own.length === 0) return [];
  const names = own.slice(0, FUNCTIONS_SHOWN).map(({ name }) => name);
  const more = own.length > names.length ? ` and ${own.length - names.length} more` : '';
  return [
    '# Functions are assumed to return nothing above their input, and what rests on that is reported as undecided.',
    `# Say what they do, each in one of these ways: here are ${names.join(', ')}${more}.`,
    'functions:',
    `  # ${quoted(names[0] ?? 'Name')}: pass-through`,
    `  # ${quoted(names[0] ?? 'Name')}: { accepts: confidential, returns: { $.score: secret } }`,
    '',
  ];
}

const WORDS: Readonly<Record<Trigger['authentication'], string>> = {
  none: 'anyone can call it',
  authenticated: 'authenticated callers',
  internal: 'from inside',
  unknown: 'callers are not known',
};

function entryLines(application: Application): readonly string[] {
  const names = new Map<string, string>(application.compositions.map(({ id, name }) => [id, name]));
  const found = application.triggers.flatMap(({ target, kind, authentication }) => {
    const name = names.get(target.id);
    return name === undefined ? [] : [`#   ${name}: ${kind}, ${WORDS[authentication]}`];
  });
  if (found.length === 0) return [];
  return [
    '# Who can start what was found in the templates; override it here by workflow, trigger or callers.',
    ...[...new Set(found)].sort(),
    'entries: {}',
    '',
  ];
}

/** A job that checks every push, for GitHub Actions. */
export const GITHUB_WORKFLOW = `name: weir
on: [push, pull_request]
permissions:
  contents: read
  security-events: write
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npm ci
      - run: npx --no-install weir check --format github --format sarif=weir.sarif
      - uses: github/codeql-action/upload-sarif@v3
        if: always() && hashFiles('weir.sarif') != ''
        with:
          sarif_file: weir.sarif
`;

/** A job for GitLab CI, to be pasted. */
export const GITLAB_JOB = `weir:
  image: node:24
  script:
    - npm ci
    - npx --no-install weir check --format gitlab=weir.json --format pretty
  artifacts:
    reports:
      codequality: weir.json
`;

/** A hook for pre-commit. */
export const PRE_COMMIT = `repos:
  - repo: local
    hooks:
      - id: weir
        name: weir
        entry: npx --no-install weir check --quiet
        language: system
        pass_filenames: false
        files: \\.(json|json5|ya?ml)$
`;
