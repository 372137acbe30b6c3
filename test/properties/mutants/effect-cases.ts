import { compositionId, stepId, storeId } from '../../../model/brand.ts';
import type { Composition, Journal, Step } from '../../../model/ir.ts';
import * as b from '../../unit/flow/build.ts';
import { flow, guarded, OPEN_FUNCTION, SECRET, shown, tell, X, type MutantCase } from './case.ts';

const RELEASE = b.release({ from: b.label({ confidentiality: 'internal' }), requires: b.SPACE.bottom });
const UNTRUSTED_X = { c0: b.shape({}, { x: { confidentiality: 'secret', integrity: 'untrusted' } }) };
const releasing = (argument: ReturnType<typeof b.read>): Composition =>
  flow(b.call('redact', 'redact', argument, 'a', 'end'), b.end('end'));

export const calls: readonly MutantCase[] = [
  shown('call-argument-bound', 'a secret sent to a public function', {
    compositions: [flow(b.call('ask', 'low', X(), null, 'end'), b.end('end'))],
    setting: { functions: { low: { accepts: b.SPACE.bottom } } },
  }),
  shown('call-pc-bound', 'a public function called on one way', {
    compositions: [
      flow(b.branch('if', [[X(), 'ask']], 'end'), b.call('ask', 'low', b.literal(1), null, 'end'), b.end('end')),
    ],
    setting: { functions: { low: { accepts: b.SPACE.bottom } } },
  }),
  shown('call-result-argument', 'a result that depends on a secret', {
    compositions: [flow(b.call('ask', 'f', X(), 'a', 'end'), b.end('end', b.read('a')))],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('call-result-output', 'a function that brings a secret in', {
    compositions: [flow(b.call('ask', 'f', b.literal(1), 'a', 'end'), b.end('end', b.read('a')))],
    setting: { functions: { f: { output: b.shape({ confidentiality: 'secret' }) } } },
  }),
  shown('call-error-argument', 'a failure that depends on a secret', {
    compositions: [guarded([b.call('ask', 'f', X(), null, null)], tell('sorry', 'end'))],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('call-error-declared', 'a failure that depends on what the function knows', {
    compositions: [guarded([b.call('ask', 'f', b.read('in.y'), null, null)], tell('sorry', 'end'))],
    setting: { functions: { f: { error: SECRET } } },
  }),
  shown('release-authority', 'a release without authority', {
    compositions: [releasing(b.read('in.y'))],
    setting: { functions: { redact: { release: { ...RELEASE, compositions: [] } } } },
    verdict: { step: 'redact', promise: 'authority' },
  }),
  shown('release-input', 'more goes in than may be released', {
    compositions: [releasing(X())],
    setting: { functions: { redact: { release: RELEASE } } },
    verdict: { step: 'redact', promise: 'release-input' },
  }),
  shown('release-robustness-data', 'untrusted data is released', {
    compositions: [releasing(X())],
    setting: { entries: UNTRUSTED_X, functions: { redact: { release: RELEASE } } },
    verdict: { step: 'redact', promise: 'robustness' },
  }),
  shown('release-robustness-control', 'untrusted data decides whether to release', {
    compositions: [
      flow(
        b.branch('if', [[X(), 'redact']], 'end'),
        b.call('redact', 'redact', b.read('in.y'), 'a', 'end'),
        b.end('end'),
      ),
    ],
    setting: { entries: UNTRUSTED_X, functions: { redact: { release: RELEASE } } },
    verdict: { step: 'redact', promise: 'robustness' },
  }),
];

const inner = (...steps: readonly Step[]): Composition => b.composition('c1', steps);
export const compositions: readonly MutantCase[] = [
  shown('composition-entry', 'a secret handed to another workflow', {
    compositions: [
      flow(b.callWorkflow('go', 'c1', b.read('in'), 'a', 'end'), b.end('end', b.read('a'))),
      inner(b.end('back', b.read('in.x'))),
    ],
  }),
  shown('composition-pc', 'another workflow called on one way', {
    compositions: [
      flow(b.branch('if', [[X(), 'go']], 'end'), b.callWorkflow('go', 'c1', b.literal(1), null, 'end'), b.end('end')),
      inner(tell('tell', 'back'), b.end('back')),
    ],
  }),
  shown('composition-error', 'another workflow that fails', {
    compositions: [
      guarded([b.callWorkflow('go', 'c1', b.literal(1), null, null)], tell('sorry', 'end')),
      inner(b.call('ask', 'f', b.literal(1), null, 'back'), b.end('back')),
    ],
    setting: { functions: { f: { error: SECRET } } },
  }),
  shown('composition-refusal', 'another workflow that may not start for what it is asked', {
    compositions: [guarded([b.callWorkflow('go', 'c1', X(), null, null)], tell('sorry', 'end')), inner(b.end('back'))],
  }),
  shown('composition-result', 'what another workflow reads', {
    compositions: [
      flow(b.callWorkflow('go', 'c1', b.literal(1), 'a', 'end'), b.end('end', b.read('a'))),
      inner(b.fetch('get', 'vault', 'v', 'back'), b.end('back', b.read('v'))),
    ],
    setting: { stores: { vault: { accepts: SECRET, content: b.shape({ confidentiality: 'secret' }) } } },
  }),
];

const VAULT = { vault: { accepts: SECRET, content: b.shape({ confidentiality: 'secret' }) } };
const channelStep = (id: string, result: string | null, next: string | null): Step => ({
  id: stepId(id),
  name: id,
  span: b.nextSpan(),
  kind: 'await',
  source: { kind: 'callback', channel: b.storeNamed('vault') },
  result: result === null ? null : b.path(result),
  timeoutSeconds: b.NO_BOUND,
  heartbeatSeconds: b.NO_BOUND,
  next: next === null ? null : stepId(next),
});

export const stores: readonly MutantCase[] = [
  shown('read-content', 'what a secret store holds', {
    compositions: [flow(b.fetch('get', 'vault', 'a', 'end'), b.end('end', b.read('a')))],
    setting: { stores: VAULT },
  }),
  shown('read-key', 'what is found under a secret key', {
    compositions: [flow({ ...b.fetch('get', 'open', 'a', 'end'), key: X() } as Step, b.end('end', b.read('a')))],
    setting: { stores: { open: { accepts: b.SPACE.bottom, content: b.shape({}) } } },
  }),
  shown('read-inferred-content', 'what was put into an undeclared store', {
    compositions: [
      flow(b.write('put', 'queue', X(), 'get'), b.fetch('get', 'queue', 'a', 'end'), b.end('end', b.read('a'))),
    ],
    setting: { stores: { queue: {} } },
  }),
  shown('write-value-bound', 'a secret written to a public store', {
    compositions: [flow(b.write('put', 'out', X(), 'end'), b.end('end'))],
  }),
  shown('write-key-bound', 'a secret as the key', {
    compositions: [flow(b.write('put', 'out', b.literal(1), 'end', { key: X() }), b.end('end'))],
  }),
  shown('write-pc-bound', 'a write on one way', {
    compositions: [flow(b.branch('if', [[X(), 'tell']], 'end'), tell('tell', 'end'), b.end('end'))],
  }),
  shown('write-answer', 'the answer to writing a secret', {
    compositions: [flow(b.write('put', 'queue', X(), 'end', { result: b.path('a') }), b.end('end', b.read('a')))],
    setting: { stores: { queue: {} } },
  }),
  shown('store-error', 'a write of a secret that fails', {
    compositions: [guarded([b.write('put', 'queue', X(), null)], tell('sorry', 'end'))],
    setting: { stores: { queue: {} } },
  }),
  shown('await-content', 'what a callback brings', {
    compositions: [flow(channelStep('wait', 'a', 'end'), b.end('end', b.read('a')))],
    setting: { stores: VAULT },
  }),
  shown('await-error', 'a callback that reports failure', {
    compositions: [guarded([channelStep('wait', null, null)], tell('sorry', 'end'))],
    setting: { stores: VAULT },
  }),
];

export const errors: readonly MutantCase[] = [
  shown('try-handler-pc', 'a handler for a failure on a secret', {
    compositions: [guarded([b.call('ask', 'f', X(), null, null)], tell('sorry', 'end'))],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('try-handler-state', 'what was assigned before the fault', {
    compositions: [
      flow(
        b.tryStep(
          'try',
          b.region(b.assign('set', 'a', X(), 'ask'), b.call('ask', 'f', b.read('in.y'), null, null)),
          [{ next: 'tell' }],
          'quiet',
        ),
        b.end('tell', b.read('a')),
        b.end('quiet'),
      ),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('try-normal-path', 'an effect after a call on a secret that may fail', {
    compositions: [
      guarded([b.call('ask', 'f', X(), null, 'tell'), tell('tell', null)], b.assign('sorry', 'q', b.literal(0), 'end')),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('try-payload', 'the cause of an error', {
    compositions: [
      flow(
        b.tryStep('try', b.region(b.raise('fail', b.literal('E0'), X())), [{ next: 'end', binds: 'e' }], 'end'),
        b.end('end', b.read('e.Cause')),
      ),
    ],
  }),
  shown('raise-error-label', 'an error named by a secret', {
    compositions: [
      flow(
        b.tryStep(
          'try',
          b.region(
            b.raise('fail', {
              kind: 'conditional',
              test: X(),
              then: b.literal('E0'),
              otherwise: b.literal('E1'),
              span: b.nextSpan(),
            }),
          ),
          [{ next: 'tell', names: ['E0'] }, { next: 'end' }],
          'end',
        ),
        tell('tell', 'end'),
        b.end('end'),
      ),
    ],
  }),
];

const JOURNAL: Journal = { store: b.storeNamed('out'), includesData: true, level: 'all', span: b.nextSpan() };
const journalled = (more: Partial<Journal>, ...steps: readonly Step[]): Composition =>
  b.composition('c0', steps, { journals: [{ ...JOURNAL, ...more }] });
const unknown = (id: string, target: Extract<Step, { kind: 'call' }>['target']): Step =>
  ({ ...b.call(id, 'f', b.literal(1), 'a', 'end'), target }) as Step;

export const rest: readonly MutantCase[] = [
  shown('opaque-top', 'something that is not modelled', {
    compositions: [
      flow(
        {
          id: stepId('magic'),
          name: 'magic',
          span: b.nextSpan(),
          kind: 'opaque',
          reads: [b.literal(1)],
          writes: [b.path('a')],
          reason: 'not modelled',
          next: stepId('end'),
        },
        b.end('end', b.read('a')),
      ),
    ],
  }),
  shown('dynamic-target-result', 'a target chosen at run time', {
    compositions: [
      flow(unknown('ask', { kind: 'dynamic', from: b.read('in.y'), span: b.nextSpan() }), b.end('end', b.read('a'))),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('dynamic-target-flow', 'which function is called, of two that anybody may watch', {
    compositions: [flow(unknown('ask', { kind: 'dynamic', from: X(), span: b.nextSpan() }), b.end('end'))],
    setting: { functions: { f: { accepts: b.SPACE.bottom }, g: { accepts: b.SPACE.bottom } } },
  }),
  shown('computed-limit', 'how often a loop may run', {
    compositions: [
      flow(
        {
          id: stepId('loop'),
          name: 'loop',
          span: b.nextSpan(),
          kind: 'loop',
          guard: b.literal(true),
          test: 'before',
          body: b.region(tell('tell', null)),
          rounds: { kind: 'dynamic', from: X() },
          next: stepId('end'),
        },
        b.end('end'),
      ),
    ],
  }),
  shown('credentials', 'whose identity is used', {
    compositions: [
      flow(
        { ...b.call('ask', 'f', b.literal(1), 'a', 'end'), effect: { ...b.EFFECT, credentials: X() } } as Step,
        b.end('end', b.read('a')),
      ),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('trigger-existence', 'a message that is sent on one way starts another workflow', {
    compositions: [
      flow(b.branch('if', [[X(), 'send']], 'end'), b.write('send', 'queue', b.literal(1), 'end'), b.end('end')),
      b.composition('c1', [tell('tell', 'done'), b.end('done')]),
    ],
    setting: {
      stores: { queue: {} },
      triggers: [
        {
          target: { kind: 'composition', id: compositionId('c1') },
          kind: 'queue',
          authentication: 'internal',
          from: storeId('queue'),
          span: b.nextSpan(),
        },
      ],
    },
  }),
  shown('unresolved-result', 'a target that is not known', {
    compositions: [
      flow(
        unknown('ask', { kind: 'unresolved', text: 'somewhere', reason: 'not found', span: b.nextSpan() }),
        b.end('end', b.read('a')),
      ),
    ],
  }),
  shown('journal-data', 'what a function brings in, in the execution log', {
    compositions: [journalled({}, b.call('ask', 'f', b.read('in.y'), null, 'end'), b.end('end'))],
    setting: { functions: { f: { output: b.shape({ confidentiality: 'secret' }) } } },
  }),
  shown('journal-names', 'which way was taken, in a log of names', {
    compositions: [
      journalled(
        { includesData: false },
        b.branch('if', [[X(), 'yes']], 'no'),
        b.assign('yes', 'a', b.literal(1), 'end'),
        b.assign('no', 'a', b.literal(1), 'end'),
        b.end('end'),
      ),
    ],
  }),
  shown('journal-failure', 'that a call on a secret failed, though a handler makes up for it', {
    compositions: [
      journalled(
        { includesData: false },
        b.tryStep('try', b.region(b.call('ask', 'f', X(), null, null)), [{ next: 'end' }], 'end'),
        b.end('end'),
      ),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('journal-error', 'why a call failed, in the execution log', {
    compositions: [journalled({}, b.call('ask', 'f', b.read('in.y'), null, 'end'), b.end('end'))],
    setting: { entries: { c0: b.shape({}) }, functions: { f: { error: SECRET } } },
  }),
  shown('strict-journal-failure', 'that a call on a secret failed, in a log without data', {
    compositions: [journalled({ includesData: false }, b.call('ask', 'f', X(), null, null))],
    setting: { functions: OPEN_FUNCTION },
    strict: true,
  }),
];
