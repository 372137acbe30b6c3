import test from 'ava';
import {
  decodeRuleMetadata,
  groupFindings,
  isFingerprintOf,
  runRulesByPlace,
  type Rule,
  type RuleReport,
} from '../../../analyzer/query/index.ts';
import { compositionId } from '../../../model/brand.ts';
import type { Finding } from '../../../model/finding.ts';
import type { Span } from '../../../model/span.ts';
import * as b from '../flow/build.ts';
import { contextOf } from './context.ts';

const meta = decodeRuleMetadata({
  id: 'WEIR-FLOW-901',
  slug: 'no-rust',
  area: 'flow',
  title: 'Rust',
  summary: 'Nothing rusts.',
  level: 'warning',
  levels: ['warning'],
  score: 4,
  precision: 'low',
  maturity: 'sandbox',
  cwe: ['CWE-200'],
  owasp: ['SAS-3'],
  aliases: [],
  worksWithoutConfiguration: true,
  limits: ['sees nothing'],
  messages: {
    rust: { what: '{count} of {ship}: {places} ({first}).', why: 'It spreads.', fix: 'Paint.' },
    hole: { what: 'A hole in {ship}: {places} ({first}).', why: 'It sinks.', fix: 'Weld.' },
  },
});

function span(offset: number): Span {
  const at = { line: 1 + offset, column: 1, offset };
  return { file: 'fleet.asl.json', start: at, end: { ...at, offset: offset + 1 } };
}

/** A report about a part of the ship; `at` is where the state stands. */
function report(name: string, at: number, more: Partial<RuleReport> = {}): RuleReport {
  return {
    messageKey: 'rust',
    data: { ship: 'Argo' },
    span: span(at),
    composition: compositionId('fleet'),
    place: 'fleet',
    outcome: 'violated',
    identity: ['rust'],
    related: [{ message: `${name}: ${name} rusts`, span: span(at) }],
    part: { group: 'rust', name, span: span(at), what: `${name} rusts`, noun: 'part' },
    ...more,
  };
}

const context = contextOf([b.composition('fleet', [b.end('end')])], {});
function placesOf(...reports: readonly RuleReport[]): Finding[] {
  const rule: Rule = { meta, check: () => reports };
  return runRulesByPlace(context, [rule]);
}
const together = (...reports: readonly RuleReport[]): Finding[] => groupFindings(placesOf(...reports), [meta]);
const prints = (findings: readonly Finding[]): string[] => findings.map(({ fingerprint }) => fingerprint);

test('places of a workflow are one finding at the first, which lists each with its own fingerprint', (t) => {
  const parts = [report('Mast', 9), report('Keel', 2), report('Bow', 30)];
  const [finding, ...more] = together(...parts);
  t.is(more.length, 0);
  t.is(finding?.message.what, '3 parts of Argo: Keel, Mast and Bow (Keel rusts).');
  t.is(finding?.span.start.offset, 2);
  t.false(Object.hasOwn(finding ?? {}, 'part'));
  t.deepEqual(
    finding?.related.map(({ message }) => message),
    ['Keel: Keel rusts', 'Mast: Mast rusts', 'Bow: Bow rusts'],
  );
  t.deepEqual(
    finding?.related.map(({ fingerprint }) => fingerprint),
    prints(placesOf(...parts)),
  );
});

test('the fingerprint of a place does not change when others come, go or move', (t) => {
  const [alone] = prints(placesOf(report('Keel', 2)));
  const others = prints(placesOf(report('Bow', 1), report('Keel', 700), report('Mast', 900)));
  t.is(others[1], alone);
  t.is(new Set(others).size, 3);
});

test('a finding about other places has another fingerprint, one about the same places the same', (t) => {
  const two = prints(together(report('Keel', 2), report('Bow', 3)));
  t.deepEqual(prints(together(report('Keel', 20), report('Bow', 30))), two);
  t.notDeepEqual(prints(together(report('Keel', 2), report('Mast', 3))), two);
  t.notDeepEqual(prints(together(report('Keel', 2), report('Bow', 3), report('Mast', 4))), two);
  t.notDeepEqual(prints(together(report('Keel', 2))), two);
});

test('the worst place gives level, score and message', (t) => {
  const hole = { messageKey: 'hole', level: 'error', score: 8 } as const;
  const [finding] = together(report('Keel', 2), report('Bow', 3, hole), report('Mast', 4, { score: 9 }));
  t.like(finding, { level: 'error', score: 8, messageKey: 'hole' });
  t.is(finding?.message.what, 'A hole in Argo: Keel, Bow and Mast (Bow rusts).');
});

test('places that are treated differently, of another outcome, entry or group stay apart', (t) => {
  const list = [report('Keel', 2), report('Bow', 3), report('Mast', 4)];
  const [, bow] = prints(placesOf(...list));
  const apart = groupFindings(placesOf(...list), [meta], ({ fingerprint }) => fingerprint === bow);
  t.deepEqual(
    apart.map(({ message }) => message.what),
    ['2 parts of Argo: Keel and Mast (Keel rusts).', '1 part of Argo: Bow (Bow rusts).'],
  );
  t.is(together(report('Keel', 2), report('Bow', 3, { outcome: 'undecided' })).length, 2);
  t.is(together(report('Keel', 2), report('Bow', 3, { composition: null })).length, 2);
  t.is(together(report('Keel', 2, { span: span(0) }), report('Bow', 3, { span: span(1) })).length, 2);
  t.is(together(report('Keel', 2, { span: span(0) }), report('Bow', 3, { span: span(0) })).length, 1);
});

test('two problems of one state are told apart, and it counts once', (t) => {
  const [finding] = together(report('Keel', 2), report('Keel', 3), report('Keel', 4, { identity: ['crack'] }));
  t.is(finding?.message.what, '1 part of Argo: Keel (Keel rusts).');
  t.is(new Set(finding?.related.map(({ fingerprint }) => fingerprint)).size, 3);
});

test('a finding is found by its own fingerprint, by that of any place, and by what its rest was printed as', (t) => {
  const list = [report('Keel', 2), report('Bow', 3), report('Mast', 4)];
  const [whole] = together(...list);
  const [rest] = together(...list.slice(1));
  const [other] = together(report('Hull', 2), report('Deck', 3));
  if (whole === undefined || rest === undefined || other === undefined) return t.fail();
  for (const fingerprint of [
    whole.fingerprint,
    whole.fingerprint.slice(0, 6),
    rest.fingerprint,
    ...prints(placesOf(...list)),
  ])
    t.true(isFingerprintOf(fingerprint, whole));
  t.false(isFingerprintOf(other.fingerprint, whole));
});
