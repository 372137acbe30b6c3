import type { Application, StoreDeclaration } from '../../../model/application.ts';
import { compositionId, functionId, stepId, storeId } from '../../../model/brand.ts';
import type { Bound, Composition, EffectDescription, Journal, Region, Step, TryStep } from '../../../model/ir.ts';
import type { LabelSpaceDeclaration } from '../../../model/label.ts';
import { ExpressionGenerator, literalOf, SPAN, VARIABLES } from './expressions.ts';
import { Random } from './random.ts';

export { SPAN } from './expressions.ts';

const NONE: Bound = { kind: 'none' };
export const EFFECT: EffectDescription = {
  operation: 'generated:operation',
  idempotent: null,
  timeoutSeconds: NONE,
  heartbeatSeconds: NONE,
  credentials: null,
  privileged: false,
};

export const FUNCTIONS = ['f0', 'f1', 'f2', 'release'];
export const STORES = ['s0', 's1', 's2', 'open', 'channel', 'journal'];
const ERRORS = ['E0', 'E1'];

export interface Generated {
  readonly space: LabelSpaceDeclaration;
  readonly application: Application;
}

const SPACES: readonly LabelSpaceDeclaration[] = [
  {
    confidentiality: { chains: [['low', 'high']] },
    integrity: { chains: [['good']] },
    regions: [],
    tenants: [],
    required: [],
  },
  {
    confidentiality: { chains: [['low', 'middle', 'high']] },
    integrity: { chains: [['good', 'bad']] },
    regions: [],
    tenants: [],
    required: [],
  },
  {
    confidentiality: {
      chains: [
        ['low', 'left', 'high'],
        ['low', 'right', 'high'],
      ],
    },
    integrity: { chains: [['good']] },
    regions: [],
    tenants: [],
    required: [],
  },
  {
    confidentiality: { chains: [['low', 'high']] },
    integrity: { chains: [['good']] },
    regions: ['r1', 'r2'],
    tenants: [],
    required: [],
  },
  {
    confidentiality: { chains: [['low']] },
    integrity: { chains: [['good', 'bad']] },
    regions: [],
    tenants: ['t1', 't2'],
    required: [],
  },
];

/** A random well-formed application over all constructs. Guards are not always passed on as inputs; most constants are low. */
export function generate(seed: number): Generated {
  return new Generator(new Random(seed)).application();
}

/** Where a region stands, and how much may still be put into it. */
interface Scope {
  readonly composition: number;
  readonly depth: number;
  /** Frames end with `return`, blocks with null. */
  readonly isFrame: boolean;
  readonly variables: readonly string[];
}

class Generator {
  readonly random: Random;
  readonly #space: LabelSpaceDeclaration;
  readonly #make: ExpressionGenerator;
  #steps = 0;

  constructor(random: Random) {
    this.random = random;
    this.#space = random.pick(SPACES);
    this.#make = new ExpressionGenerator(random, this.#space);
  }

  application(): Generated {
    const { random } = this;
    const count = random.weighted([
      [6, 1],
      [3, 2],
      [1, 3],
    ] as const);
    const compositions = Array.from({ length: count }, (_, at) => this.#composition(at, count));
    const place = { aliases: [], platform: 'generated', isForeign: false, span: SPAN };
    const kindOf = (name: string): StoreDeclaration['kind'] =>
      name === 'channel' ? 'channel' : name === 'journal' ? 'log' : 'table';
    const application: Application = {
      compositions,
      functions: FUNCTIONS.map((name) => ({
        ...place,
        id: functionId(name),
        name,
        kind: 'user',
        environmentNames: [],
      })),
      stores: STORES.map((name) => ({ ...place, id: storeId(name), name, kind: kindOf(name), isPublic: null })),
      triggers: [],
      literalSecrets: [],
      diagnostics: [],
      coverage: [],
    };
    return { space: this.#space, application };
  }

  #composition(at: number, count: number): Composition {
    const name = `c${at}`;
    const scope: Scope = { composition: count, depth: 0, isFrame: true, variables: ['in', ...VARIABLES] };
    const journals: Journal[] = this.random.chance(20)
      ? [{ store: storeId('journal'), includesData: this.random.chance(60), level: 'all', span: SPAN }]
      : [];
    return {
      id: compositionId(name),
      name,
      platform: 'generated',
      span: SPAN,
      input: 'in',
      body: this.#region(scope, 2 + this.random.below(5)),
      delivery: 'exactly-once',
      journals,
      timeoutSeconds: NONE,
      features: [],
      unitCount: 1,
    };
  }

  #id(): string {
    this.#steps += 1;
    return `p${this.#steps}`;
  }

  /** A line of steps; branches jump forwards, now and then backwards. */
  #region(scope: Scope, length: number): Region {
    const ids = Array.from({ length: length + 1 }, () => stepId(this.#id()));
    const [entry] = ids;
    if (entry === undefined) throw new Error('generator: a region has a step');
    const steps = ids.slice(0, length).map((id, at): Step => {
      const later = ids.slice(at + 1);
      const following = later[0] ?? null;
      const anywhere = (): typeof id => (this.random.chance(12) ? this.random.pick(ids) : this.random.pick(later));
      return this.#step(scope, { id, next: following, anywhere });
    });
    const last = ids[length];
    if (last !== undefined) steps.push(this.#lastStep(scope, last));
    return { entry, steps };
  }

  #lastStep(scope: Scope, id: Step['id']): Step {
    const base = { id, name: id, span: SPAN };
    if (scope.isFrame || this.random.chance(8))
      return { ...base, kind: 'return', value: this.#make.expression(scope, 2) };
    return { ...base, kind: 'assign', target: this.#make.target(), value: this.#make.expression(scope, 1), next: null };
  }

  #step(
    scope: Scope,
    place: { readonly id: Step['id']; readonly next: Step['id'] | null; readonly anywhere: () => Step['id'] },
  ): Step {
    const { random } = this;
    const { id, next, anywhere } = place;
    const base = { id, name: id, span: SPAN };
    const deep = scope.depth >= 2;
    const kind = random.weighted<Step['kind']>([
      [18, 'assign'],
      [14, 'branch'],
      [12, 'call'],
      [12, 'write'],
      [6, 'read'],
      [4, 'await'],
      [3, 'declassify'],
      [2, 'endorse'],
      [3, 'raise'],
      [2, 'return'],
      [1, 'opaque'],
      [deep ? 0 : 9, 'try'],
      [deep ? 0 : 4, 'loop'],
      [deep ? 0 : 5, 'forEach'],
      [deep ? 0 : 5, 'parallel'],
      [deep ? 0 : 4, 'race'],
    ]);
    switch (kind) {
      case 'assign':
        return { ...base, kind, target: this.#make.target(), value: this.#make.expression(scope, 2), next };
      case 'branch': {
        const arms = Array.from({ length: 1 + random.below(2) }, () => ({
          guard: this.#make.expression(scope, 1),
          next: anywhere(),
          span: SPAN,
        }));
        return { ...base, kind, arms, otherwise: random.chance(10) ? null : anywhere() };
      }
      case 'raise':
        return {
          ...base,
          kind,
          error: random.chance(70) ? literalOf(random.pick(ERRORS)) : this.#make.expression(scope, 1),
          cause: random.chance(50) ? this.#make.expression(scope, 1) : null,
        };
      case 'return':
        return { ...base, kind, value: this.#make.expression(scope, 1) };
      case 'opaque':
        return {
          ...base,
          kind,
          reads: random.chance(50) ? [] : [this.#make.expression(scope, 1)],
          writes: [this.#make.target()],
          reason: 'not modelled',
          next,
        };
      case 'call':
      case 'read':
      case 'write':
      case 'await':
      case 'declassify':
      case 'endorse':
        return this.#effectStep(kind, scope, { ...base, next });
      default:
        return this.#compound(kind, scope, { ...base, next, anywhere });
    }
  }

  #effectStep(
    kind: 'call' | 'read' | 'write' | 'await' | 'declassify' | 'endorse',
    scope: Scope,
    base: {
      readonly id: Step['id'];
      readonly name: string;
      readonly span: typeof SPAN;
      readonly next: Step['id'] | null;
    },
  ): Step {
    const { random } = this;
    const result = random.chance(80) ? this.#make.target() : null;
    const store = { kind: 'store', id: storeId(random.pick(['s0', 's1', 's2', 'open'])), span: SPAN } as const;
    const key = random.chance(70) ? literalOf('k') : this.#make.expression(scope, 1);
    switch (kind) {
      case 'call': {
        const isFunction = scope.composition === 1 || random.chance(70);
        const target = isFunction
          ? ({ kind: 'function', id: functionId(random.pick(FUNCTIONS)), span: SPAN } as const)
          : ({ kind: 'composition', id: compositionId(`c${random.below(scope.composition)}`), span: SPAN } as const);
        return {
          ...base,
          kind,
          target,
          argument: this.#make.expression(scope, 2),
          result,
          waits: true,
          effect: EFFECT,
        };
      }
      case 'read':
        return { ...base, kind, store, key, result, effect: EFFECT };
      case 'write':
        return { ...base, kind, store, key, value: this.#make.expression(scope, 2), result, effect: EFFECT };
      case 'await': {
        const channel = storeId('channel');
        const source = random.chance(60)
          ? ({ kind: 'callback', channel } as const)
          : ({ kind: 'timer', duration: this.#make.expression(scope, 1) } as const);
        return {
          ...base,
          kind,
          source,
          result: source.kind === 'timer' ? null : result,
          timeoutSeconds: NONE,
          heartbeatSeconds: NONE,
        };
      }
      default:
        return {
          ...base,
          kind,
          by: functionId('release'),
          authority: random.chance(85) ? 'office' : 'nobody',
          from: {},
          to: this.#make.label(false),
          argument: this.#make.expression(scope, 1),
          result,
        };
    }
  }

  #compound(
    kind: 'try' | 'loop' | 'forEach' | 'parallel' | 'race',
    scope: Scope,
    base: {
      readonly id: Step['id'];
      readonly name: string;
      readonly span: typeof SPAN;
      readonly next: Step['id'] | null;
      readonly anywhere: () => Step['id'];
    },
  ): Step {
    const { random } = this;
    const { anywhere, ...common } = base;
    const inner = (isFrame: boolean, more: readonly string[] = []): Region =>
      this.#region(
        { ...scope, depth: scope.depth + 1, isFrame, variables: [...scope.variables, ...more] },
        1 + random.below(3),
      );
    switch (kind) {
      case 'try':
        return { ...common, kind, body: inner(false), ...this.#recovery(anywhere) };
      case 'loop':
        return {
          ...common,
          kind,
          guard: this.#make.expression(scope, 1),
          test: random.chance(70) ? 'before' : 'after',
          body: inner(false),
          rounds: NONE,
        };
      case 'forEach':
        return {
          ...common,
          kind,
          items: this.#make.items(scope),
          item: 'item',
          index: random.chance(40) ? 'index' : null,
          body: inner(true, ['item', 'index']),
          result: random.chance(80) ? this.#make.target() : null,
          concurrency: NONE,
          tolerates: random.chance(30),
        };
      case 'parallel':
      case 'race':
        return {
          ...common,
          kind,
          arms: [inner(true), inner(true)],
          result: random.chance(80) ? this.#make.target() : null,
        };
    }
  }

  #recovery(anywhere: () => Step['id']): Pick<TryStep, 'retry' | 'handlers'> {
    const { random } = this;
    const errors = (): TryStep['handlers'][number]['errors'] =>
      random.chance(60) ? { kind: 'any' } : { kind: 'names', names: [random.pick(ERRORS)] };
    const retry = random.chance(35)
      ? [{ errors: errors(), attempts: { kind: 'set', value: 1 + random.below(2) } as const, span: SPAN }]
      : [];
    const handlers = Array.from({ length: random.below(3) }, () => ({
      errors: errors(),
      binds: random.chance(60) ? this.#make.target() : null,
      next: anywhere(),
      span: SPAN,
    }));
    return { retry, handlers };
  }
}
