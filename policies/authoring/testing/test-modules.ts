import { runOpa, type Opa } from '../opa.ts';
import { regoReference } from '../runs/ask-opa.ts';
import {
  isObject,
  OPA_TIMEOUT_MS,
  opaMessage,
  parseOr,
  refused,
  done,
  type RunOutcome,
  type UnknownObject,
} from '../runs/outcome.ts';
import { isTestModule, type ModuleFile, type Staged } from '../runs/policy-set.ts';

/** A test of a module, with a rule of our own that gives the values which the test looks at. */
export interface TestRule {
  /** Package as `opa test` prints it, e.g. `data.weir.lib.labels_test`. */
  readonly packageName: string;
  readonly packagePath: readonly string[];
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Name of the probe in the same package: a set of `[place, value]`. Null when there is nothing to look at but the test's own value. */
  readonly probe: string | null;
}

/** Tests of a module and the module that holds their probes. */
export interface TestModule {
  readonly tests: readonly TestRule[];
  /** Null when no test has one. */
  readonly probes: ModuleFile | null;
}

/** Runs of `opa parse` at one time. */
const CONCURRENCY_MAX = 2;

/**
 * Reads the tests of all test modules. A test only tells whether its assertions hold; that two evaluations agree needs the values themselves. So
 * for each test a *probe* is written: a rule with the same body up to an expression, which yields what that expression assigns, calls or refers to,
 * under the same `with`. Expressions keep the text that they have in the module.
 *
 * Errors: POL103.
 */
export async function readTestModules(
  opa: Opa,
  staged: Staged,
  modules: readonly ModuleFile[],
): Promise<RunOutcome<readonly TestModule[]>> {
  const waiting = modules.filter(isTestModule).map((module, at) => ({ module, at }));
  const found: TestModule[] = [];
  const failed: RunOutcome<never>[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && failed.length === 0; next = waiting.shift()) {
      const { module, at } = next;
      const args = ['parse', '--format', 'json', '--json-include', 'locations,-comments', module.file];
      const run = await runOpa(opa, args, { cwd: staged.folder, timeoutMs: OPA_TIMEOUT_MS });
      const tree = run.code === 0 ? parseOr(run.stdout, null) : null;
      if (run.problem !== null) failed.push({ ok: false, problem: run.problem });
      else if (!isObject(tree))
        failed.push(refused('POL103', `\`${module.file}\` is no Rego:\n${opaMessage(run)}`, 'Correct it.'));
      else found[at] = testModuleOf(module, tree, at);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY_MAX }, work));
  return failed[0] ?? done(found);
}

function testModuleOf(module: ModuleFile, tree: UnknownObject, at: number): TestModule {
  const packageTerms = isObject(tree['package']) ? listOf(tree['package']['path']) : [];
  const packagePath = packageTerms.slice(1).map((term) => String(isObject(term) ? term['value'] : ''));
  const rules = listOf(tree['rules']).filter(isObject);
  const byName = new Map<string, { readonly line: number; readonly probes: string[] }>();
  for (const rule of rules) {
    const test = testOf(rule);
    if (test === null) continue;
    const known = byName.get(test.name) ?? { line: test.line, probes: [] };
    byName.set(test.name, known);
    known.probes.push(...probesOf(rule, `weir_probe_${at}_${byName.size}`, known.probes.length));
  }
  const packageName = regoReference('data', packagePath);
  const tests = [...byName].map(([name, { line, probes }], index) => ({
    ...{ packageName, packagePath, name, file: module.file, line },
    probe: probes.length === 0 ? null : `weir_probe_${at}_${index + 1}`,
  }));
  const bodies = [...byName.values()].flatMap(({ probes }) => probes);
  const head = [`package ${packageName.replace(/^data\.?/, '')}`, ...listOf(tree['imports']).map(importText)];
  const text = `${head.join('\n')}\n\n${bodies.join('\n')}`;
  return { tests, probes: bodies.length === 0 ? null : { file: `weir-probes/${at}_test.rego`, text } };
}

/** A rule that `opa test` runs; null for any other. */
function testOf(rule: UnknownObject): { readonly name: string; readonly line: number } | null {
  const head = isObject(rule['head']) ? rule['head'] : {};
  const [first] = listOf(head['ref']);
  const name = isObject(first) && typeof first['value'] === 'string' ? first['value'] : '';
  if (!name.startsWith('test_') || head['args'] !== undefined) return null;
  const location = isObject(head['location']) ? head['location'] : {};
  return { name, line: typeof location['row'] === 'number' ? location['row'] : 1 };
}

/** Probes in one rule; what comes after them is only seen through the test's own value. */
const PROBES_PER_RULE_MAX = 64;

/** One rule for each value that the body looks at. */
function probesOf(rule: UnknownObject, name: string, from: number): readonly string[] {
  const found: string[] = [];
  const before: string[] = [];
  for (const expression of listOf(rule['body']).filter(isObject)) {
    if (expression['generated'] === true) continue;
    const text = textOf(expression);
    for (const { lines, value } of valuesOf(expression, text)) {
      if (found.length >= PROBES_PER_RULE_MAX) return found;
      const body = [...before, ...lines, `weir_value := ${value}`].map((line) => `\t${line}`).join('\n');
      found.push(`${name} contains [${from + found.length}, weir_value] if {\n${body}\n}\n`);
    }
    before.push(text);
  }
  return found;
}

/** Values that one expression looks at: what it assigns, else the calls and references among its operands, under its `with`. */
function valuesOf(
  expression: UnknownObject,
  text: string,
): readonly { readonly lines: readonly string[]; readonly value: string }[] {
  const { terms } = expression;
  const replaced = listOf(expression['with']).map((each) => (isObject(each) ? textOf(each) : ''));
  const under = replaced.length === 0 ? '' : ` ${replaced.join(' ')}`;
  if (isTerm(terms)) return isProbed(terms) ? [{ lines: [], value: `${textOf(terms)}${under}` }] : [];
  const [operator, ...operands] = listOf(terms).filter(isTerm);
  if (operator === undefined) return [];
  const [target] = operands;
  if (operatorOf(operator) === 'assign' && target !== undefined) return [{ lines: [text], value: textOf(target) }];
  return operands.filter(isProbed).map((operand) => ({ lines: [], value: `${textOf(operand)}${under}` }));
}

const isProbed = (term: UnknownObject): boolean => term['type'] === 'call' || term['type'] === 'ref';
const isTerm = (value: unknown): value is UnknownObject => isObject(value) && typeof value['type'] === 'string';

function operatorOf(term: UnknownObject): string {
  const [first] = listOf(term['value']);
  return isObject(first) && typeof first['value'] === 'string' ? first['value'] : '';
}

/** The text of a node as it stands in the module. */
function textOf(node: UnknownObject): string {
  const { location } = node;
  const text = isObject(location) ? location['text'] : '';
  return typeof text === 'string' ? Buffer.from(text, 'base64').toString('utf8') : '';
}

function importText(node: unknown): string {
  if (!isObject(node) || !isObject(node['path'])) return '';
  const [root, ...rest] = listOf(node['path']['value']).map((term) => String(isObject(term) ? term['value'] : ''));
  const alias = typeof node['alias'] === 'string' ? ` as ${node['alias']}` : '';
  return `import ${regoReference(root ?? '', rest)}${alias}`;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
