import type { Diagnostic } from '../../../model/diagnostic.ts';
import { parseReferencePath } from '../../expressions/index.ts';
import { isJsonata } from '../../expressions/index.ts';
import { entriesOf, textOf, type DataNode, type MapEntry, type MapNode } from '../../source/index.ts';
import { EXCLUSIVE, type FieldRule, type Fields, type ValueKind } from './fields.ts';
import type { QueryLanguage } from './machine.ts';
import { problem } from './problems.ts';

/** What is checked: a state or one of its parts. */
export interface Checked {
  readonly node: MapNode;
  /** How messages speak of it, e.g. `the Wait state Cool down`. */
  readonly what: string;
  readonly fields: Fields;
  readonly required?: readonly string[];
  readonly language: QueryLanguage;
}

/** Checks names, presence and form of the fields of a state or part. */
export function checkFields(checked: Checked): readonly Diagnostic[] {
  const { node, what, fields } = checked;
  const found: Diagnostic[] = [];
  for (const entry of node.entries) {
    const rule = Object.hasOwn(fields, entry.key) ? fields[entry.key] : undefined;
    if (rule === undefined) found.push(unknownField(entry, checked));
    else if (rule.language !== undefined && rule.language !== checked.language)
      found.push(foreignField(entry, checked));
    else found.push(...checkValue(entry, rule, checked));
  }
  const names = new Set(node.entries.map((entry) => entry.key));
  for (const name of checked.required ?? [])
    if (!names.has(name)) found.push(problem('ASL001', { message: `${what} has no \`${name}\`` }, headOf(node)));
  for (const group of EXCLUSIVE) {
    const present = node.entries.filter((entry) => group.includes(entry.key));
    const [, second] = present;
    if (second === undefined) continue;
    const list = present.map((entry) => `\`${entry.key}\``).join(' and ');
    found.push(problem('ASL005', { message: `${what} has ${list}, of which it may have one` }, second.keySpan));
  }
  return found;
}

/** The place of a map's first key, which is a smaller target than the whole map. */
export function headOf(node: MapNode): MapNode['span'] {
  return node.entries[0]?.keySpan ?? node.span;
}

function unknownField(entry: MapEntry, { what, fields }: Checked): Diagnostic {
  const near = Object.keys(fields).find((name) => name.toLowerCase() === entry.key.toLowerCase());
  const help = near === undefined ? {} : { help: `Write \`${near}\`: names of fields are case-sensitive.` };
  return problem('ASL002', { message: `${what} has no field \`${entry.key}\``, ...help }, entry.keySpan);
}

function foreignField(entry: MapEntry, { what, fields, language }: Checked): Diagnostic {
  const message = `\`${entry.key}\` is a field of ${fields[entry.key]?.language ?? ''}, and ${what} uses ${language}`;
  return problem('ASL003', { message }, entry.keySpan);
}

/** True when a value is only known after deployment: it has placeholders, or is a function of the template. */
export function isDeferred(node: DataNode): boolean {
  if (node.kind === 'map') return node.entries.length === 1 && /^(Ref$|Fn::)/.test(node.entries[0]?.key ?? '');
  return node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${');
}

function checkValue(entry: MapEntry, rule: FieldRule, checked: Checked): readonly Diagnostic[] {
  const { value, key } = entry;
  if (isDeferred(value)) return [];
  const isQuery = checked.language === 'JSONata' && isJsonata(textOf(value) ?? '');
  if (isQuery && QUERY_KINDS.has(rule.kind)) return [];
  if (rule.kind === 'assign') return checkAssign(value, checked);
  if (rule.kind === 'number') return checkNumber(entry, rule, checked);
  if (CHECKS[rule.kind](value)) return [];
  const message = `\`${key}\` of ${checked.what} has to be ${EXPECTED[rule.kind]}`;
  return [problem('ASL004', { message }, value.span)];
}

/** Kinds of values that a JSONata state may compute. */
const QUERY_KINDS: ReadonlySet<ValueKind> = new Set(['number', 'text', 'timestamp', 'template', 'assign']);

const isText = (node: DataNode): boolean => node.kind === 'scalar' && typeof node.value === 'string';
const isNull = (node: DataNode): boolean => node.kind === 'scalar' && node.value === null;
const isPath = (node: DataNode): boolean => isText(node) && (textOf(node) ?? '').startsWith('$');

/** A date and time of RFC 3339. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const CHECKS: Readonly<Record<Exclude<ValueKind, 'number' | 'assign'>, (node: DataNode) => boolean>> = {
  any: () => true,
  template: () => true,
  text: isText,
  boolean: (node) => node.kind === 'scalar' && typeof node.value === 'boolean',
  map: (node) => node.kind === 'map',
  list: (node) => node.kind === 'list',
  path: isPath,
  nullablePath: (node) => isNull(node) || isPath(node),
  resultPath: (node) => isNull(node) || (isPath(node) && isResultPath(textOf(node) ?? '')),
  pathOrIntrinsic: (node) => isPath(node) || (textOf(node) ?? '').startsWith('States.'),
  timestamp: (node) => isText(node) && TIMESTAMP.test(textOf(node) ?? ''),
};

function isResultPath(text: string): boolean {
  const parsed = parseReferencePath(text);
  return parsed.ok && parsed.variable === null;
}

const EXPECTED: Readonly<Record<Exclude<ValueKind, 'number' | 'assign'>, string>> = {
  any: 'any value',
  template: 'any value',
  text: 'a string',
  boolean: 'true or false',
  map: 'a map',
  list: 'a list',
  path: 'a path that starts with `$`',
  nullablePath: 'a path that starts with `$`, or null',
  resultPath: 'a path to one place of the input such as `$.result`, or null',
  pathOrIntrinsic: 'a path or an intrinsic function',
  timestamp: 'a timestamp such as 2026-03-14T01:59:00Z',
};

function checkNumber(entry: MapEntry, rule: FieldRule, { what }: Checked): readonly Diagnostic[] {
  const { value, key } = entry;
  if (value.kind !== 'scalar' || typeof value.value !== 'number')
    return [problem('ASL004', { message: `\`${key}\` of ${what} has to be a number` }, value.span)];
  const { min = 0, max = Infinity } = rule;
  const isWhole = rule.whole !== true || Number.isInteger(value.value);
  if (value.value >= min && value.value <= max && isWhole) return [];
  const range = max === Infinity ? `at least ${min}` : `from ${min} to ${max}`;
  const message = `\`${key}\` of ${what} is ${value.raw} and not ${rule.whole === true ? 'a whole number ' : ''}${range}`;
  return [problem('ASL015', { message }, value.span)];
}

/** Longest name of a variable, in characters. */
const VARIABLE_NAME_MAX = 80;

function checkAssign(node: DataNode, { what, language }: Checked): readonly Diagnostic[] {
  if (node.kind !== 'map')
    return [problem('ASL004', { message: `\`Assign\` of ${what} has to be a map of variables` }, node.span)];
  return entriesOf(node).flatMap((entry) => {
    const name = language === 'JSONPath' ? entry.key.replace(/\.\$$/, '') : entry.key;
    const isValid =
      /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u.test(name) && name.length <= VARIABLE_NAME_MAX && name !== 'states';
    return isValid ? [] : [problem('ASL017', { message: `\`${name}\` is no name of a variable` }, entry.keySpan)];
  });
}
