import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { JsonValue } from '../../../model/json.ts';
import { isJson, isJsonObject, layOver, type JsonObject } from './json.ts';
import { done, refused, type RunOutcome } from './outcome.ts';
import { FILE_BYTES_MAX, readDocument, shownPath } from './policy-set.ts';

/** One item of an `examples.yaml`; the format is described in `policies/rego/README.md`. */
export interface Example {
  /** As the user would write it. */
  readonly file: string;
  /** Line of the item, from 1. */
  readonly line: number;
  readonly name: string;
  /** Slash separated; null when the item leaves it out. */
  readonly entrypoint: string | null;
  readonly input: JsonObject;
  /** Documents laid over those of the policies; null for none. */
  readonly data: JsonObject | null;
  /** Undefined when the entry point must have no value. */
  readonly expect: JsonValue | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Examples of one file. */
export const EXAMPLES_MAX = 2_000;

const KEYS = ['name', 'entrypoint', 'input', 'inputFrom', 'data', 'dataFrom', 'expect', 'isUndefined'];

interface Place {
  readonly cwd: string;
  readonly absolute: string;
  readonly shown: string;
}

/** Reads the examples of all files. Errors: POL104 with the place. */
export function readExamples(cwd: string, files: readonly string[]): RunOutcome<readonly Example[]> {
  const examples: Example[] = [];
  for (const absolute of files) {
    const read = readExampleFile({ cwd, absolute, shown: shownPath(cwd, absolute) });
    if (!read.ok) return read;
    examples.push(...read.value);
  }
  return done(examples);
}

function readExampleFile(place: Place): RunOutcome<readonly Example[]> {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(place.absolute, 'utf8'), { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) return wrong(place.shown, lines.linePos(problem.pos[0]).line, problem.message);
  let items: unknown;
  try {
    items = document.toJS({ maxAliasCount: 1_000 });
  } catch (error) {
    return wrong(place.shown, 1, error instanceof Error ? error.message : 'it is not readable');
  }
  if (!Array.isArray(items)) return wrong(place.shown, 1, 'it is no list of examples');
  if (items.length > EXAMPLES_MAX) return wrong(place.shown, 1, `it has more than ${EXAMPLES_MAX} examples`);
  const examples: Example[] = [];
  const lineOf = (at: number): number => lineOfItem(document, lines, at);
  for (const [at, item] of items.entries()) {
    const example = readExample(item, { ...place, line: lineOf(at) });
    if (typeof example === 'string') return wrong(place.shown, lineOf(at), example);
    if (examples.some(({ name }) => name === example.name)) {
      return wrong(place.shown, lineOf(at), `there are two examples with the name \`${example.name}\``);
    }
    examples.push(example);
  }
  return done(examples);
}

function wrong(file: string, line: number, what: string): RunOutcome<never> {
  return refused(
    'POL104',
    `${file}:${line}: ${what}`,
    'The format of `examples.yaml` is described in policies/rego/README.md.',
  );
}

function lineOfItem(document: Document, lines: LineCounter, at: number): number {
  const node: unknown = document.getIn([at], true);
  const isPlaced = typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
  const start: unknown = isPlaced && Array.isArray(node.range) ? node.range[0] : 0;
  return lines.linePos(typeof start === 'number' ? start : 0).line;
}

/** @returns the example, or what is wrong with it */
function readExample(item: unknown, place: Place & { readonly line: number }): Example | string {
  if (!isJson(item) || !isJsonObject(item)) return 'the example is no object of JSON values';
  const unknown = Object.keys(item).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return `\`${unknown}\` is no key of an example; keys are ${KEYS.join(', ')}`;
  const { name, entrypoint, isUndefined, expect } = item;
  if (typeof name !== 'string' || name.trim() === '') return 'the example has no `name`';
  if (entrypoint !== undefined && typeof entrypoint !== 'string') return '`entrypoint` is no text';
  if (isUndefined !== undefined && isUndefined !== true) return '`isUndefined` can only be `true`';
  if ((expect === undefined) === (isUndefined === undefined)) return 'give either `expect` or `isUndefined: true`';
  const input = overlaid(item, 'input', place);
  if (typeof input === 'string') return input;
  if (input === null) return 'the example has no `input`';
  const data = overlaid(item, 'data', place);
  if (typeof data === 'string') return data;
  return {
    file: place.shown,
    line: place.line,
    name,
    entrypoint: entrypoint ?? null,
    input,
    data,
    expect,
    nowMs: clockOf(input),
  };
}

/** The clock of a decision: `input.time.unixMs`, or 0. */
export function clockOf(input: unknown): number {
  if (typeof input !== 'object' || input === null || !('time' in input)) return 0;
  const { time } = input;
  const unixMs: unknown = typeof time === 'object' && time !== null && 'unixMs' in time ? time.unixMs : 0;
  return typeof unixMs === 'number' && Number.isSafeInteger(unixMs) ? unixMs : 0;
}

/** `input` laid over `inputFrom`, or the same with `data`; null when neither is there, a text when something is wrong. */
function overlaid(item: JsonObject, key: 'input' | 'data', place: Place): JsonObject | null | string {
  const own = item[key];
  const from = item[`${key}From`];
  if (own !== undefined && !isJsonObject(own)) return `\`${key}\` is no object`;
  if (from === undefined) return own ?? null;
  if (typeof from !== 'string') return `\`${key}From\` is no path`;
  const file = path.resolve(path.dirname(place.absolute), from);
  const base = documentOf(file, place.cwd);
  if (typeof base === 'string') return `\`${key}From: ${from}\`: ${base}`;
  const merged = layOver(base, own ?? {});
  return isJsonObject(merged) ? merged : `\`${key}From: ${from}\` is no object`;
}

/** Only files of the working folder are read: an example must not bring in what lies elsewhere on the machine. */
function documentOf(file: string, cwd: string): JsonValue | string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return 'there is no such file';
  if (!isBelow(realpathSync(file), realpathSync(cwd))) return 'the file is not below the working folder';
  if (statSync(file).size > FILE_BYTES_MAX) return `the file has more than ${FILE_BYTES_MAX} bytes`;
  const read = readDocument(file, readFileSync(file, 'utf8'));
  if (!read.ok) return read.problem.message;
  return isJsonObject(read.value) ? read.value : 'the file is no object';
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
