import test from 'ava';
import { partition } from '../../../analyzer/cli/threads/partition.ts';
import { compositionId, functionId, stepId } from '../../../model/brand.ts';
import type { Composition, Step } from '../../../model/ir.ts';
import { spanAtStart } from '../../../model/span.ts';
import { APPLICATION, fn, label, store, trigger, workflow } from '../config/application.ts';
import { POLICY, Repository, workflow as definition } from './run.ts';

const span = spanAtStart('a.json');
const nothing = { kind: 'literal', value: null, span } as const;
const effect = {
  operation: 'x',
  idempotent: null,
  timeoutSeconds: { kind: 'none' },
  heartbeatSeconds: { kind: 'none' },
  credentials: null,
  privileged: false,
} as const;

const doing = (name: string, step: Step): Composition => ({
  ...workflow(name),
  body: { entry: step.id, steps: [step] },
});
const base = { id: stepId('s'), name: 's', span, result: null, next: null };
const writing = (name: string, queue: string): Composition =>
  doing(name, {
    ...base,
    kind: 'write',
    store: { kind: 'store', id: store('queue', queue).id, span },
    key: nothing,
    value: nothing,
    effect,
  });
const calling = (name: string, target: string): Composition =>
  doing(name, {
    ...base,
    kind: 'call',
    target: { kind: 'composition', id: compositionId(`aws-step-functions:template.yaml#${target}`), span },
    argument: nothing,
    waits: true,
    effect,
  });
const invoking = (name: string, target: string): Composition =>
  doing(name, {
    ...base,
    kind: 'call',
    target: { kind: 'function', id: functionId(`aws-lambda:${target}`), span },
    argument: nothing,
    waits: true,
    effect,
  });

const groups = (compositions: readonly Composition[], text = '', more = {}): readonly (readonly string[])[] => {
  const application = { ...APPLICATION, compositions, ...more };
  return partition(application, label(text, application), 8).map((group) => group.map((id) => id.split('#')[1] ?? ''));
};

test('what influences each other stays together', (t) => {
  t.deepEqual(groups([workflow('A'), workflow('B')]).toSorted(), [['A'], ['B']]);
  t.deepEqual(groups([calling('A', 'B'), workflow('B'), workflow('C')]), [['A', 'B'], ['C']]);
  t.deepEqual(groups([writing('A', 'HallwayBoard'), writing('B', 'HallwayBoard')]), [['A', 'B']]);
});

test('also through what functions write and what triggers', (t) => {
  const functions = [fn('CountFalls')];
  const compositions = [invoking('A', 'CountFalls'), writing('B', 'HallwayBoard')];
  t.is(groups(compositions, '', { functions }).length, 2);
  t.is(groups(compositions, 'functions: { CountFalls: { writes: HallwayBoard } }', { functions }).length, 1);
  const started = workflow('C');
  const from = store('queue', 'HallwayBoard').id;
  const triggers = [{ ...trigger(started, 'queue', 'internal'), from }];
  t.deepEqual(groups([writing('B', 'HallwayBoard'), started], '', { triggers }), [['B', 'C']]);
});

test('no more groups than asked for, and everything is in one', (t) => {
  const compositions = Array.from({ length: 9 }, (_, at) => workflow(`W${at}`));
  const application = { ...APPLICATION, compositions };
  const found = partition(application, label('', application), 2);
  t.is(found.length, 2);
  t.is(found.flat().length, 9);
  t.deepEqual(partition({ ...application, compositions: [] }, label('', application), 2), []);
});

test('--jobs gives the same bytes', (t) => {
  const files = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.asl.json`, definition()]));
  const repository = new Repository(t, { ...files, 'weir.yaml': POLICY.replace('input:page', '"input:*"') });
  const one = repository.weir(['check', '-f', 'json']);
  const three = repository.weir(['check', '-f', 'json', '--jobs', '3']);
  t.is(three.code, 1);
  t.is(three.out, one.out);
  t.is(repository.weir(['check', '--jobs', 'many']).code, 2);
});
