import type { Level } from '../../model/finding.ts';
import type { DataNode } from '../source/types.ts';
import { missing, type Readers } from './flow-sections.ts';
import type { Reader } from './reader.ts';
import type { RuleSetting, SuppressionRule } from './types.ts';

const SETTINGS: readonly (Level | 'off')[] = ['off', 'error', 'warning', 'note'];

/** `rule: level` or `rule: { level, reason }`; turning a rule off needs a reason. */
export function readRules(node: DataNode | null, { reader }: Readers): RuleSetting[] {
  return (node === null ? [] : (reader.entries(node, '`rules`') ?? [])).flatMap((entry) => {
    const what = `rule \`${entry.key}\``;
    const isShort = entry.value.kind === 'scalar';
    const fields = isShort ? null : reader.fields(entry.value, what, ['level', 'reason']);
    const given = isShort ? entry.value : fields?.get('level')?.value;
    if (given === undefined) {
      if (fields !== null) missing(reader, entry.value, { what, key: 'level' });
      return [];
    }
    const level = readSetting(given, what, reader);
    const reason = reader.text(fields?.get('reason')?.value, `\`reason\` of ${what}`);
    if (level === null) return [];
    if (level === 'off' && reason === null) {
      const help = `Write \`${entry.key}: { level: off, reason: … }\`, so that the next reader knows why.`;
      reader.report({ code: 'CFG012', message: `${what} is turned off without a reason`, help }, entry.keySpan);
      return [];
    }
    return [{ rule: entry.key, level, reason, span: entry.keySpan }];
  });
}

/** In YAML 1.1 `off` is a boolean, so some editors and formatters write `false`. */
function readSetting(node: DataNode, what: string, reader: Reader): RuleSetting['level'] | null {
  if (node.kind === 'scalar' && node.value === false) return 'off';
  return reader.oneOf(node, `the level of ${what}`, SETTINGS);
}

export function readIgnore(node: DataNode | null, { reader }: Readers): string[] {
  return node === null ? [] : reader.texts(node, '`ignore`').map(({ text }) => text);
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a day of the calendar as `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** `- { rule, file, place, reason, expires }`. */
export function readSuppressions(node: DataNode | null, { reader }: Readers): SuppressionRule[] {
  return (node === null ? [] : (reader.items(node, '`suppressions`') ?? [])).flatMap((item) => {
    const what = 'a suppression';
    const fields = reader.fields(item, what, ['rule', 'file', 'place', 'reason', 'expires']);
    if (fields === null) return [];
    const text = (key: string): string | null => reader.text(fields.get(key)?.value, `\`${key}\` of ${what}`);
    for (const key of ['rule', 'file', 'reason']) if (!fields.has(key)) missing(reader, item, { what, key });
    const rule = text('rule');
    const file = text('file');
    const reason = text('reason');
    const expires = text('expires');
    if (expires !== null && !isCalendarDate(expires)) {
      const help = 'Write the last day on which it holds as YYYY-MM-DD.';
      const span = fields.get('expires')?.value.span ?? item.span;
      reader.report({ code: 'CFG009', message: `\`${expires}\` is no day of the calendar`, help }, span);
      return [];
    }
    const late = expires === null ? /\buntil\s+\d[\d./-]*\d\s*$/.exec(reason ?? '')?.[0] : undefined;
    if (late !== undefined) {
      const message = `\`${late.trim()}\` in the reason has no effect there, the suppression would never end`;
      const help = 'Write the last day on which it holds as `expires: YYYY-MM-DD`.';
      reader.report({ code: 'CFG009', message, help }, fields.get('reason')?.value.span ?? item.span);
      return [];
    }
    if (rule === null || file === null || reason === null) return [];
    return [{ rule, file, place: text('place'), reason, expires, span: item.span }];
  });
}
