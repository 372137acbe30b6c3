import test from 'ava';
import { readSuppressionText } from '../../../analyzer/config/index.ts';

const read = test.macro({
  title: (_, text: string) => `reads: ${text}`,
  exec: (t, text: string, rules: readonly string[], reason: string, expires: string | null = null) => {
    t.deepEqual(readSuppressionText(text), { rules, reason, expires });
  },
});

test(read, 'weir-ignore no-bypass -- checked by hand', ['no-bypass'], 'checked by hand');
test(read, ' weir-ignore  A, B C -- both', ['A', 'B', 'C'], 'both');
test(read, 'weir-ignore A -- one -- two until 2027-01-31', ['A'], 'one -- two', '2027-01-31');
test(read, 'weir-ignore A -- by hand (until 2027-01-31)', ['A'], 'by hand', '2027-01-31');
test(read, 'weir-ignore A -- by hand\nuntil 2027-01-31\n', ['A'], 'by hand', '2027-01-31');
test(read, 'weir-ignore A -- quiet until the ward moves', ['A'], 'quiet until the ward moves');
test(
  read,
  'weir-ignore A -- as decided on 2026-10-01 until 2027-01-31',
  ['A'],
  'as decided on 2026-10-01',
  '2027-01-31',
);

const refuse = test.macro({
  title: (_, text: string) => `refuses: ${text}`,
  exec: (
    t,
    text: string,
    code: 'CLI010' | 'CLI014',
    message: RegExp,
    help: RegExp = /^Write `weir-ignore RULE -- reason until/,
  ) => {
    const problem = readSuppressionText(text);
    if (!('code' in problem)) return t.fail(JSON.stringify(problem));
    t.is(problem.code, code);
    t.regex(problem.message, message);
    t.regex(problem.message, /, so nothing is suppressed$/);
    t.regex(problem.help, help);
  },
});

const MOVE = /^Move `until YYYY-MM-DD` to the end/;
const DAY = /as YYYY-MM-DD, at the end/;
test(refuse, 'weir-ignore', 'CLI014', /names no rule/);
test(refuse, 'weir-ignore -- because', 'CLI014', /names no rule/);
test(refuse, 'weir-ignore: A -- because', 'CLI014', /^`weir-ignore:` is not `weir-ignore`/);
test(refuse, 'weir-ignore-next-line A -- because', 'CLI014', /^`weir-ignore-next-line` is not/);
test(refuse, 'weir-ignore A', 'CLI010', /has no reason,/);
test(refuse, 'weir-ignore A --', 'CLI010', /has no reason,/);
test(refuse, 'weir-ignore A -- until 2999-01-01', 'CLI010', /has no reason,/);
test(refuse, 'weir-ignore A because', 'CLI010', /has no reason behind ` -- `/);
test(refuse, 'weir-ignore A - because', 'CLI010', /has no reason behind ` -- `/);
test(refuse, 'weir-ignore A until 2027-01-31 -- because', 'CLI014', /`2027-01-31` stands before the reason/, MOVE);
test(refuse, 'weir-ignore until 31.1.2027 A -- because', 'CLI014', /`31.1.2027` stands before the reason/, MOVE);
test(refuse, 'weir-ignore A -- because until 2030-02-31', 'CLI014', /`2030-02-31` is no day/, DAY);
test(refuse, 'weir-ignore A -- because until 2027-1-1', 'CLI014', /`2027-1-1` is no day/, DAY);
test(refuse, 'weir-ignore A -- because until 31.1.2027', 'CLI014', /`31.1.2027` is no day/, DAY);
test(
  refuse,
  'weir-ignore A -- until 2027-01-31, see the log',
  'CLI014',
  /`2027-01-31` in the reason has no effect/,
  /^Write `until YYYY-MM-DD` at the end/,
);
test(refuse, 'weir-ignore A -- because, expires 2027-01-31', 'CLI014', /`2027-01-31` in the reason/, /at the end/);
