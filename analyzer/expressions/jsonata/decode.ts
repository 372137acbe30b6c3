/** From the syntax tree of the `jsonata` package, whose positions are the ends of single tokens, to nodes with extents. */
import type { Group, Node, NodeShape, Stage } from './ast.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Deepest node that is decoded; what lies deeper is `unknown`. */
export const NODE_DEPTH_MAX = 300;

/** Decodes the tree that `jsonata(text).ast()` gives. */
export function decode(ast: unknown, text: string): Node {
  return new Decoder(text).node(ast, 0);
}

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

interface Extent {
  readonly from: number;
  readonly to: number;
}

class Decoder {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  node(value: unknown, depth: number): Node {
    const raw = isRaw(value) ? value : {};
    const position = typeof raw['position'] === 'number' ? raw['position'] : 0;
    const plain = { from: position, to: position, stages: [], group: null, focus: null, index: null, isTuple: false };
    if (depth > NODE_DEPTH_MAX) return { ...plain, kind: 'unknown', type: 'nesting' };
    if (raw['thunk'] === true) return this.node(raw['body'], depth + 1);
    const shape = this.#shape(raw, depth + 1);
    const extent = this.#extent(shape, position);
    const stages = [...listOf(raw['predicate']), ...listOf(raw['stages'])].map((each) => this.#stage(each, depth + 1));
    const group = this.#group(raw['group'], depth + 1);
    let to = extent.to;
    for (const stage of stages) if (stage.kind === 'filter') to = Math.max(to, this.#closing(stage.test.to, ']'));
    for (const [, last] of group?.pairs ?? []) to = Math.max(to, this.#closing(last.to, '}'));
    const focus = typeof raw['focus'] === 'string' ? raw['focus'] : null;
    const index = typeof raw['index'] === 'string' ? raw['index'] : null;
    const isTuple = raw['tuple'] === true || shape.kind === 'parent';
    return { ...shape, from: extent.from, to, stages, group, focus, index, isTuple };
  }

  #stage(value: unknown, depth: number): Stage {
    const raw = isRaw(value) ? value : {};
    if (raw['type'] === 'index') return { kind: 'index', name: textOf(raw['value']) };
    return { kind: 'filter', test: this.node(raw['expr'], depth) };
  }

  #group(value: unknown, depth: number): Group | null {
    return isRaw(value) ? { pairs: this.#pairs(value['lhs'], depth) } : null;
  }

  #pairs(value: unknown, depth: number): Group['pairs'] {
    return listOf(value).map((pair) => {
      const [key, of] = listOf(pair);
      return [this.node(key, depth), this.node(of, depth)];
    });
  }

  #shape(raw: Raw, depth: number): NodeShape {
    const part = (name: string): Node => this.node(raw[name], depth);
    const parts = (name: string): readonly Node[] => listOf(raw[name]).map((each) => this.node(each, depth));
    const optional = (name: string): Node | null => (raw[name] === undefined ? null : part(name));
    const type = textOf(raw['type']);
    const value = raw['value'];
    switch (type) {
      case 'string':
      case 'number':
      case 'value':
        return { kind: 'literal', value: isConstant(value) ? value : null };
      case 'name':
        return { kind: 'name', name: textOf(value) };
      case 'variable':
        return { kind: 'variable', name: textOf(value) };
      case 'wildcard':
      case 'descendant':
      case 'parent':
        return { kind: type };
      case 'regex':
        return { kind: 'regex', source: value instanceof RegExp ? value.source : '' };
      case 'path':
        return { kind: 'path', steps: parts('steps') };
      case 'unary':
        return this.#unary(raw, depth);
      case 'binary':
        return { kind: 'binary', operator: textOf(value), left: part('lhs'), right: part('rhs') };
      case 'function':
      case 'partial':
        return { kind: 'call', procedure: part('procedure'), args: this.#arguments(raw['arguments'], depth) };
      case 'lambda':
        return {
          kind: 'lambda',
          parameters: listOf(raw['arguments']).map(nameOf),
          body: part('body'),
          isTyped: raw['signature'] !== undefined,
        };
      case 'condition':
        return { kind: 'condition', test: part('condition'), then: part('then'), otherwise: optional('else') };
      case 'block':
        return { kind: 'block', body: parts('expressions') };
      case 'bind':
        return { kind: 'bind', name: nameOf(raw['lhs']), value: part('rhs') };
      case 'apply':
        return { kind: 'chain', left: part('lhs'), right: part('rhs') };
      case 'transform':
        return { kind: 'transform', pattern: part('pattern'), update: part('update'), remove: optional('delete') };
      case 'sort':
        return {
          kind: 'sort',
          terms: listOf(raw['terms']).map((term) => this.node(isRaw(term) ? term['expression'] : null, depth)),
        };
      default:
        return { kind: 'unknown', type };
    }
  }

  #unary(raw: Raw, depth: number): NodeShape {
    if (raw['value'] === '[') {
      return { kind: 'array', items: listOf(raw['expressions']).map((each) => this.node(each, depth)) };
    }
    if (raw['value'] === '{') return { kind: 'object', pairs: this.#pairs(raw['lhs'], depth) };
    return { kind: 'negate', of: this.node(raw['expression'], depth) };
  }

  #arguments(value: unknown, depth: number): readonly (Node | null)[] {
    return listOf(value).map((each) =>
      isRaw(each) && each['type'] === 'operator' && each['value'] === '?' ? null : this.node(each, depth),
    );
  }

  /** Where a node stands; `position` is the end of its own token. */
  #extent(shape: NodeShape, position: number): Extent {
    const before = (length: number): Extent => ({ from: Math.max(0, position - length), to: position });
    switch (shape.kind) {
      case 'literal':
        return typeof shape.value === 'string' || typeof shape.value === 'number'
          ? { from: this.#startOfLiteral(shape.value, position), to: position }
          : before(String(shape.value).length);
      case 'name':
        return before(shape.name.length + (this.#text.charAt(position - 1) === '`' ? 2 : 0));
      case 'variable':
        return before(shape.name.length + 1);
      case 'wildcard':
        return before(1);
      case 'descendant':
        return before(2);
      case 'regex':
        return { from: Math.max(0, this.#text.lastIndexOf(`/${shape.source}/`, position)), to: position };
      case 'parent':
      case 'unknown':
        return { from: position, to: position };
      case 'path':
        return spanning(shape.steps, position);
      case 'negate':
        return { from: position - 1, to: shape.of.to };
      case 'binary':
      case 'chain':
        return spanning([shape.left, shape.right], position);
      case 'condition':
        return spanning([shape.test, shape.then, ...(shape.otherwise === null ? [] : [shape.otherwise])], position);
      case 'bind':
        return { from: Math.max(0, this.#text.lastIndexOf('$', position)), to: shape.value.to };
      default:
        return this.#bracketed(shape, position);
    }
  }

  #bracketed(shape: NodeShape, position: number): Extent {
    const close = (parts: readonly Node[], bracket: string): number =>
      this.#closing(Math.max(position, ...parts.map((part) => part.to)), bracket);
    const from = Math.max(0, position - 1);
    switch (shape.kind) {
      case 'array':
        return { from, to: close(shape.items, ']') };
      case 'object':
        return { from, to: close(shape.pairs.flat(), '}') };
      case 'block':
        return { from, to: close(shape.body, ')') };
      case 'call': {
        const args = shape.args.filter((argument) => argument !== null);
        return { from: shape.procedure.from, to: close(args, ')') };
      }
      case 'lambda': {
        const start = Math.max(this.#text.lastIndexOf('function', position), this.#text.lastIndexOf('λ', position));
        return { from: Math.max(0, start), to: close([shape.body], '}') };
      }
      case 'transform':
        return { from, to: close(shape.remove === null ? [shape.update] : [shape.remove], '|') };
      case 'sort':
        return { from, to: close(shape.terms, ')') };
      default:
        return { from, to: position };
    }
  }

  /** After the first `bracket` at or after `at`; `at` when there is none. */
  #closing(at: number, bracket: string): number {
    const found = this.#text.indexOf(bracket, at);
    return found < 0 ? at : found + 1;
  }

  #startOfLiteral(value: string | number, end: number): number {
    const quote = this.#text.charAt(end - 1);
    if (typeof value === 'number' || (quote !== '"' && quote !== "'")) {
      const digits = /[0-9][0-9.eE+-]*$/.exec(this.#text.slice(Math.max(0, end - LITERAL_LENGTH_MAX), end));
      return end - (digits?.[0].length ?? String(value).length);
    }
    for (let at = end - 2; at >= 0; at--) {
      if (this.#text.charAt(at) === quote && this.#backslashesBefore(at) % 2 === 0) return at;
    }
    return Math.max(0, end - value.length - 2);
  }

  #backslashesBefore(at: number): number {
    let count = 0;
    while (this.#text.charAt(at - 1 - count) === '\\') count += 1;
    return count;
  }
}

/** Longest form of a number that is looked for. */
const LITERAL_LENGTH_MAX = 40;

const nameOf = (value: unknown): string => (isRaw(value) ? textOf(value['value']) : '');

function isConstant(value: unknown): value is null | boolean | number | string {
  return value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string';
}

function spanning(nodes: readonly Node[], position: number): Extent {
  const placed = nodes.filter((node) => node.to > node.from);
  if (placed.length === 0) return { from: Math.max(0, position - 1), to: position };
  return { from: Math.min(...placed.map((node) => node.from)), to: Math.max(...placed.map((node) => node.to)) };
}
