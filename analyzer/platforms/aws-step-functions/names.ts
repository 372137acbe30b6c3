import type { Expression } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { isJsonata } from '../../expressions/index.ts';
import { entriesOf, textOf, type DataNode, type MapEntry } from '../../source/index.ts';
import type { Integration } from './catalog.ts';
import { nameText } from './context.ts';
import type { Request } from './targets.ts';
import { partOf } from './selections.ts';

/** What names a store, function or workflow: text that may hold placeholders, or something computed. */
export type WrittenName =
  | { readonly kind: 'static'; readonly text: string; readonly span: Span }
  | { readonly kind: 'dynamic'; readonly from: Expression };

/** One store of a request, with the part of the argument that goes there. */
export interface Place {
  readonly name: WrittenName;
  readonly value: Expression;
}

/** The entry of a parameter in a template, under its own name or with the suffix of a path. */
export function parameterEntry(node: DataNode | null, name: string): MapEntry | null {
  return entriesOf(node).find((each) => each.key === name || each.key === `${name}.$`) ?? null;
}

/** The parameter that names a target, as it is written; null when it is missing. */
export function writtenName(request: Request, integration: Integration): WrittenName | null {
  const names = typeof integration.name === 'string' ? [integration.name] : (integration.name ?? []);
  for (const name of names) {
    const found = parameterNamed(request, { name, node: request.written, argument: request.argument });
    if (found !== null) return integration.isStatement === true ? tableOf(found) : found;
  }
  if (!isComputed(request) || names[0] === undefined) return null;
  return nameOf(partOf(request.argument, names[0]) ?? request.argument);
}

/** True when no parameter stands in the definition itself: all of the request is computed. */
function isComputed({ written }: Request): boolean {
  return written?.kind !== 'map';
}

interface Named {
  readonly name: string;
  readonly node: DataNode | null;
  /** The argument, or the part of it that `node` describes. */
  readonly argument: Expression;
}

function parameterNamed(request: Request, { name, node, argument }: Named): WrittenName | null {
  const entry = parameterEntry(node, name);
  if (entry === null) return null;
  const text = nameText(entry.value);
  const isSelected =
    entry.key.endsWith('.$') || (request.state.language === 'JSONata' && text !== null && isJsonata(text));
  if (!isSelected && text !== null) return { kind: 'static', text, span: entry.value.span };
  const start = isSelected ? literalStart(text ?? '') : null;
  if (start !== null) return { kind: 'static', text: start, span: entry.value.span };
  return nameOf(partOf(argument, name) ?? argument);
}

/** A computed name that is a constant after all is one that is written. */
function nameOf(from: Expression): WrittenName {
  if (from.kind === 'literal' && typeof from.value === 'string') {
    return { kind: 'static', text: from.value, span: from.span };
  }
  return { kind: 'dynamic', from };
}

/** The table that a PartiQL statement begins with ("PartiQL select, insert, update and delete statements", developer guide of DynamoDB). */
const STATEMENT = /^\s*(?:SELECT\b.*?\bFROM|INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:"([^"]+)"|([\w-]+|\$\{[^}]+\}))/is;

/** A statement of another form may be about any table. */
function tableOf(statement: WrittenName): WrittenName {
  if (statement.kind === 'dynamic') return statement;
  const { text, span } = statement;
  const found = STATEMENT.exec(text);
  const table = found?.[1] ?? found?.[2];
  if (table !== undefined) return { kind: 'static', text: table, span };
  return { kind: 'dynamic', from: { kind: 'literal', value: text, span } };
}

/** Whether a request is a PartiQL statement that only reads. */
export function isSelect(request: Request): boolean {
  return /^\s*SELECT\b/i.test(literalParameter(request, 'Statement') ?? '');
}

/** Address of a host that a computed URL certainly starts with: the host is then known, and what follows selects within it. */
function literalStart(text: string): string | null {
  const match =
    /^States\.Format\('(https?:\/\/[^/{}']+\/)/.exec(text) ??
    /^\{%\s*["'](https?:\/\/[^/"']+\/)[^"']*["']\s*&/.exec(text);
  return match?.[1] ?? null;
}

/**
 * The stores that a request is for. Several when each item of a list names one, or the keys of a map do; the names are computed when the list
 * or map is. Empty when the parameter is missing.
 */
export function placesOf(request: Request, integration: Integration): readonly Place[] {
  const value = request.argument;
  if (integration.namesIn !== undefined) return placesInKeys(request, integration.namesIn);
  if (integration.within !== undefined) return placesInItems(request, integration);
  const found = writtenName(request, integration);
  if (found !== null) return [{ name: found, value }];
  const { absent } = integration;
  return absent === undefined ? [] : [{ name: { kind: 'static', text: absent, span: request.argument.span }, value }];
}

function placesInKeys(request: Request, parameter: string): readonly Place[] {
  const entry = parameterEntry(request.written, parameter);
  const part = partOf(request.argument, parameter);
  if (entry?.value.kind !== 'map') {
    return part === null ? [] : [{ name: { kind: 'dynamic', from: part }, value: request.argument }];
  }
  return entry.value.entries.map((each) => {
    const name = each.key.replace(/\.\$$/, '');
    const value = (part === null ? null : partOf(part, name)) ?? request.argument;
    return { name: { kind: 'static', text: name, span: each.keySpan }, value };
  });
}

function placesInItems(request: Request, integration: Integration): readonly Place[] {
  const parameter = integration.within ?? '';
  const entry = parameterEntry(request.written, parameter);
  const part = partOf(request.argument, parameter);
  if (entry?.value.kind !== 'list') {
    return part === null ? [] : [{ name: { kind: 'dynamic', from: part }, value: request.argument }];
  }
  const places: Place[] = [];
  for (const [at, item] of entry.value.items.entries()) {
    const value = (part?.kind === 'array' ? part.items[at] : undefined) ?? part ?? request.argument;
    const name = nameInItem(request, integration, { node: item, argument: value });
    if (name !== null) places.push({ name, value });
  }
  return places;
}

/** The name in an item of a list, or in a map right below it (`{"Put": {"TableName": …}}`). */
function nameInItem(request: Request, integration: Integration, item: Omit<Named, 'name'>): WrittenName | null {
  const name = typeof integration.name === 'string' ? integration.name : (integration.name?.[0] ?? '');
  if (item.node?.kind !== 'map') return { kind: 'dynamic', from: item.argument };
  const own = parameterNamed(request, { name, ...item });
  if (own !== null) return integration.isStatement === true ? tableOf(own) : own;
  for (const entry of entriesOf(item.node)) {
    const argument = partOf(item.argument, entry.key) ?? item.argument;
    const inner = parameterNamed(request, { name, node: entry.value, argument });
    if (inner !== null) return inner;
  }
  const { absent } = integration;
  return absent === undefined ? null : { kind: 'static', text: absent, span: item.node.span };
}

/** The text of a parameter that is written as a constant; null when it is computed or missing. */
export function literalParameter(request: Request, name: string): string | null {
  const entry = entriesOf(request.written).find((each) => each.key === name);
  const text = textOf(entry?.value);
  return text === null || (request.state.language === 'JSONata' && isJsonata(text)) ? null : text;
}
