import test from 'ava';
import { decodeRuleMetadata, runRules, type Rule, type RuleReport } from '../../../analyzer/query/index.ts';
import { compositionId } from '../../../model/brand.ts';
import { InvariantError } from '../../../model/diagnostic.ts';
import type { Span } from '../../../model/span.ts';
import * as b from '../flow/build.ts';
import { contextOf } from './context.ts';

const META = {
  id: 'WEIR-FLOW-900',
  slug: 'no-example',
  area: 'flow',
  title: 'An example',
  summary: 'Nothing is an example.',
  level: 'warning',
  levels: ['error', 'warning'],
  score: 4,
  precision: 'low',
  maturity: 'sandbox',
  cwe: ['CWE-200'],
  owasp: ['SAS-3'],
  aliases: [],
  worksWithoutConfiguration: true,
  limits: ['sees nothing'],
  messages: { seen: { what: '{thing} is here.', why: 'It matters to {who}.', fix: 'Move {thing}.' } },
};

function span(offset: number, file = 'orders.asl.json'): Span {
  const at = { line: 1 + offset, column: 1, offset };
  return { file, start: at, end: { ...at, offset: offset + 1 } };
}

function report(at: Span, more: Partial<RuleReport> = {}): RuleReport {
  return {
    messageKey: 'seen',
    data: { thing: 'A crate', who: 'the dock' },
    span: at,
    composition: compositionId('orders'),
    place: 'Load',
    outcome: 'violated',
    identity: ['crate'],
    ...more,
  };
}

const ruleOf = (...reports: readonly RuleReport[]): Rule => ({ meta: decodeRuleMetadata(META), check: () => reports });
const context = contextOf([b.composition('orders', [b.end('end')])], {});

test('a finding has the level, score and text of its rule', (t) => {
  const [finding] = runRules(context, [ruleOf(report(span(3)))]);
  t.like(finding, {
    ruleId: 'WEIR-FLOW-900',
    level: 'warning',
    score: 4,
    message: { what: 'A crate is here.', why: 'It matters to the dock.', fix: 'Move A crate.' },
    related: [],
    witnesses: [],
  });
});

test('a report may raise its level, and what is undecided is a note', (t) => {
  const [raised, open] = runRules(context, [
    ruleOf(report(span(3), { level: 'error', score: 9 }), report(span(4), { outcome: 'undecided' })),
  ]);
  t.like(raised, { level: 'error', score: 9, outcome: 'violated' });
  t.like(open, { level: 'note', outcome: 'undecided' });
});

test('findings are sorted by place, whatever the order of reports', (t) => {
  const reports = [report(span(9)), report(span(2, 'z.json')), report(span(1)), report(span(2, 'a.json'))];
  const places = (list: readonly RuleReport[]): string[] =>
    runRules(context, [ruleOf(...list)]).map((finding) => `${finding.span.file}:${finding.span.start.offset}`);
  t.deepEqual(places(reports), ['a.json:2', 'orders.asl.json:1', 'orders.asl.json:9', 'z.json:2']);
  t.deepEqual(places(reports.toReversed()), places(reports));
});

test('a fingerprint does not move with lines', (t) => {
  const [before] = runRules(context, [ruleOf(report(span(3)))]);
  const [after] = runRules(context, [ruleOf(report(span(700)))]);
  t.is(before?.fingerprint, after?.fingerprint);
  t.regex(before?.fingerprint ?? '', /^[0-9a-f]{32}$/);
});

test('a fingerprint differs by file, place, identity, and by order among equals', (t) => {
  const findings = runRules(context, [
    ruleOf(
      report(span(1)),
      report(span(2)),
      report(span(3), { place: 'Unload' }),
      report(span(4), { identity: ['barrel'] }),
      report(span(5, 'other.json')),
      report(span(6), { composition: null }),
    ),
  ]);
  t.is(new Set(findings.map((finding) => finding.fingerprint)).size, 6);
});

test('arguments that are missing, and messages that are missing, are our own mistake', (t) => {
  t.throws(() => runRules(context, [ruleOf(report(span(1), { data: { thing: 'x' } }))]), {
    instanceOf: InvariantError,
    message: /\{who\}/,
  });
  t.throws(() => runRules(context, [ruleOf(report(span(1), { messageKey: 'gone' }))]), { message: /message gone/ });
  t.throws(() => runRules(context, [ruleOf(report(span(1), { composition: compositionId('none') }))]), {
    message: /names a composition/,
  });
});

test('a name of the user can neither break a line nor fill the screen', (t) => {
  const [finding] = runRules(context, [
    ruleOf(report(span(1), { data: { thing: `a\n${'b'.repeat(900)}`, who: '{thing}' } })),
  ]);
  t.false(finding?.message.what.includes('\n'));
  t.true((finding?.message.what.length ?? 0) < 200);
  t.is(finding?.message.why, 'It matters to {thing}.');
});

const refused: readonly (readonly [string, object, RegExp])[] = [
  ['unknown keys', { ...META, severity: 'high' }, /unknown keys: severity/],
  [
    'unknown parts of a message',
    { ...META, messages: { a: { what: 'a', why: 'b', fix: 'c', who: 'd' } } },
    /unknown keys: who/,
  ],
  ['a message without advice', { ...META, messages: { a: { what: 'a', why: 'b', fix: '' } } }, /part fix/],
  ['an id of another area', { ...META, id: 'WEIR-COST-900' }, /WEIR-<AREA>-<nnn>/],
  ['no CWE', { ...META, cwe: [] }, /at least one CWE/],
  ['no limits', { ...META, limits: [] }, /states its limits/],
  ['a score out of range', { ...META, score: 11 }, /from 0 to 10/],
  ['levels without the level', { ...META, levels: ['error'] }, /levels has the level/],
  ['levels out of order', { ...META, levels: ['warning', 'error'] }, /the highest first/],
  ['an unknown level', { ...META, level: 'info' }, /one of error, warning, note/],
  ['a slug that is no promise', { ...META, slug: 'example' }, /no-<thing>/],
];
for (const [what, meta, message] of refused) {
  test(`metadata is refused with ${what}`, (t) => {
    t.throws(() => decodeRuleMetadata(meta), { instanceOf: InvariantError, message });
  });
}
