import type { Concealer } from './conceal.ts';
import type { TracedTerm, TraceEvent } from './trace.ts';

/** What one evaluation of a body refers to. */
interface Body {
  readonly parent: number;
  /** Path of the rule below `data`, `/`-joined; empty for a comprehension or the query. */
  readonly rule: string;
  /** Gets values of its caller without naming them: a function, a comprehension. */
  readonly inherits: boolean;
  /** Paths of rules and functions that it refers to, `/`-joined up to the first part that is not constant. */
  readonly refers: Set<string>;
  readsConcealed: boolean;
}

/**
 * Which evaluations may have seen something concealed, so that their variables must not be shown: those that read it, that are called from one of them, or that
 * refer to a rule which is one of them.
 */
export class Taint {
  readonly #tainted = new Set<number>();

  constructor(
    events: readonly TraceEvent[],
    around: { readonly concealer: Concealer; readonly packages: ReadonlyMap<string, readonly string[]> },
  ) {
    const bodies = bodiesOf(events, around);
    const rules = new Set<string>();
    const taint = (query: number, body: Body): void => {
      this.#tainted.add(query);
      if (body.rule !== '') rules.add(body.rule);
    };
    let before = -1;
    // Each round adds an evaluation or is the last, so that there are at most as many rounds as evaluations.
    while (before < this.#tainted.size) {
      before = this.#tainted.size;
      for (const [query, body] of bodies) {
        if (this.#tainted.has(query)) continue;
        const isCalled = body.inherits && this.#tainted.has(body.parent);
        if (body.readsConcealed || isCalled || refersTo(body.refers, rules)) taint(query, body);
      }
    }
  }

  has(query: number): boolean {
    return this.#tainted.has(query);
  }
}

function refersTo(paths: ReadonlySet<string>, rules: ReadonlySet<string>): boolean {
  for (const path of paths) {
    for (const rule of rules)
      if (rule === path || rule.startsWith(`${path}/`) || path.startsWith(`${rule}/`)) return true;
  }
  return false;
}

function bodiesOf(
  events: readonly TraceEvent[],
  { concealer, packages }: { readonly concealer: Concealer; readonly packages: ReadonlyMap<string, readonly string[]> },
): ReadonlyMap<number, Body> {
  const bodies = new Map<number, Body>();
  for (const { query, parent, rule, file, expression } of events) {
    const path = rule === null ? '' : [...(packages.get(file) ?? []), ...rule.name.split('.')].join('/');
    const made: Body = {
      parent,
      rule: path,
      inherits: rule === null || rule.isFunction,
      refers: new Set(),
      readsConcealed: false,
    };
    const body = bodies.get(query) ?? made;
    bodies.set(query, body);
    if (expression === null) continue;
    body.refers.add(expression.operator.replace(/^data\./, '').replaceAll('.', '/'));
    for (const term of expression.operands) look(term, body, concealer);
  }
  return bodies;
}

function look(term: TracedTerm, body: Body, concealer: Concealer): void {
  if (term.kind === 'compound') for (const part of term.terms) look(part, body, concealer);
  if (term.kind === 'variable' && term.name === 'input') body.readsConcealed = true;
  if (term.kind !== 'reference') return;
  const [root, ...parts] = term.parts;
  const path: string[] = [];
  for (const part of parts) {
    if (part.kind !== 'constant') break;
    path.push(typeof part.value === 'string' ? part.value : JSON.stringify(part.value));
  }
  for (const part of parts) look(part, body, concealer);
  if (root?.kind !== 'variable') return;
  if (root.name === 'data' && path.length > 0) body.refers.add(path.join('/'));
  if (root.name === 'input') body.readsConcealed ||= concealer.isConcealed(path);
}
