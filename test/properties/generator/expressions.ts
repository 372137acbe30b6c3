import type { Expression, Path } from '../../../model/ir.ts';
import type { LabelDeclaration, LabelSpaceDeclaration } from '../../../model/label.ts';
import { spanAtStart } from '../../../model/span.ts';
import type { Random } from './random.ts';

export const SPAN = spanAtStart('generated.ir');
export const VARIABLES = ['a', 'b', 'c'];
const FIELDS = ['x', 'y', 'z'];

/** The variables that an expression may read. */
interface Scope {
  readonly variables: readonly string[];
}

/** Random expressions, targets and labels over one label space. */
export class ExpressionGenerator {
  readonly random: Random;
  readonly #space: LabelSpaceDeclaration;
  readonly #prefix: string;
  #constants = 0;

  /** Names of its constants begin with `prefix`; two generators for one application need different ones. */
  constructor(random: Random, space: LabelSpaceDeclaration, prefix = 'constant') {
    this.random = random;
    this.#space = space;
    this.#prefix = prefix;
  }

  /** A label of the space; mostly ⊥ when `low`. */
  label(low: boolean): LabelDeclaration {
    const { random } = this;
    const levels = (chains: LabelSpaceDeclaration['confidentiality']['chains']): readonly string[] =>
      (chains ?? []).flat();
    const label: {
      confidentiality?: string;
      integrity?: string;
      region?: readonly string[];
      tenant?: readonly string[];
    } = {};
    if (!low || random.chance(15)) label.confidentiality = random.pick(levels(this.#space.confidentiality.chains));
    if (!low || random.chance(15)) label.integrity = random.pick(levels(this.#space.integrity.chains));
    if (this.#space.regions.length > 0 && (!low || random.chance(15)))
      label.region = this.#space.regions.filter(() => random.chance(60));
    if (this.#space.tenants.length > 0 && (!low || random.chance(15)))
      label.tenant = this.#space.tenants.filter(() => random.chance(60));
    return label;
  }

  items(scope: Scope): Expression {
    if (this.random.chance(50))
      return {
        kind: 'array',
        items: Array.from({ length: 1 + this.random.below(2) }, () => this.expression(scope, 1)),
        span: SPAN,
      };
    return { kind: 'path', path: { root: 'in', segments: [{ kind: 'field', name: 'list' }] }, span: SPAN };
  }

  target(): Path {
    const { random } = this;
    const segments = random.chance(35) ? [{ kind: 'field', name: random.pick(FIELDS) } as const] : [];
    return { root: random.pick(VARIABLES), segments };
  }

  #path(scope: Scope): Path {
    const { random } = this;
    const root = random.pick(scope.variables);
    const kind = random.below(20);
    if (root === 'in' || kind < 7)
      return { root, segments: kind < 16 ? [{ kind: 'field', name: random.pick(FIELDS) }] : [] };
    if (kind === 7) return { root, segments: [{ kind: 'index', index: random.below(2) }] };
    if (kind === 8) return { root, segments: [{ kind: 'anyElement' }] };
    if (kind === 9) return { root, segments: [{ kind: 'own' }] };
    if (kind === 10) return { root, segments: [{ kind: 'anyChild' }] };
    if (kind === 11) return { root, segments: [{ kind: 'spread' }, { kind: 'field', name: random.pick(FIELDS) }] };
    return { root, segments: [] };
  }

  expression(scope: Scope, depth: number): Expression {
    const { random } = this;
    if (depth === 0 || random.chance(55)) {
      if (random.chance(25)) return literalOf(random.pick([0, 1, 'k', null, true]));
      return { kind: 'path', path: this.#path(scope), span: SPAN };
    }
    const inner = (): Expression => this.expression(scope, depth - 1);
    switch (
      random.weighted([
        [5, 'apply'],
        [3, 'object'],
        [2, 'array'],
        [2, 'conditional'],
        [2, 'source'],
        [1, 'merge'],
        [1, 'get'],
      ] as const)
    ) {
      case 'apply':
        return { kind: 'apply', operator: random.pick(['mix', 'equal']), args: [inner(), inner()], span: SPAN };
      case 'object':
        return {
          kind: 'object',
          fields: FIELDS.slice(0, 1 + random.below(2)).map((name) => ({ name, value: inner() })),
          span: SPAN,
        };
      case 'array':
        return { kind: 'array', items: [inner(), inner()], span: SPAN };
      case 'conditional':
        return { kind: 'conditional', test: inner(), then: inner(), otherwise: inner(), span: SPAN };
      case 'source':
        this.#constants += 1;
        return {
          kind: 'source',
          of: inner(),
          label: this.label(false),
          description: `${this.#prefix} ${this.#constants}`,
          span: { ...SPAN, end: { ...SPAN.end, offset: this.#constants } },
        };
      case 'merge':
        return { kind: 'merge', base: inner(), over: inner(), span: SPAN };
      case 'get':
        return { kind: 'get', of: inner(), segments: [{ kind: 'field', name: random.pick(FIELDS) }], span: SPAN };
    }
  }
}

export const literalOf = (value: 0 | 1 | string | null | true): Expression => ({ kind: 'literal', value, span: SPAN });
