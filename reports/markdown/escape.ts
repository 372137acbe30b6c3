import { escapeMarkup, safe } from '../common/text.ts';

/** Text on one line that cannot become markup, a link, a mention, an image or a table cell. What stands between backticks becomes code. */
export function inline(text: string): string {
  const parts = safe(text).split('`');
  // With an odd number of backticks the last one opens nothing.
  const paired = parts.length % 2 === 0 ? [...parts.slice(0, -2), parts.slice(-2).join('`')] : parts;
  return paired.map((part, at) => (at % 2 === 1 ? code(part) : plain(part))).join('');
}

/** A code span; a backtick inside is shown as an apostrophe. */
export function code(text: string): string {
  const inner = safe(text).replace(/`/g, "'").replace(/\|/g, '\\|');
  return inner.trim() === '' ? '' : `\`${inner}\``;
}

const plain = (text: string): string =>
  escapeMarkup(text)
    .replace(/[\\*_[\]|~`$]/g, (unit) => `\\${unit}`)
    // `&#39;` is an entity, any other number sign might name an issue.
    .replace(/(?<!&)#/g, '\\#')
    .replace(/@/g, '@\u200b')
    // An address that is spelt out becomes a link.
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\bwww\./gi, 'www\u200b.');

/** Text inside an HTML element on a line of its own, where Markdown is not read. */
export const element = (text: string): string => escapeMarkup(safe(text)).replace(/@/g, '@\u200b');
