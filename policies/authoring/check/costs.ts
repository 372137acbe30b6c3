import type { Diagnostic } from '../../../model/diagnostic.ts';
import {
  callsIn,
  isObject,
  referenceOf,
  termOf,
  walk,
  type Call,
  type JsonObject,
  type RegoModule,
  type RegoRule,
  type Term,
} from '../rego/module.ts';
import type { Names } from './names.ts';
import { diagnosticAt, spanOf } from './place.ts';

/** Definitions of one rule that may differ only in constants; more are a table written as rules. */
export const FANOUT_MAX = 8;
/** Items of one list, set or object of constants: all of them are built again for each decision. */
export const LITERAL_ITEMS_MAX = 64;

/** Which arguments of a builtin are patterns. */
const PATTERNS: Readonly<Record<string, readonly number[]>> = {
  'glob.match': [0],
  'regex.find_all_string_submatch_n': [0],
  'regex.find_n': [0],
  'regex.globs_match': [0, 1],
  'regex.is_valid': [0],
  'regex.match': [0],
  'regex.replace': [1],
  'regex.split': [0],
  'regex.template_match': [0],
};
const ITERATORS = ['internal.member_2', 'internal.member_3'];

/**
 * Finds what makes decisions slow. Error: POL017 a pattern that is not a constant. Warnings: POL016 a regular expression, POL018 rules or literals that
 * should be a table, POL019 a table that is searched instead of looked up, POL020 the input as a whole.
 */
export function checkCosts(module: RegoModule, names: Names): readonly Diagnostic[] {
  if (module.isTest) return [];
  return [
    ...module.rules.flatMap((rule) => [
      ...patterns(module, rule, names),
      ...searches(module, rule, names),
      ...wholeInputs(module, rule),
      ...literals(module, rule),
    ]),
    ...fanOut(module),
  ];
}

const at = ({ file, text }: RegoModule, { location }: Pick<Call, 'location'>): Diagnostic['span'] =>
  spanOf(file, text, location);

function patterns(module: RegoModule, rule: RegoRule, names: Names): readonly Diagnostic[] {
  return callsIn(rule.tree).flatMap((call): Diagnostic[] => {
    const positions = PATTERNS[call.name];
    if (positions === undefined) return [];
    const isConstant = positions.every((position) => names.isConstantText(module, call.args[position] ?? null));
    if (!isConstant) {
      const message = `the pattern of \`${call.name}\` is not a constant`;
      const help =
        'Write the pattern into the policy: one that comes with a request or as data is compiled each time, and whoever writes it decides how long that takes.';
      return [diagnosticAt(at(module, call), { code: 'POL017', severity: 'error', message, help })];
    }
    if (call.name === 'glob.match') return [];
    const help =
      'Use `startswith`, `endswith`, `contains`, `split` or a table in `data.json`, which cost a fraction of it.';
    const message = `\`${call.name}\` runs a regular expression on each decision`;
    return [diagnosticAt(at(module, call), { code: 'POL016', severity: 'warning', message, help })];
  });
}

function searches(module: RegoModule, rule: RegoRule, names: Names): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const report = (term: Term, table: string): void => {
    const message = `\`${table}\` is searched on each decision`;
    const help = 'Look it up by a key, `table[key]`, so that the cost does not grow with the table.';
    found.push(diagnosticAt(at(module, term), { code: 'POL019', severity: 'warning', message, help }));
  };
  const consider = (term: Term | null): void => {
    const table = names.wholeTable(module, term);
    if (term !== null && table !== null) report(term, table);
  };
  walk(rule.tree, (node) => {
    // `some … in` and `every … in` name what they go through; a wildcard in a reference goes through what stands before it.
    if (Array.isArray(node['symbols'])) {
      for (const call of node['symbols'].flatMap(callOf))
        if (ITERATORS.includes(call.name)) consider(call.args.at(-1) ?? null);
    }
    if ('domain' in node) consider(termOf(node['domain']));
    const parts = referenceOf(termOf(node));
    const wildcard =
      parts?.findIndex(({ type, value }) => type === 'var' && typeof value === 'string' && value.startsWith('$')) ?? -1;
    const term = termOf(node);
    if (parts !== null && term !== null && wildcard > 0) consider({ ...term, value: parts.slice(0, wildcard) });
    return true;
  });
  return found;
}

const callOf = (symbol: unknown): readonly Call[] => callsIn(symbol).slice(0, 1);

function wholeInputs(module: RegoModule, rule: RegoRule): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  walk(withoutTargets(rule.tree), (node) => {
    const term = termOf(node);
    const parts = referenceOf(term);
    const first = parts?.[0];
    if (term === null || first?.type !== 'var' || first.value !== 'input') return true;
    if (parts?.[1]?.type === 'string') return true;
    const message = 'the input is used as a whole';
    const help =
      'Name the fields, e.g. `input.weir.data.label`: only what a policy names is handed over to it, and the whole input costs most.';
    found.push(diagnosticAt(at(module, term), { code: 'POL020', severity: 'warning', message, help }));
    return true;
  });
  return found;
}

/** `with input as …` sets the input and does not read it. */
function withoutTargets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTargets);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === 'target' ? [] : [[key, withoutTargets(item)]])),
  );
}

function literals(module: RegoModule, rule: RegoRule): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  walk(rule.tree, (node) => {
    const term = termOf(node);
    if (term === null || !['array', 'set', 'object'].includes(term.type) || !Array.isArray(term.value)) return true;
    if (term.value.length <= LITERAL_ITEMS_MAX) return true;
    const message = `a literal of ${term.value.length} items is built on each decision`;
    found.push(diagnosticAt(at(module, term), { code: 'POL018', severity: 'warning', message, help: TABLE }));
    return false;
  });
  return found;
}

const TABLE = 'Put the values into a table in `data.json` and look them up by key.';

function fanOut(module: RegoModule): readonly Diagnostic[] {
  const groups = Map.groupBy(module.rules, (rule) => `${rule.name} ${JSON.stringify(shapeOf(rule.tree))}`);
  return [...groups.values()].flatMap((rules): Diagnostic[] => {
    const [first] = rules;
    if (first === undefined || rules.length <= FANOUT_MAX) return [];
    const message = `\`${first.name}\` has ${rules.length} definitions that differ only in constants, and all are tried on each decision`;
    return [diagnosticAt(at(module, first), { code: 'POL018', severity: 'warning', message, help: TABLE })];
  });
}

/** A rule without its constants and places. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (!isObject(value)) return value;
  if (['string', 'number', 'boolean'].includes(String(value['type'])) && !isObject(value['value']))
    return value['type'];
  const kept: JsonObject = value;
  return Object.fromEntries(
    Object.entries(kept).flatMap(([key, item]) =>
      key === 'location' || key === 'annotations' ? [] : [[key, shapeOf(item)]],
    ),
  );
}
