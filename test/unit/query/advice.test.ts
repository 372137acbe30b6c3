import test from 'ava';
import { check } from '../../../analyzer/flow/index.ts';
import { adviseFixes, buildRuleContext, runRules, type Rule } from '../../../analyzer/query/index.ts';
import { invariant } from '../../../model/diagnostic.ts';
import type { Composition } from '../../../model/ir.ts';
import { compositionId, storeId } from '../../../model/brand.ts';
import { rule as noConfidentialLeak } from '../../../rules/flow/no-confidential-leak/rule.ts';
import { rule as noImplicitLeak } from '../../../rules/flow/no-implicit-leak/rule.ts';
import { rule as noUntrustedSink } from '../../../rules/integrity/no-untrusted-sink/rule.ts';
import { rule as requireCallbackTimeout } from '../../../rules/token/require-callback-timeout/rule.ts';
import * as b from '../flow/build.ts';

/** Advice for each finding of a rule, without the general one at the end. */
function adviceFor(rule: Rule, composition: Composition, setting: b.Setting): string[][] {
  const { application, labelling } = b.settle([composition], setting);
  const result = check(application, labelling);
  const context = buildRuleContext({ application, result, space: b.SPACE, isConfigured: true, strict: false });
  return runRules(context, [rule]).map((finding) => {
    const advice = adviseFixes(finding, { application, labelling, verdicts: result.verdicts, strict: false });
    invariant(advice.at(-1) === finding.message.fix, 'the general advice comes last');
    return advice.slice(0, -1);
  });
}
const secrets = b.shape({}, { ssn: { confidentiality: 'secret' }, dob: { confidentiality: 'secret' } });
const topic = { topic: { accepts: b.SPACE.bottom } };

test('the one field that leaks is named, and fields that do not matter are not', (t) => {
  const message = b.object({
    name: b.read('in.name'),
    person: b.object({ number: b.read('in.ssn'), bed: b.read('in.bed') }),
  });
  const flow = b.composition('flow', [b.write('Publish', 'topic', message, 'end'), b.end('end')]);
  t.deepEqual(adviceFor(noConfidentialLeak, flow, { entries: { flow: secrets }, stores: topic }), [
    [
      'Leave `person.number` out of what Publish sends.',
      'If table topic may hold it, raise what it accepts to secret in weir.yaml.',
    ],
  ]);
});

test('two fields that leak have to go together', (t) => {
  const message = b.object({ name: b.read('in.name'), a: b.read('in.ssn'), b: b.read('in.dob') });
  const flow = b.composition('flow', [b.write('Publish', 'topic', message, 'end'), b.end('end')]);
  const [advice] = adviceFor(noConfidentialLeak, flow, { entries: { flow: secrets }, stores: topic });
  t.is(advice?.[0], 'Leave `a` and `b` out of what Publish sends.');
});

test('a field that does not help alone, as the key leaks too, is not advised', (t) => {
  const message = b.object({ a: b.read('in.ssn') });
  const flow = b.composition('flow', [
    b.write('Publish', 'topic', message, 'end', { key: b.read('in.ssn') }),
    b.end('end'),
  ]);
  const [advice] = adviceFor(noConfidentialLeak, flow, { entries: { flow: secrets }, stores: topic });
  t.false(advice?.some((line) => line.startsWith('Leave')));
});

test('data and decision together are advised together', (t) => {
  const flow = b.composition('flow', [
    b.branch('IsIll', [[b.read('in.dob'), 'Announce']], 'end'),
    b.write('Announce', 'topic', b.object({ bed: b.read('in.bed'), ssn: b.read('in.ssn') }), 'end'),
    b.end('end'),
  ]);
  const [advice] = adviceFor(noConfidentialLeak, flow, { entries: { flow: secrets }, stores: topic });
  t.is(advice?.[0], 'Leave `ssn` out of what Announce sends, and do not let IsIll decide whether it is sent.');
});

test('a declassifier that is declared is named with its edge and authority, one that does not lower enough is not', (t) => {
  const flow = b.composition('flow', [
    b.assign('Prepare', 'x', b.read('in.ssn'), 'Publish'),
    b.write('Publish', 'topic', b.read('x'), 'end'),
    b.end('end'),
  ]);
  const functions = {
    Redact: { release: b.release() },
    Blur: { release: b.release({ to: b.label({ confidentiality: 'internal' }) }) },
    Elsewhere: { release: b.release({ compositions: [compositionId('other')] }) },
  };
  const [advice] = adviceFor(noConfidentialLeak, flow, { entries: { flow: secrets }, stores: topic, functions });
  t.deepEqual(
    advice?.filter((line) => line.startsWith('Pass')),
    [
      'Pass it through Redact on the way from Prepare to Publish (declared as declassifier already, authority privacy) and use its result.',
    ],
  );
});

test('for an implicit flow the advice is about the decision', (t) => {
  const flow = b.composition('flow', [
    b.branch('IsIll', [[b.read('in.ssn'), 'Announce']], 'end'),
    b.write('Announce', 'topic', b.object({ bed: b.read('in.bed') }), 'end'),
    b.end('end'),
  ]);
  const [advice] = adviceFor(noImplicitLeak, flow, { entries: { flow: secrets }, stores: topic });
  t.is(advice?.[0], 'Move Announce out of what IsIll decides, so that it runs on every way.');
  t.false(advice?.some((line) => line.startsWith('Leave')));
});

test('an authorizer is advised only where it would be enough', (t) => {
  const run = b.call('Run', 'Query', b.object({ sql: b.read('in.sql') }), null, 'end');
  const flow = b.composition('flow', [
    run.kind === 'call' ? { ...run, effect: { ...b.EFFECT, operation: 'query', privileged: true } } : run,
    b.end('end'),
  ]);
  const triggers = [
    {
      target: { kind: 'composition' as const, id: compositionId('flow') },
      kind: 'http' as const,
      authentication: 'none' as const,
      from: null,
      span: { ...b.nextSpan(), file: 'template.yaml' },
    },
  ];
  const entries = { flow: b.shape({ integrity: 'untrusted' }) };
  const [advice] = adviceFor(noUntrustedSink, flow, { entries, functions: { Query: {} }, triggers });
  t.true(advice?.some((line) => /^Add an authorizer to the http entry at template\.yaml:\d+\.$/.test(line)));
  const strict = { ...entries, functions: { Query: { accepts: b.SPACE.bottom } }, entries, triggers };
  const [other] = adviceFor(noUntrustedSink, flow, strict);
  t.false(other?.some((line) => line.startsWith('Add an authorizer')));
});

test('a finding about the shape of a workflow has the advice of its rule alone', (t) => {
  const wait = {
    ...b.end('Wait'),
    kind: 'await' as const,
    source: { kind: 'callback' as const, channel: storeId('answers') },
    result: null,
    timeoutSeconds: b.NO_BOUND,
    heartbeatSeconds: b.NO_BOUND,
    next: null,
  };
  t.deepEqual(adviceFor(requireCallbackTimeout, b.composition('flow', [wait]), { stores: { answers: {} } }), [[]]);
});

test('advice does not depend on the words in which the path of a finding is told', (t) => {
  const flow = b.composition('flow', [
    b.assign('Copy', 'copy', b.read('in.ssn'), 'Publish'),
    b.write('Publish', 'topic', b.object({ number: b.read('copy') }), 'end'),
    b.end('end'),
  ]);
  const { application, labelling } = b.settle([flow], { entries: { flow: secrets }, stores: topic });
  const result = check(application, labelling);
  const context = buildRuleContext({ application, result, space: b.SPACE, isConfigured: true, strict: false });
  const [finding] = runRules(context, [noConfidentialLeak]);
  invariant(finding !== undefined, 'there is a finding');
  const witnesses = finding.witnesses.map((witness) => ({ ...witness, hops: witness.hops.slice(-1) }));
  const advice = adviseFixes(
    { ...finding, witnesses },
    { application, labelling, verdicts: result.verdicts, strict: false },
  );
  t.is(advice[0], 'Leave `number` out of what Publish sends.');
});
