import { stepId } from '../../../model/brand.ts';
import type { Step } from '../../../model/ir.ts';
import * as b from '../../unit/flow/build.ts';
import { flow, guarded, OPEN_FUNCTION, shown, tell, X, type MutantCase } from './case.ts';

export const values: readonly MutantCase[] = [
  shown('assigned-pc', 'a constant assigned on one way', {
    compositions: [
      flow(b.branch('if', [[X(), 'yes']], 'end'), b.assign('yes', 'a', b.literal(1), 'end'), b.end('end', b.read('a'))),
    ],
  }),
  shown('assign-own-of-ancestors', 'a field makes an object of nothing', {
    compositions: [
      flow(
        b.branch('if', [[X(), 'yes']], 'end'),
        b.assign('yes', 'a.y', b.literal(1), 'end'),
        b.end('end', { kind: 'path', path: { root: 'a', segments: [{ kind: 'own' }] }, span: b.nextSpan() }),
      ),
    ],
  }),
  shown('conditional-test', 'a value chosen by a secret', {
    compositions: [
      flow(
        b.end('end', {
          kind: 'conditional',
          test: X(),
          then: b.literal(1),
          otherwise: b.literal(2),
          span: b.nextSpan(),
        }),
      ),
    ],
  }),
  shown('source-label', 'a labelled constant', {
    compositions: [flow(b.end('end', b.labelled({ confidentiality: 'secret' })))],
  }),
  shown('return-pc', 'returned on one way', {
    compositions: [flow(b.branch('if', [[X(), 'yes']], 'no'), b.end('yes', b.literal(1)), b.end('no', b.literal(2)))],
  }),
  shown('return-bound', 'a secret returned to a public caller', {
    compositions: [flow(b.end('end', X()))],
    setting: { results: { c0: b.SPACE.bottom } },
  }),
  shown('failure-bound', 'a secret in the error that a caller gets', {
    compositions: [flow(b.raise('fail', b.literal('Refused'), X()))],
    setting: { results: { c0: b.SPACE.bottom } },
  }),
];

export const control: readonly MutantCase[] = [
  shown('branch-arm-pc', 'an effect on one way', {
    compositions: [flow(b.branch('if', [[X(), 'tell']], 'end'), tell('tell', 'end'), b.end('end'))],
  }),
  shown('branch-earlier-guards', 'an effect when a secret test failed', {
    compositions: [
      flow(
        b.branch(
          'if',
          [
            [X(), 'end'],
            [b.read('in.y'), 'tell'],
          ],
          'end',
        ),
        tell('tell', 'end'),
        b.end('end'),
      ),
    ],
  }),
  shown('branch-join', 'a result that is assigned only if a call on a secret does not fail', {
    compositions: [
      flow(
        b.tryStep('try', b.region(b.call('ask', 'f', X(), 'a', null)), [{ next: 'end' }], 'end'),
        b.end('end', b.read('a')),
      ),
    ],
    setting: { functions: { f: { dependsOnArgument: false } } },
  }),
  shown('branch-raise-exits', 'an effect that a failure would have prevented', {
    compositions: [flow(b.branch('if', [[X(), 'fail']], 'tell'), b.raise('fail'), tell('tell', 'end'), b.end('end'))],
  }),
  shown('loop-guard', 'a round per secret', {
    compositions: [
      flow(
        {
          id: stepId('loop'),
          name: 'loop',
          span: b.nextSpan(),
          kind: 'loop',
          guard: b.read('in.x'),
          test: 'before',
          body: b.region(tell('tell', 'reset'), b.assign('reset', 'in.x', b.literal(0), null)),
          rounds: b.NO_BOUND,
          next: stepId('end'),
        },
        b.end('end'),
      ),
    ],
  }),
  shown('retry-loop', 'an effect repeated as often as a call on a secret fails', {
    compositions: [
      flow(
        b.tryStep(
          'try',
          b.region(tell('tell', 'ask'), b.call('ask', 'f', X(), null, null)),
          [{ next: 'end' }],
          'end',
          2,
        ),
        b.end('end'),
      ),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('strict-termination', 'an effect after a loop that may not end', {
    compositions: [flow(b.branch('spin', [[X(), 'spin']], 'tell'), tell('tell', 'end'), b.end('end'))],
    strict: true,
  }),
];

export const frames: readonly MutantCase[] = [
  shown('forEach-length', 'an effect per element', {
    compositions: [
      flow(
        b.forEach('map', b.read('in.list'), b.region(tell('tell', 'done'), b.end('done')), null, 'end'),
        b.end('end'),
      ),
    ],
  }),
  shown('forEach-element', 'the element itself', {
    compositions: [
      flow(
        b.forEach(
          'map',
          { kind: 'array', items: [X()], span: b.nextSpan() },
          b.region(b.end('done', b.read('item'))),
          'a',
          'end',
        ),
        b.end('end', b.read('a')),
      ),
    ],
  }),
  shown('forEach-tolerated-error', 'the cause of a failed iteration', {
    compositions: [
      flow(
        {
          ...b.forEach(
            'map',
            { kind: 'array', items: [b.literal(1)], span: b.nextSpan() },
            b.region(b.raise('fail', b.literal('E0'), X())),
            'a',
            'end',
          ),
          tolerates: true,
        } as Step,
        b.end('end', b.read('a')),
      ),
    ],
  }),
  shown('forEach-sequential', 'an iteration that fails, and so the next one does not begin', {
    compositions: [
      guarded(
        [
          {
            ...b.forEach(
              'each',
              { kind: 'array', items: [b.literal(1), b.literal(2)], span: b.nextSpan() },
              b.region(tell('tell', 'ask'), b.call('ask', 'f', X(), null, 'item'), b.end('item')),
              null,
              null,
            ),
            concurrency: { kind: 'set', value: 1 },
          } as Step,
        ],
        b.assign('sorry', 'a', b.literal(1), 'end'),
      ),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('forEach-error', 'an iteration that fails', {
    compositions: [
      guarded(
        [
          b.forEach(
            'map',
            { kind: 'array', items: [b.literal(1)], span: b.nextSpan() },
            b.region(b.call('ask', 'f', X(), null, 'done'), b.end('done')),
            null,
            null,
          ),
        ],
        tell('sorry', 'end'),
      ),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('parallel-pc', 'an effect in a branch that runs for a secret', {
    compositions: [
      flow(
        b.branch('if', [[X(), 'both']], 'end'),
        b.parallel('both', [b.region(tell('tell', 'done'), b.end('done'))], null, 'end'),
        b.end('end'),
      ),
    ],
  }),
  shown('parallel-error', 'a branch that fails', {
    compositions: [
      guarded(
        [b.parallel('both', [b.region(b.call('ask', 'f', X(), null, 'done'), b.end('done'))], null, null)],
        tell('sorry', 'end'),
      ),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('race-winner', 'which branch ends first', {
    compositions: [
      flow(
        b.parallel(
          'race',
          [
            b.region(b.call('slow', 'f', X(), null, 'one'), b.end('one', b.literal(1))),
            b.region(b.call('steady', 'f', b.read('in.y'), null, 'two'), b.end('two', b.literal(2))),
          ],
          'a',
          'end',
          'race',
        ),
        b.end('end', b.read('a')),
      ),
    ],
    setting: { functions: OPEN_FUNCTION },
  }),
  shown('strict-cancellation', 'an effect that a failing sibling cancels', {
    compositions: [
      guarded(
        [
          b.parallel(
            'both',
            [
              b.region(b.call('ask', 'f', X(), null, 'done'), b.end('done')),
              b.region(tell('tell', 'done2'), b.end('done2')),
            ],
            null,
            null,
          ),
        ],
        b.assign('sorry', 'q', b.literal(0), 'end'),
      ),
    ],
    setting: { functions: OPEN_FUNCTION },
    strict: true,
  }),
];
