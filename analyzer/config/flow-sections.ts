import type { Authentication, Trigger } from '../../model/application.ts';
import type { DataNode } from '../source/types.ts';
import type { LabelReader } from './label-reader.ts';
import { didYouMean } from './near.ts';
import { patternOf } from './patterns.ts';
import type { Reader } from './reader.ts';
import type { EntryMatch, EntryRule, LabelRule, NamePattern, PassRule, ShapeRule } from './types.ts';

/** What all sections are read with. */
export interface Readers {
  readonly reader: Reader;
  readonly labels: LabelReader;
}

export const TRIGGER_KINDS: readonly Trigger['kind'][] = [
  'http',
  'function-url',
  'schedule',
  'event',
  'storage',
  'queue',
  'topic',
  'iot',
  'stream',
  'manual',
  'other',
];
export const AUTHENTICATIONS: readonly Authentication[] = ['none', 'authenticated', 'internal', 'unknown'];

/** `pattern: label or labels per path`, for `sources` and `stores`. */
export function readShapeRules(node: DataNode | null, section: string, { reader, labels }: Readers): ShapeRule[] {
  return (node === null ? [] : (reader.entries(node, `\`${section}\``) ?? [])).flatMap((entry) => {
    const shape = labels.shape(entry.value, `\`${entry.key}\` under \`${section}\``);
    return shape === null ? [] : [{ pattern: patternOf(entry.key, entry.keySpan), shape }];
  });
}

/** `pattern: label`, for `sinks`. */
export function readLabelRules(node: DataNode | null, section: string, { reader, labels }: Readers): LabelRule[] {
  return (node === null ? [] : (reader.entries(node, `\`${section}\``) ?? [])).flatMap((entry) => {
    const label = labels.label(entry.value, `\`${entry.key}\` under \`${section}\``);
    return label === null ? [] : [{ pattern: patternOf(entry.key, entry.keySpan), label }];
  });
}

/** `workflow: label`, `trigger:http: label`, `callers:none: label`. */
export function readEntries(node: DataNode | null, { reader, labels }: Readers): EntryRule[] {
  return (node === null ? [] : (reader.entries(node, '`entries`') ?? [])).flatMap((entry) => {
    const label = labels.label(entry.value, `\`${entry.key}\` under \`entries\``);
    const match = readEntryMatch(entry.key, entry.keySpan, reader);
    return label === null || match === null ? [] : [{ match, label }];
  });
}

function readEntryMatch(text: string, span: NamePattern['span'], reader: Reader): EntryMatch | null {
  const [kind = '', ...more] = text.split(':');
  const name = more.join(':').trim();
  const oneOf = <Name extends string>(names: readonly Name[], what: string): Name | null => {
    const found = names.find((one) => one === name);
    if (found !== undefined) return found;
    const help = didYouMean(name, names, `Use one of ${names.map((one) => `\`${one}\``).join(', ')}.`);
    return reader.report({ code: 'CFG004', message: `there is no ${what} \`${name}\``, help }, span);
  };
  if (kind === 'trigger') {
    const trigger = oneOf(TRIGGER_KINDS, 'kind of trigger');
    return trigger === null ? null : { kind, trigger };
  }
  if (kind === 'callers') {
    const authentication = oneOf(AUTHENTICATIONS, 'kind of callers');
    return authentication === null ? null : { kind, authentication };
  }
  const glob = kind === 'workflow' ? name : text;
  return { kind: 'workflow', pattern: { text, kind: 'workflow', glob, span } };
}

/** `- { before: pattern, through: function, mode: data }`. */
export function readRequire(node: DataNode | null, { reader }: Readers): PassRule[] {
  return (node === null ? [] : (reader.items(node, '`require`') ?? [])).flatMap((item) => {
    const fields = reader.fields(item, 'an entry of `require`', ['before', 'through', 'mode']);
    if (fields === null) return [];
    const pattern = (key: 'before' | 'through'): NamePattern | null => {
      const value = fields.get(key)?.value;
      const text = reader.text(value, `\`${key}\``);
      if (value === undefined) missing(reader, item, { what: 'an entry of `require`', key });
      return text === null || value === undefined ? null : patternOf(text, value.span);
    };
    const before = pattern('before');
    const through = pattern('through');
    const mode = fields.get('mode');
    const given = mode === undefined ? 'data' : reader.oneOf(mode.value, '`mode`', ['data', 'control'] as const);
    return before === null || through === null || given === null
      ? []
      : [{ before, through, mode: given, span: item.span }];
  });
}

/** Notes that a key has to be there. */
export function missing(reader: Reader, node: DataNode, at: { readonly what: string; readonly key: string }): null {
  const { what, key } = at;
  return reader.report({ code: 'CFG008', message: `${what} has no \`${key}\``, help: `Add \`${key}:\`.` }, node.span);
}

/** A text or list of texts as patterns. */
export function readPatterns(node: DataNode, what: string, reader: Reader): NamePattern[] {
  return reader.texts(node, what).map(({ text, span }) => patternOf(text, span));
}
