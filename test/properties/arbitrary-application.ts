import fc from 'fast-check';
import type { Application, FunctionDeclaration, StoreDeclaration, Trigger } from '../../model/application.ts';
import {
  compositionId,
  functionId,
  stepId,
  storeId,
  type CompositionId,
  type FunctionId,
  type StepId,
  type StoreId,
} from '../../model/brand.ts';
import type {
  CallTarget,
  Composition,
  EffectDescription,
  ErrorPattern,
  Handler,
  Region,
  RetryPolicy,
  Step,
  StoreTarget,
} from '../../model/ir.ts';
import {
  arbitraryBound,
  arbitraryExpression,
  arbitraryLabelDeclaration,
  arbitraryName,
  arbitraryPath,
  arbitrarySpan,
  arbitraryTarget,
} from './arbitrary-expression.ts';

/**
 * Applications of the right shape and of any content: every construct, every optional part there and not there, names of every kind. They are
 * not well-formed: ids are not unique, jumps lead nowhere.
 */

const few = { maxLength: 2 };
const span = arbitrarySpan;
const kind = <Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);
const nullable = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(arbitrary, { freq: 2 });

const anyStepId: fc.Arbitrary<StepId> = arbitraryName.map(stepId);
const anyFunctionId: fc.Arbitrary<FunctionId> = arbitraryName.map(functionId);
const anyStoreId: fc.Arbitrary<StoreId> = arbitraryName.map(storeId);
const anyCompositionId: fc.Arbitrary<CompositionId> = arbitraryName.map(compositionId);

const dynamicTarget = fc.record({ kind: kind('dynamic'), from: arbitraryExpression, span });
const unresolvedTarget = fc.record({ kind: kind('unresolved'), text: arbitraryName, reason: arbitraryName, span });

const callTarget: fc.Arbitrary<CallTarget> = fc.oneof(
  fc.record({ kind: kind('function'), id: anyFunctionId, span }),
  fc.record({ kind: kind('composition'), id: anyCompositionId, span }),
  dynamicTarget,
  unresolvedTarget,
);
const storeTarget: fc.Arbitrary<StoreTarget> = fc.oneof(
  fc.record({ kind: kind('store'), id: anyStoreId, span }),
  dynamicTarget,
  unresolvedTarget,
);

const effect: fc.Arbitrary<EffectDescription> = fc.record({
  operation: fc.oneof(fc.constantFrom('', 'lambda:invoke'), arbitraryName),
  idempotent: fc.constantFrom(true, false, null),
  timeoutSeconds: arbitraryBound,
  heartbeatSeconds: arbitraryBound,
  credentials: nullable(arbitraryExpression),
  privileged: fc.boolean(),
});

const errors: fc.Arbitrary<ErrorPattern> = fc.oneof(
  fc.constant<ErrorPattern>({ kind: 'any' }),
  fc.record({ kind: kind('names'), names: fc.array(arbitraryName, few) }),
);
const retry: fc.Arbitrary<RetryPolicy> = fc.record({ errors, attempts: arbitraryBound, span });
const handler: fc.Arbitrary<Handler> = fc.record({
  errors,
  binds: nullable(arbitraryTarget),
  next: nullable(anyStepId),
  span,
});

const base = { id: anyStepId, name: arbitraryName, span };
const flow = { ...base, next: nullable(anyStepId) };
const result = nullable(arbitraryTarget);
const awaited = fc.oneof(
  fc.record({ kind: fc.constantFrom('callback' as const, 'event' as const), channel: anyStoreId }),
  fc.record({ kind: kind('timer'), duration: arbitraryExpression }),
);

/** Steps that hold no others. */
const simpleStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ ...flow, kind: kind('assign'), target: arbitraryTarget, value: arbitraryExpression }),
  fc.record({
    ...flow,
    kind: kind('call'),
    target: callTarget,
    argument: arbitraryExpression,
    result,
    waits: fc.boolean(),
    effect,
  }),
  fc.record({ ...flow, kind: kind('read'), store: storeTarget, key: arbitraryExpression, result, effect }),
  fc.record({
    ...flow,
    kind: kind('write'),
    store: storeTarget,
    key: arbitraryExpression,
    value: arbitraryExpression,
    result,
    effect,
  }),
  fc.record({
    ...flow,
    kind: kind('await'),
    source: awaited,
    result,
    timeoutSeconds: arbitraryBound,
    heartbeatSeconds: arbitraryBound,
  }),
  fc.record({
    ...flow,
    kind: fc.constantFrom('declassify' as const, 'endorse' as const),
    by: anyFunctionId,
    authority: arbitraryName,
    from: arbitraryLabelDeclaration,
    to: arbitraryLabelDeclaration,
    argument: arbitraryExpression,
    result,
  }),
  fc.record({
    ...base,
    kind: kind('branch'),
    arms: fc.array(fc.record({ guard: arbitraryExpression, next: anyStepId, span }), few),
    otherwise: nullable(anyStepId),
  }),
  fc.record({ ...base, kind: kind('raise'), error: arbitraryExpression, cause: nullable(arbitraryExpression) }),
  fc.record({ ...base, kind: kind('return'), value: arbitraryExpression }),
  fc.record({
    ...flow,
    kind: kind('opaque'),
    reads: fc.array(arbitraryExpression, few),
    writes: fc.array(arbitraryPath, few),
    reason: arbitraryName,
  }),
);

/** Any region, of moderate depth. */
export const arbitraryRegion: fc.Arbitrary<Region> = fc.letrec<{ region: Region; step: Step }>((tie) => {
  const body = tie('region');
  const arms = fc.array(body, few);
  const holder: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      ...flow,
      kind: kind('loop'),
      guard: arbitraryExpression,
      test: fc.constantFrom('before' as const, 'after' as const),
      body,
      rounds: arbitraryBound,
    }),
    fc.record({
      ...flow,
      kind: kind('forEach'),
      items: arbitraryExpression,
      item: arbitraryName,
      index: nullable(arbitraryName),
      body,
      result,
      concurrency: arbitraryBound,
      tolerates: fc.boolean(),
    }),
    fc.record({ ...flow, kind: fc.constantFrom('parallel' as const, 'race' as const), arms, result }),
    fc.record({ ...flow, kind: kind('try'), body, retry: fc.array(retry, few), handlers: fc.array(handler, few) }),
  );
  const emptyRegion = fc.record({ entry: anyStepId, steps: fc.constant([]) });
  const filledRegion = fc
    .record({ entry: nullable(anyStepId), steps: fc.array(tie('step'), { minLength: 1, maxLength: 4 }) })
    .map(({ entry, steps }): Region => ({ entry: entry ?? steps[0]?.id ?? stepId(''), steps }));
  return {
    step: fc.oneof({ depthSize: 'small' }, { weight: 3, arbitrary: simpleStep }, holder),
    region: fc.oneof({ depthSize: 'small', maxDepth: 4 }, emptyRegion, { weight: 4, arbitrary: filledRegion }),
  };
}).region;

export const arbitraryComposition: fc.Arbitrary<Composition> = fc.record({
  id: anyCompositionId,
  name: arbitraryName,
  platform: arbitraryName,
  span,
  input: arbitraryName,
  body: arbitraryRegion,
  delivery: fc.constantFrom('exactly-once' as const, 'at-least-once' as const, 'at-most-once' as const),
  journals: fc.array(
    fc.record({
      store: anyStoreId,
      includesData: fc.boolean(),
      level: fc.constantFrom('all' as const, 'error' as const, 'fatal' as const),
      span,
    }),
    few,
  ),
  timeoutSeconds: arbitraryBound,
  features: fc.array(
    fc.record({
      feature: arbitraryName,
      support: fc.constantFrom('approximated' as const, 'refused' as const),
      note: arbitraryName,
      span,
    }),
    few,
  ),
  unitCount: fc.nat(1000),
});

const names = fc.array(arbitraryName, few);

const functionDeclaration: fc.Arbitrary<FunctionDeclaration> = fc.record({
  id: anyFunctionId,
  name: arbitraryName,
  aliases: names,
  platform: arbitraryName,
  kind: fc.constantFrom<FunctionDeclaration['kind'][]>('user', 'service', 'activity', 'external'),
  isForeign: fc.boolean(),
  environmentNames: names,
  span,
});

const storeDeclaration: fc.Arbitrary<StoreDeclaration> = fc.record({
  id: anyStoreId,
  kind: fc.constantFrom<StoreDeclaration['kind'][]>(
    'table',
    'bucket',
    'queue',
    'topic',
    'bus',
    'stream',
    'log',
    'history',
    'secret',
    'parameter',
    'endpoint',
    'channel',
    'service',
  ),
  name: arbitraryName,
  aliases: names,
  platform: arbitraryName,
  isPublic: fc.constantFrom(true, false, null),
  isForeign: fc.boolean(),
  span,
});

const trigger: fc.Arbitrary<Trigger> = fc.record({
  target: fc.oneof(
    fc.record({ kind: kind('composition'), id: anyCompositionId }),
    fc.record({ kind: kind('function'), id: anyFunctionId }),
  ),
  kind: fc.constantFrom<Trigger['kind'][]>(
    'http',
    'function-url',
    'schedule',
    'event',
    'storage',
    'queue',
    'topic',
    'iot',
    'stream',
    'manual',
    'other',
  ),
  authentication: fc.constantFrom<Trigger['authentication'][]>('none', 'authenticated', 'internal', 'unknown'),
  from: nullable(anyStoreId),
  span,
});

export const arbitraryApplication: fc.Arbitrary<Application> = fc.record({
  compositions: fc.array(arbitraryComposition, few),
  functions: fc.array(functionDeclaration, few),
  stores: fc.array(storeDeclaration, few),
  triggers: fc.array(trigger, few),
  literalSecrets: fc.array(fc.record({ kind: arbitraryName, masked: arbitraryName, span }), few),
  diagnostics: fc.array(
    fc.record({
      code: arbitraryName,
      severity: fc.constantFrom('error' as const, 'warning' as const),
      message: arbitraryName,
      help: arbitraryName,
      span,
    }),
    few,
  ),
  coverage: fc.array(
    fc.record({
      file: arbitraryName,
      platform: arbitraryName,
      state: fc.constantFrom('analysed' as const, 'partial' as const, 'refused' as const),
      units: fc.nat(1000),
    }),
    few,
  ),
});
