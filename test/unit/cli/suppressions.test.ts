import test from 'ava';
import { LEAK, POLICY, Repository, workflow, yamlWorkflow } from './run.ts';

const ward = (comments: Parameters<typeof yamlWorkflow>[0]): Readonly<Record<string, string>> => ({
  'page.asl.yaml': yamlWorkflow(comments),
  'weir.yaml': POLICY,
});

interface Expected {
  readonly code: number;
  /** Reason of the suppression; null when the finding counts. */
  readonly reason: string | null;
  readonly diagnostics: readonly string[];
}

const suppression = test.macro({
  exec: (t, files: Readonly<Record<string, string>>, expected: Expected) => {
    const { code, result } = new Repository(t, files).result();
    const leak = result.findings.find(({ ruleId }) => ruleId === LEAK);
    t.is(leak?.suppression?.reason ?? null, expected.reason);
    t.is(code, expected.code);
    t.deepEqual(
      result.diagnostics.map((found) => found.code),
      expected.diagnostics,
    );
  },
  title: (name) => `suppression: ${name ?? ''}`,
});

const good = { code: 0, reason: 'pagers are locked away', diagnostics: [] };

test('comment above the state', suppression, ward({ above: `weir-ignore ${LEAK} -- pagers are locked away` }), good);
test(
  'comment behind the line',
  suppression,
  ward({ behind: 'weir-ignore no-confidential-leak -- pagers are locked away' }),
  good,
);
test(
  'Comment field of plain JSON',
  suppression,
  { 'page.asl.json': workflow({ comment: `weir-ignore ${LEAK} -- pagers are locked away` }), 'weir.yaml': POLICY },
  good,
);
test(
  'configuration',
  suppression,
  {
    'page.asl.json': workflow(),
    'weir.yaml': `${POLICY}suppressions: [{ rule: ${LEAK}, file: '*.json', place: Call*, reason: pagers are locked away }]\n`,
  },
  good,
);
test(
  'several rules and a date to come',
  suppression,
  ward({ above: `weir-ignore WEIR-TOKEN-001, ${LEAK} -- pagers are locked away until 2999-12-31` }),
  good,
);
test('no reason', suppression, ward({ above: `weir-ignore ${LEAK}` }), {
  code: 1,
  reason: null,
  diagnostics: ['CLI010'],
});
test('empty reason', suppression, ward({ above: `weir-ignore ${LEAK} -- until 2999-01-01` }), {
  code: 1,
  reason: null,
  diagnostics: ['CLI010'],
});
test('expired', suppression, ward({ above: `weir-ignore ${LEAK} -- pagers are locked away until 2001-01-31` }), {
  code: 1,
  reason: null,
  diagnostics: ['CLI011'],
});
test('no day of the calendar', suppression, ward({ above: `weir-ignore ${LEAK} -- later until 2030-02-31` }), {
  code: 1,
  reason: null,
  diagnostics: ['CLI014'],
});
test('no rule', suppression, ward({ above: 'weir-ignore -- because' }), {
  code: 1,
  reason: null,
  diagnostics: ['CLI014'],
});
test('unknown rule', suppression, ward({ above: 'weir-ignore WEIR-FLOW-999 -- because' }), {
  code: 1,
  reason: null,
  diagnostics: ['CLI013'],
});
test('another rule', suppression, ward({ above: 'weir-ignore no-token-leak -- because' }), {
  code: 1,
  reason: null,
  diagnostics: ['CLI012'],
});
test(
  'another place',
  suppression,
  {
    'page.asl.json': workflow(),
    'weir.yaml': `${POLICY}suppressions: [{ rule: ${LEAK}, file: b.json, reason: because }]\n`,
  },
  { code: 1, reason: null, diagnostics: ['CLI012'] },
);

test('suppressed findings stay in the reports', (t) => {
  const { out } = new Repository(t, ward({ above: `weir-ignore ${LEAK} -- pagers are locked away` })).weir([
    'check',
    '-f',
    'sarif',
  ]);
  t.regex(out, /"justification": ?"pagers are locked away/);
});
