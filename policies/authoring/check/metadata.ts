import { parseDocument } from 'yaml';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import { isObject, type Annotation, type JsonObject, type RegoModule } from '../rego/module.ts';
import { diagnosticAt, spanOf } from './place.ts';

/** Keys that OPA gives a meaning to. It ignores every other one, misspelt ones too. */
const KEYS = [
  'scope',
  'title',
  'description',
  'related_resources',
  'authors',
  'organizations',
  'schemas',
  'entrypoint',
  'custom',
];
/** Keys below `custom` that Weir gives a meaning to; those of a policy that are needed come first. */
const CUSTOM_REQUIRED = ['id', 'severity', 'cwe', 'maturity', 'recommended_action'];
const CUSTOM_KEYS = [...CUSTOM_REQUIRED, 'owasp', 'limits'];
const SEVERITIES = ['low', 'medium', 'high', 'critical'];
const MATURITIES = ['sandbox', 'stable', 'deprecated'];
/** Rules that make a package a policy of its own. */
const POLICY_RULES = ['deny', 'alerts', 'obligations'];
const ID = /^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-\d{3}$/;
const OWN_PREFIX = 'WEIR-';

/**
 * Checks the METADATA of a module. Errors: POL021 missing, POL022 an unknown key, POL023 a value that cannot be, POL024 an id of Weir that does not
 * exist; warning POL025 no schema for the input.
 */
export function checkMetadata(module: RegoModule, staticIds: ReadonlySet<string>): readonly Diagnostic[] {
  if (module.isTest) return [];
  const blocks = metadataBlocks(module.text);
  const unknown = blocks.flatMap((block) => unknownKeys(module, block));
  const ofPackage = module.annotations.find(({ scope }) => scope === 'package' || scope === 'subpackages');
  const block = blocks.find(({ row }) => row === ofPackage?.location.row);
  return [...unknown, ...checkPackage(module, { ofPackage, block, staticIds })];
}

interface PackageFacts {
  readonly ofPackage: Annotation | undefined;
  readonly block: Block | undefined;
  readonly staticIds: ReadonlySet<string>;
}

function checkPackage(module: RegoModule, { ofPackage, block, staticIds }: PackageFacts): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const custom = ofPackage?.custom ?? null;
  const at = (key: string): Diagnostic['span'] =>
    block === undefined ? spanOf(module.file, module.text, module.packageLocation) : keySpan(module, block, key);
  const hasEntrypoint = module.annotations.some(({ isEntrypoint }) => isEntrypoint);
  const isPolicy = module.rules.some(({ name }) => POLICY_RULES.includes(name));
  const say = (code: string, severity: Diagnostic['severity'], key: string, text: [string, string]): void => {
    found.push(diagnosticAt(at(key), { code, severity, message: text[0], help: text[1] }));
  };
  if (isPolicy && !hasEntrypoint && custom === null) {
    const help = `Write \`# METADATA\` above \`package\`, with \`custom:\` and in it ${CUSTOM_REQUIRED.join(', ')}.`;
    say('POL021', 'error', 'custom', [`the policy \`${module.packagePath.join('.')}\` has no metadata`, help]);
  }
  if (custom !== null) {
    for (const key of CUSTOM_REQUIRED.filter((name) => !(name in custom))) {
      say('POL021', 'error', 'custom', [`\`custom\` has no \`${key}\``, wants(key)]);
    }
    for (const key of CUSTOM_KEYS.filter((name) => name in custom && !isRight(name, custom[name]))) {
      say('POL023', 'error', key, [`\`${key}\` cannot be \`${JSON.stringify(custom[key])}\``, wants(key)]);
    }
    const problem = idProblem(custom, staticIds);
    if (problem !== null) say('POL024', 'error', 'id', problem);
  }
  if ((isPolicy || hasEntrypoint) && !bindsInput(module) && readsInput(module)) {
    const help = 'Add `schemas:` and in it `- input: schema.invocation`, so that misspelt paths are refused.';
    say('POL025', 'warning', 'schemas', ['the input has no schema', help]);
  }
  return found;
}

const bindsInput = ({ annotations }: RegoModule): boolean =>
  annotations.some(({ schemas }) => schemas.some(({ path }) => path === 'input' || path.startsWith('input.')));

/** The log's own policies read events of the decision log, which have no schema; they say so by their package. */
const readsInput = ({ rules, packagePath }: RegoModule): boolean =>
  packagePath[0] !== 'system' && rules.some(({ tree }) => JSON.stringify(tree).includes('"value":"input"'));

function idProblem(custom: JsonObject, staticIds: ReadonlySet<string>): [string, string] | null {
  const id = custom['id'];
  if (typeof id !== 'string' || !ID.test(id) || !id.startsWith(OWN_PREFIX) || staticIds.has(id)) return null;
  const area = id.slice(0, id.lastIndexOf('-') + 1);
  // Areas that only run time has are not among the rules.
  if (![...staticIds].some((known) => known.startsWith(area))) return null;
  return [
    `there is no rule \`${id}\``,
    'Use the id of the rule that guards the same promise (`weir rules`), or a prefix of your own.',
  ];
}

function isRight(key: string, value: unknown): boolean {
  const isText = (item: unknown): item is string => typeof item === 'string' && item.trim() !== '';
  const isListOf = (pattern: RegExp): boolean =>
    Array.isArray(value) && value.length > 0 && value.every((item) => isText(item) && pattern.test(item));
  switch (key) {
    case 'id':
      return isText(value) && ID.test(value);
    case 'severity':
      return isText(value) && SEVERITIES.includes(value);
    case 'maturity':
      return isText(value) && MATURITIES.includes(value);
    case 'cwe':
      return isListOf(/^CWE-[1-9]\d*$/);
    case 'owasp':
      return isListOf(/^SAS-([1-9]|10)$/);
    case 'limits':
      return isListOf(/\S/);
    default:
      return isText(value);
  }
}

function wants(key: string): string {
  switch (key) {
    case 'id':
      return 'Write an id such as `WEIR-FLOW-001` or `ACME-DATA-001`: words in capitals and three digits.';
    case 'severity':
      return `Write one of ${SEVERITIES.join(', ')}.`;
    case 'maturity':
      return `Write one of ${MATURITIES.join(', ')}.`;
    case 'cwe':
      return 'Write the weakness that it guards against as a list, e.g. `[CWE-200]`.';
    case 'owasp':
      return 'Write a list of SAS-1 to SAS-10.';
    case 'limits':
      return 'Write a list of sentences that say what it does not see.';
    default:
      return 'Write one sentence that says what to do when it denies.';
  }
}

interface Block {
  /** Line of `# METADATA`, one-based. */
  readonly row: number;
  readonly lines: readonly string[];
}

/** The METADATA blocks of a text: the comment lines below `# METADATA`, without their `#`. */
function metadataBlocks(text: string): readonly Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  lines.forEach((line, at) => {
    if (!/^\s*#\s*METADATA\s*$/.test(line)) return;
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((item) => !/^\s*#/.test(item));
    const comments = end === -1 ? rest : rest.slice(0, end);
    blocks.push({ row: at + 1, lines: comments.map((item) => item.replace(/^\s*#/, '')) });
  });
  return blocks;
}

function unknownKeys(module: RegoModule, block: Block): readonly Diagnostic[] {
  const content: unknown = parseDocument(block.lines.join('\n')).toJS();
  if (!isObject(content)) return [];
  const custom = isObject(content['custom']) ? Object.keys(content['custom']) : [];
  const report = (key: string, known: readonly string[], where: string): Diagnostic =>
    diagnosticAt(keySpan(module, block, key), {
      code: 'POL022',
      severity: 'error',
      message: `METADATA has no key \`${key}\`${where}`,
      help: `Keys are ${known.join(', ')}.`,
    });
  return [
    ...Object.keys(content)
      .filter((key) => !KEYS.includes(key))
      .map((key) => report(key, KEYS, '')),
    ...custom.filter((key) => !CUSTOM_KEYS.includes(key)).map((key) => report(key, CUSTOM_KEYS, ' in `custom`')),
  ];
}

/** The place of a key in a block; the block's first line when it is not written there. */
function keySpan({ file, text }: RegoModule, { row, lines }: Block, key: string): Diagnostic['span'] {
  const at = lines.findIndex((line) => line.trimStart().replace(/^- /, '').startsWith(`${key}:`));
  if (at === -1) return spanOf(file, text, { row, col: 1, text: '# METADATA' });
  const source = text.split('\n')[row + at] ?? '';
  return spanOf(file, text, { row: row + at + 1, col: source.indexOf(`${key}:`) + 1, text: key });
}
