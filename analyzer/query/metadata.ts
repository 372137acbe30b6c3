import { ruleId } from '../../model/brand.ts';
import { invariant } from '../../model/diagnostic.ts';
import type { Level, Maturity, MessageTemplate, Precision, RuleMetadata } from '../../model/finding.ts';

const LEVELS: readonly Level[] = ['error', 'warning', 'note'];
const PRECISIONS: readonly Precision[] = ['very-high', 'high', 'medium', 'low'];
const MATURITIES: readonly Maturity[] = ['stable', 'sandbox', 'deprecated'];
const KEYS: readonly string[] = [
  'id',
  'slug',
  'area',
  'title',
  'summary',
  'level',
  'levels',
  'score',
  'precision',
  'maturity',
  'cwe',
  'owasp',
  'aliases',
  'worksWithoutConfiguration',
  'limits',
  'messages',
];
const MESSAGE_KEYS: readonly string[] = ['what', 'why', 'fix'];
const RULE_ID = /^WEIR-([A-Z]+)-\d{3}$/;
const SCORE_MAX = 10;

/**
 * Reads the content of a `rule.meta.json`. Rule metadata is our own text, so anything wrong with it is our own mistake.
 * @throws InvariantError that names the rule and what is wrong with it, also for keys that are not known.
 */
export function decodeRuleMetadata(json: unknown): RuleMetadata {
  const fields = record(json, 'rule metadata');
  const id = text(fields['id'], 'rule metadata: id');
  const here = (what: string): string => `rule metadata of ${id}: ${what}`;
  refuseUnknown(fields, KEYS, here('metadata'));
  const area = text(fields['area'], here('area'));
  invariant(RULE_ID.exec(id)?.[1] === area.toUpperCase(), here('id is WEIR-<AREA>-<nnn>'));
  const score = fields['score'];
  invariant(typeof score === 'number' && score >= 0 && score <= SCORE_MAX, here('score is from 0 to 10'));
  const works = fields['worksWithoutConfiguration'];
  invariant(typeof works === 'boolean', here('worksWithoutConfiguration is true or false'));
  const cwe = texts(fields['cwe'], here('cwe'));
  invariant(cwe.length > 0 && cwe.every((entry) => /^CWE-\d+$/.test(entry)), here('names at least one CWE'));
  const owasp = texts(fields['owasp'], here('owasp'));
  invariant(owasp.length > 0 && owasp.every((entry) => /^SAS-\d+$/.test(entry)), here('names at least one SAS entry'));
  const limits = texts(fields['limits'], here('limits'));
  invariant(limits.length > 0, here('states its limits'));
  const level = oneOf(fields['level'], LEVELS, here('level'));
  const levels = texts(fields['levels'], here('levels')).map((item) => oneOf(item, LEVELS, here('levels')));
  const ordered = LEVELS.filter((item) => levels.includes(item));
  invariant(levels.includes(level), here('levels has the level'));
  invariant(JSON.stringify(levels) === JSON.stringify(ordered), here('levels is each once, the highest first'));
  const slug = text(fields['slug'], here('slug'));
  invariant(/^(no|require)-[a-z-]+$/.test(slug), here('slug is no-<thing> or require-<thing>'));
  return {
    id: ruleId(id),
    slug,
    area,
    title: text(fields['title'], here('title')),
    summary: text(fields['summary'], here('summary')),
    level,
    levels,
    score,
    precision: oneOf(fields['precision'], PRECISIONS, here('precision')),
    maturity: oneOf(fields['maturity'], MATURITIES, here('maturity')),
    cwe,
    owasp,
    aliases: texts(fields['aliases'], here('aliases')),
    worksWithoutConfiguration: works,
    limits,
    messages: messages(fields['messages'], here),
  };
}

function messages(value: unknown, here: (what: string) => string): Readonly<Record<string, MessageTemplate>> {
  const entries = Object.entries(record(value, here('messages')));
  invariant(entries.length > 0, here('has at least one message'));
  return Object.fromEntries(
    entries.map(([key, template]) => {
      const parts = record(template, here(`message ${key}`));
      refuseUnknown(parts, MESSAGE_KEYS, here(`message ${key}`));
      const part = (name: string): string => text(parts[name], here(`message ${key}, part ${name}`));
      return [key, { what: part('what'), why: part('why'), fix: part('fix') }];
    }),
  );
}

function refuseUnknown(fields: Readonly<Record<string, unknown>>, known: readonly string[], where: string): void {
  const unknown = Object.keys(fields).filter((key) => !known.includes(key));
  invariant(unknown.length === 0, `${where} has unknown keys: ${unknown.join(', ')}`);
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  invariant(typeof value === 'object' && value !== null && !Array.isArray(value), `${where} is an object`);
  return Object.fromEntries(Object.entries(value));
}

function text(value: unknown, where: string): string {
  invariant(typeof value === 'string' && value.trim() !== '', `${where} is a text that is not empty`);
  return value;
}

function texts(value: unknown, where: string): readonly string[] {
  invariant(Array.isArray(value), `${where} is a list`);
  return value.map((item) => text(item, where));
}

function oneOf<Name extends string>(value: unknown, names: readonly Name[], where: string): Name {
  const found = names.find((name) => name === value);
  invariant(found !== undefined, `${where} is one of ${names.join(', ')}`);
  return found;
}
