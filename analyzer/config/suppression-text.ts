import { isCalendarDate } from './policy-sections.ts';

/** First word of a suppression in a comment or `Comment` field. */
export const SUPPRESSION_WORD = 'weir-ignore';

/** What a suppression in a comment says. */
export interface SuppressionText {
  /** Ids, aliases or slugs as written, at least one. */
  readonly rules: readonly string[];
  readonly reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`; null when it has none. */
  readonly expires: string | null;
}

/** CLI010 for a reason that is missing, CLI014 for what cannot be read. */
export interface SuppressionProblem {
  readonly code: 'CLI010' | 'CLI014';
  readonly message: string;
  readonly help: string;
}

const FORM = 'Write `weir-ignore RULE -- reason until YYYY-MM-DD`; the date may be left out.';
/** Something that is meant as a date, in whatever notation. */
const DATE = /\b\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b/;

/** Reads `weir-ignore RULE[, RULE] -- reason [until YYYY-MM-DD]`. A date that stands elsewhere is refused: the suppression would never end. */
export function readSuppressionText(text: string): SuppressionText | SuppressionProblem {
  const problem = (code: SuppressionProblem['code'], message: string, help = FORM): SuppressionProblem => ({
    code,
    message: `${message}, so nothing is suppressed`,
    help,
  });
  const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*)$/s.exec(text) ?? [];
  if (word !== SUPPRESSION_WORD) return problem('CLI014', `\`${word}\` is not \`${SUPPRESSION_WORD}\``);
  const [head = '', ...more] = rest.split(/(?:^|\s+)--(?:\s+|$)/);
  const rules = head.split(/[\s,]+/).filter((name) => name !== '');
  const dateInHead = DATE.exec(head)?.[0];
  if (dateInHead !== undefined) {
    return problem(
      'CLI014',
      `the date \`${dateInHead}\` stands before the reason`,
      'Move `until YYYY-MM-DD` to the end, behind the reason.',
    );
  }
  if (rules.length === 0) return problem('CLI014', 'the suppression names no rule');
  if (more.length === 0) {
    const isOnlyRule = rules.length === 1;
    return problem(
      'CLI010',
      isOnlyRule ? 'the suppression has no reason' : 'the suppression has no reason behind ` -- `',
    );
  }
  return readReason(more.join(' -- ').trim(), rules, problem);
}

function readReason(
  written: string,
  rules: readonly string[],
  problem: (code: SuppressionProblem['code'], message: string, help?: string) => SuppressionProblem,
): SuppressionText | SuppressionProblem {
  const until = /^(.*?)[\s[(]*\buntil\s+(\S*\d\S*?)[\])]?\s*$/s.exec(written);
  const reason = (until?.[1] ?? written).trim();
  const expires = until?.[2] ?? null;
  if (expires !== null && !isCalendarDate(expires)) {
    const help = 'Write the last day on which it holds as YYYY-MM-DD, at the end and with nothing behind it.';
    return problem('CLI014', `\`${expires}\` is no day of the calendar`, help);
  }
  const stray = DATE.exec(reason)?.[0];
  if (stray !== undefined && expires === null) {
    const help =
      'Write `until YYYY-MM-DD` at the end when the suppression is to end then; else leave the date out of the reason.';
    return problem('CLI014', `the date \`${stray}\` in the reason has no effect there`, help);
  }
  return reason === '' ? problem('CLI010', 'the suppression has no reason') : { rules, reason, expires };
}
