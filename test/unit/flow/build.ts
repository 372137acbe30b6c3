/** Short ways to write IR and labellings for tests of the checker. */
import { check, type CheckOptions, type CheckResult } from '../../../analyzer/flow/index.ts';
import type { Application, StoreDeclaration } from '../../../model/application.ts';
import {
  compositionId,
  functionId,
  stepId,
  storeId,
  type CompositionId,
  type FunctionId,
  type StoreId,
} from '../../../model/brand.ts';
import type {
  Bound,
  Composition,
  EffectDescription,
  Expression,
  Path,
  Region,
  Segment,
  Step,
} from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import { compileLabelSpace, DEFAULT_LABEL_SPACE_DECLARATION } from '../../../model/label-space.ts';
import type { Label, LabelDeclaration, LabelSpace } from '../../../model/label.ts';
import type {
  FunctionSignature,
  LabelledShape,
  Labelling,
  PassRequirement,
  Release,
  StoreSignature,
} from '../../../model/labelling.ts';
import type { Span } from '../../../model/span.ts';
import type { Promise as PromiseKind, Verdict } from '../../../model/verdict.ts';

let line = 0;
/** A span of its own for each call, so that places can be told apart. */
export function nextSpan(): Span {
  line += 1;
  return {
    file: 'test.ir',
    start: { line, column: 1, offset: line * 10 },
    end: { line, column: 5, offset: line * 10 + 4 },
  };
}

export const NO_BOUND: Bound = { kind: 'none' };
export const EFFECT: EffectDescription = {
  operation: 'test:operation',
  idempotent: null,
  timeoutSeconds: NO_BOUND,
  heartbeatSeconds: NO_BOUND,
  credentials: null,
  privileged: false,
};

/** `a.b[0].*` to a path. */
export function path(text: string): Path {
  const [root = '', ...rest] = text.split(/\.|(?=\[)/);
  const segments = rest.map((part): Segment => {
    if (part === '[*]') return { kind: 'anyElement' };
    if (part.startsWith('[')) return { kind: 'index', index: Number(part.slice(1, -1)) };
    return { kind: 'field', name: part };
  });
  return { root, segments };
}

export const read = (text: string): Expression => ({ kind: 'path', path: path(text), span: nextSpan() });
export const literal = (value: JsonValue): Expression => ({ kind: 'literal', value, span: nextSpan() });
export const apply = (...args: readonly Expression[]): Expression => ({
  kind: 'apply',
  operator: 'mix',
  args,
  span: nextSpan(),
});
export const labelled = (label: LabelDeclaration, of: Expression = literal(1)): Expression => ({
  kind: 'source',
  of,
  label,
  description: 'a labelled constant',
  span: nextSpan(),
});
export const object = (fields: Readonly<Record<string, Expression>>): Expression => ({
  kind: 'object',
  fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
  span: nextSpan(),
});

type Loose<S extends Step> = Partial<Omit<S, 'kind' | 'id'>>;
const base = (id: string) => ({ id: stepId(id), name: id, span: nextSpan() });
const to = (id: string | null) => (id === null ? null : stepId(id));

export const assign = (id: string, target: string, value: Expression, next: string | null): Step => ({
  ...base(id),
  kind: 'assign',
  target: path(target),
  value,
  next: to(next),
});
export const write = (
  id: string,
  store: string,
  value: Expression,
  next: string | null,
  more: Loose<Extract<Step, { kind: 'write' }>> = {},
): Step => ({
  ...base(id),
  kind: 'write',
  store: { kind: 'store', id: storeId(store), span: nextSpan() },
  key: literal('key'),
  value,
  result: null,
  effect: EFFECT,
  next: to(next),
  ...more,
});
export const fetch = (id: string, store: string, target: string, next: string | null): Step => ({
  ...base(id),
  kind: 'read',
  store: { kind: 'store', id: storeId(store), span: nextSpan() },
  key: literal('key'),
  result: path(target),
  effect: EFFECT,
  next: to(next),
});
export const call = (
  id: string,
  target: string,
  argument: Expression,
  result: string | null,
  next: string | null,
): Step => ({
  ...base(id),
  kind: 'call',
  target: { kind: 'function', id: functionId(target), span: nextSpan() },
  argument,
  result: result === null ? null : path(result),
  waits: true,
  effect: EFFECT,
  next: to(next),
});
export const callWorkflow = (
  id: string,
  target: string,
  argument: Expression,
  result: string | null,
  next: string | null,
): Step => ({
  ...base(id),
  kind: 'call',
  target: { kind: 'composition', id: compositionId(target), span: nextSpan() },
  argument,
  result: result === null ? null : path(result),
  waits: true,
  effect: EFFECT,
  next: to(next),
});
export const branch = (
  id: string,
  arms: readonly (readonly [Expression, string])[],
  otherwise: string | null,
): Step => ({
  ...base(id),
  kind: 'branch',
  arms: arms.map(([guard, next]) => ({ guard, next: stepId(next), span: nextSpan() })),
  otherwise: to(otherwise),
});
export const end = (id: string, value: Expression = literal(null)): Step => ({ ...base(id), kind: 'return', value });
export const raise = (id: string, error: Expression = literal('Failed'), cause: Expression | null = null): Step => ({
  ...base(id),
  kind: 'raise',
  error,
  cause,
});
export const region = (...steps: readonly Step[]): Region => ({ entry: steps[0]?.id ?? stepId('none'), steps });
export const tryStep = (
  id: string,
  body: Region,
  handlers: readonly { readonly next: string; readonly binds?: string; readonly names?: readonly string[] }[],
  next: string | null,
  attempts = 0,
): Step => ({
  ...base(id),
  kind: 'try',
  body,
  retry:
    attempts === 0 ? [] : [{ errors: { kind: 'any' }, attempts: { kind: 'set', value: attempts }, span: nextSpan() }],
  handlers: handlers.map((handler) => ({
    errors: handler.names === undefined ? { kind: 'any' } : { kind: 'names', names: handler.names },
    binds: handler.binds === undefined ? null : path(handler.binds),
    next: stepId(handler.next),
    span: nextSpan(),
  })),
  next: to(next),
});
export const forEach = (
  id: string,
  items: Expression,
  body: Region,
  result: string | null,
  next: string | null,
): Step => ({
  ...base(id),
  kind: 'forEach',
  items,
  item: 'item',
  index: null,
  body,
  result: result === null ? null : path(result),
  concurrency: NO_BOUND,
  tolerates: false,
  next: to(next),
});
export const parallel = (
  id: string,
  arms: readonly Region[],
  result: string | null,
  next: string | null,
  kind: 'parallel' | 'race' = 'parallel',
): Step => ({
  ...base(id),
  kind,
  arms,
  result: result === null ? null : path(result),
  next: to(next),
});

export function composition(name: string, steps: readonly Step[], more: Partial<Composition> = {}): Composition {
  return {
    id: compositionId(name),
    name,
    platform: 'test',
    span: nextSpan(),
    input: 'in',
    body: region(...steps),
    delivery: 'exactly-once',
    journals: [],
    timeoutSeconds: NO_BOUND,
    features: [],
    unitCount: steps.length,
    ...more,
  };
}

const made = compileLabelSpace({ ...DEFAULT_LABEL_SPACE_DECLARATION, required: ['redact'] }, nextSpan());
if (!made.ok) throw new Error('the default label space compiles');
export const SPACE: LabelSpace = made.value;
export const ORIGIN = { description: 'declared in the test', span: null };

export function label(declaration: LabelDeclaration): Label {
  const resolved = SPACE.resolve(declaration, SPACE.bottom);
  if ('unknownNames' in resolved) throw new Error(resolved.unknownNames.join());
  return resolved.label;
}
export const storeNamed = storeId;
export const SECRET = label({ confidentiality: 'secret' });
export const UNTRUSTED = label({ integrity: 'untrusted' });

export function shape(whole: LabelDeclaration, parts: Readonly<Record<string, LabelDeclaration>> = {}): LabelledShape {
  return {
    label: label(whole),
    origin: ORIGIN,
    parts: Object.entries(parts).map(([at, part]) => ({
      path: path(`x.${at}`).segments,
      label: label(part),
      origin: ORIGIN,
    })),
  };
}

export interface Setting {
  readonly entries?: Readonly<Record<string, LabelledShape>>;
  readonly results?: Readonly<Record<string, Label>>;
  readonly functions?: Readonly<Record<string, Partial<FunctionSignature>>>;
  readonly stores?: Readonly<Record<string, Partial<StoreSignature> & { readonly kind?: StoreDeclaration['kind'] }>>;
  readonly tokenHolders?: readonly string[];
  readonly triggers?: Application['triggers'];
}

const SIGNATURE: FunctionSignature = {
  accepts: SPACE.top,
  output: { label: SPACE.bottom, origin: ORIGIN, parts: [] },
  dependsOnArgument: true,
  effects: [],
  error: SPACE.bottom,
  isAssumed: false,
  isOpaque: false,
  release: null,
  origin: ORIGIN,
};
const STORE: StoreSignature = { accepts: null, content: null, requires: [], mayHoldTokens: false, origin: ORIGIN };

export const release = (more: Partial<Release> = {}): Release => ({
  axes: ['confidentiality'],
  from: SPACE.top,
  to: SPACE.bottom,
  authority: 'privacy',
  requires: SPACE.bottom,
  compositions: null,
  digest: null,
  origin: ORIGIN,
  ...more,
});
export const requires = (through: string, mode: PassRequirement['mode']): PassRequirement => ({
  through: functionId(through),
  mode,
  origin: ORIGIN,
});

function brandedMap<Id extends string, Value>(
  record: Readonly<Record<string, Value>>,
  brand: (text: string) => Id,
): Map<Id, Value> {
  return new Map(Object.entries(record).map(([name, value]) => [brand(name), value]));
}

/** Compositions and a setting as the checker takes them; everything that the setting does not name is unbounded. */
export function settle(
  compositions: readonly Composition[],
  setting: Setting,
): { readonly application: Application; readonly labelling: Labelling } {
  const place = { aliases: [], platform: 'test', isForeign: false, span: nextSpan() };
  const functions = brandedMap<FunctionId, FunctionSignature>(
    Object.fromEntries(
      Object.entries(setting.functions ?? {}).map(([name, more]) => [name, { ...SIGNATURE, ...more }]),
    ),
    functionId,
  );
  const stores = brandedMap<StoreId, StoreSignature>(
    Object.fromEntries(Object.entries(setting.stores ?? {}).map(([name, more]) => [name, { ...STORE, ...more }])),
    storeId,
  );
  const application: Application = {
    compositions,
    functions: [...functions.keys()].map((id) => ({ ...place, id, name: id, kind: 'user', environmentNames: [] })),
    stores: [...stores.keys()].map((id) => ({
      ...place,
      id,
      name: id,
      kind: setting.stores?.[id]?.kind ?? 'table',
      isPublic: null,
    })),
    triggers: setting.triggers ?? [],
    literalSecrets: [],
    diagnostics: [],
    coverage: [],
  };
  const results = Object.fromEntries(
    Object.entries(setting.results ?? {}).map(([name, accepts]) => [name, { accepts, origin: ORIGIN }]),
  );
  const labelling: Labelling = {
    space: SPACE,
    entries: brandedMap<CompositionId, LabelledShape>(setting.entries ?? {}, compositionId),
    results: brandedMap(results, compositionId),
    functions,
    stores,
    tokenHolders: new Set((setting.tokenHolders ?? []).map(functionId)),
    privileged: { accepts: label({ integrity: 'authenticated' }), origin: ORIGIN },
    dynamicTarget: { accepts: SPACE.bottom, origin: ORIGIN },
  };
  return { application, labelling };
}

/** Checks compositions under a setting. */
export function run(compositions: readonly Composition[], setting: Setting, options: CheckOptions = {}): CheckResult {
  const { application, labelling } = settle(compositions, setting);
  return check(application, labelling, options);
}

/** Verdicts at one step for one promise, as `outcome`. */
export function outcomes(result: CheckResult, step: string, promise: PromiseKind = 'confidentiality'): string[] {
  return verdictsAt(result, step, promise).map((verdict) => verdict.outcome);
}
export function verdictsAt(result: CheckResult, step: string, promise: PromiseKind): Verdict[] {
  return result.verdicts.filter((verdict) => verdict.step === step && verdict.promise === promise);
}
/** A witness as `name:construct` joined by ` > `. */
export function trail(verdict: Verdict | undefined, at = 0): string {
  return (verdict?.witnesses[at]?.hops ?? []).map((hop) => `${hop.name}:${hop.construct}`).join(' > ');
}
