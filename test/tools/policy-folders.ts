/** Reads the policy folders of `policies/rego`: metadata, examples, and what the rules of a folder are. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { JsonValue } from '../../model/json.ts';

export const PACK = path.resolve(import.meta.dirname, '../../policies/rego');

/** What METADATA of a policy's package says. */
export interface PolicyMetadata {
  /** Below `policies/rego`, e.g. `invocation/no-blind-node`. */
  readonly folder: string;
  /** E.g. `weir.policies.invocation.no_blind_node`. */
  readonly packageName: string;
  readonly title: string;
  readonly description: string;
  readonly id: string;
  readonly severity: string;
  readonly cwe: readonly string[];
  readonly owasp: readonly string[];
  readonly maturity: string;
  readonly recommendedAction: string;
  readonly limits: readonly string[];
}

/** One item of an `examples.yaml`, as `policies/rego/README.md` describes it. */
export interface PolicyExample {
  readonly name: string;
  readonly entrypoint: string;
  readonly input: JsonValue;
  readonly data: JsonValue;
  readonly expect: JsonValue;
}

const FIELDS: Readonly<Record<string, RegExp>> = {
  id: /^WEIR-[A-Z]+-\d{3}$/,
  severity: /^(low|medium|high|critical)$/,
  cwe: /^CWE-\d+$/,
  owasp: /^SAS-\d+$/,
  maturity: /^(sandbox|stable|deprecated)$/,
  recommended_action: /^[A-Z].*\.$/,
  limits: /^[^.]+$/,
};
const OPTIONAL = ['owasp'];

/** Folders with a `policy.rego`, below `policies/rego`, sorted. */
export function policyFolders(): readonly string[] {
  return readdirSync(PACK, { recursive: true, encoding: 'utf8' })
    .filter((name) => path.basename(name) === 'policy.rego')
    .map((name) => path.dirname(name).split(path.sep).join('/'))
    .sort();
}

/** Metadata of one policy. @throws Error that names what is missing, misspelt or of the wrong form */
export function readPolicyMetadata(folder: string): PolicyMetadata {
  const text = readFileSync(path.join(PACK, folder, 'policy.rego'), 'utf8');
  const block = /^# METADATA\n((?:#.*\n)+)package (\S+)\n/.exec(text);
  if (block === null) throw new Error(`${folder}: the file does not begin with the METADATA of its package`);
  const [, comment = '', packageName = ''] = block;
  const metadata = parse(comment.replaceAll(/^# ?/gm, '')) as Readonly<Record<string, unknown>>;
  const custom = metadata['custom'] as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(custom).filter((key) => !(key in FIELDS));
  if (unknown.length > 0) throw new Error(`${folder}: unknown metadata ${unknown.join(', ')}`);
  const texts = (key: string): readonly string[] => {
    const value = custom[key];
    if (value === undefined && OPTIONAL.includes(key)) return [];
    const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    const bad = list.filter((item) => typeof item !== 'string' || FIELDS[key]?.test(item) !== true);
    if (list.length === 0 || bad.length > 0) throw new Error(`${folder}: ${key} is ${JSON.stringify(value)}`);
    return list as readonly string[];
  };
  const one = (key: string): string => texts(key)[0] ?? '';
  return {
    folder,
    packageName,
    title: String(metadata['title']),
    description: String(metadata['description']).trim().replaceAll('\n', ' '),
    id: one('id'),
    severity: one('severity'),
    cwe: texts('cwe'),
    owasp: texts('owasp'),
    maturity: one('maturity'),
    recommendedAction: one('recommended_action'),
    limits: texts('limits'),
  };
}

/** Examples of one policy with input and data put together; empty when the folder has none. */
export function readExamples(folder: string): readonly PolicyExample[] {
  const file = path.join(PACK, folder, 'examples.yaml');
  const items = parse(readFileSync(file, 'utf8')) as readonly Readonly<Record<string, JsonValue>>[];
  const from = (name: JsonValue | undefined): JsonValue =>
    typeof name === 'string'
      ? (JSON.parse(readFileSync(path.join(path.dirname(file), name), 'utf8')) as JsonValue)
      : {};
  return items.map((item) => ({
    name: textOf(item['name']),
    entrypoint: textOf(item['entrypoint']),
    input: layOver(from(item['inputFrom']), item['input'] ?? {}),
    data: layOver(from(item['dataFrom']), item['data'] ?? {}),
    expect: item['expect'] ?? null,
  }));
}

/** Objects are merged key by key; everything else replaces what was there. */
export function layOver(below: JsonValue, above: JsonValue): JsonValue {
  if (!isObject(below) || !isObject(above)) return above;
  const merged: Record<string, JsonValue> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = Object.hasOwn(below, key) ? below[key] : undefined;
    merged[key] = under === undefined ? value : layOver(under, value);
  }
  return merged;
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

const isObject = (value: JsonValue): value is Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
