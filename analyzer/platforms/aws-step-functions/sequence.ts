import { stepId, type StepId } from '../../../model/brand.ts';
import type { Expression, Path, Region, Step } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';

/** `Omit` that keeps the members of a union apart. */
type Without<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Extract<keyof T, Keys>> : never;

/** A step that does not know yet where it stands. */
export type LooseStep = Without<Step, 'id' | 'next'> | Check | Divert;

/** A test that raises an error. */
interface Check {
  readonly kind: 'check';
  readonly name: string;
  readonly span: Span;
  readonly guard: Expression;
  readonly error: Expression;
  readonly cause: Expression | null;
}

/** Jumps out of the line. */
export interface Exit {
  readonly guard: Expression;
  readonly span: Span;
  readonly to: StepId;
}

/** Exits, tested in order. */
interface Divert {
  readonly kind: 'divert';
  readonly name: string;
  readonly span: Span;
  readonly exits: readonly Exit[];
}

/** The name of a state in ids of steps: what could be read as part of the id's own structure is written in hexadecimal. */
export function idText(name: string): string {
  return name.replace(/[~/^%]|\.(?=\d+$)/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Steps one after the other. The first takes the id of the state, so that jumps to the state arrive there; the last goes on to `next`.
 */
export class Sequence {
  readonly #base: string;
  readonly #name: string;
  readonly #loose: LooseStep[] = [];
  /** Steps beside the line, e.g. handlers, that jump by themselves. */
  readonly #aside: Step[] = [];

  constructor(base: string, name: string) {
    this.#base = base;
    this.#name = name;
  }

  get entry(): StepId {
    return stepId(this.#base);
  }

  get isEmpty(): boolean {
    return this.#loose.length === 0;
  }

  add(step: LooseStep): this {
    this.#loose.push(step);
    return this;
  }

  assign(target: Path, value: Expression, span: Span): this {
    return this.add({ kind: 'assign', name: this.#name, span, target, value });
  }

  /** Raises an error when the guard holds, else goes on. */
  raiseWhen(
    guard: Expression,
    error: Expression,
    at: { readonly span: Span; readonly cause: Expression | null },
  ): this {
    return this.add({ kind: 'check', name: this.#name, ...at, guard, error });
  }

  /** Leaves the line at the first exit whose guard holds, else goes on. */
  divert(exits: readonly Exit[], span: Span): this {
    return this.add({ kind: 'divert', name: this.#name, span, exits });
  }

  /** The steps so far, in order, as they were added. */
  get steps(): readonly LooseStep[] {
    return this.#loose;
  }

  /** Takes over the steps of another line. */
  append(other: Sequence): this {
    this.#loose.push(...other.#loose);
    this.#aside.push(...other.#aside);
    return this;
  }

  addAside(steps: readonly Step[]): this {
    this.#aside.push(...steps);
    return this;
  }

  /** Links the line and lets it go on to `next`; null ends the region. */
  finish(next: StepId | null): readonly Step[] {
    const steps = this.#loose.flatMap((step, at): readonly Step[] => {
      const id = at === 0 ? this.entry : stepId(`${this.#base}.${at}`);
      const following = at + 1 < this.#loose.length ? stepId(`${this.#base}.${at + 1}`) : next;
      switch (step.kind) {
        case 'check':
          return linkCheck(step, id, following);
        case 'divert': {
          const { name, span } = step;
          const arms = step.exits.map((exit) => ({ guard: exit.guard, next: exit.to, span: exit.span }));
          return [{ kind: 'branch', id, name, span, arms, otherwise: following }];
        }
        default:
          return [link(step, id, following)];
      }
    });
    return [...steps, ...this.#aside];
  }

  region(): Region {
    return { entry: this.entry, steps: this.finish(null) };
  }
}

function linkCheck(check: Check, id: StepId, next: StepId | null): readonly Step[] {
  const { name, span, guard, error, cause } = check;
  const raised = stepId(`${id}~raise`);
  return [
    { kind: 'branch', id, name, span, arms: [{ guard, next: raised, span: guard.span }], otherwise: next },
    { kind: 'raise', id: raised, name, span, error, cause },
  ];
}

function link(step: Exclude<LooseStep, Check | Divert>, id: StepId, next: StepId | null): Step {
  switch (step.kind) {
    case 'return':
    case 'raise':
    case 'branch':
      return { ...step, id };
    default:
      return { ...step, id, next };
  }
}
