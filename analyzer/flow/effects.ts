import type { CompositionId, StepId } from '../../model/brand.ts';
import { AXES, type Axis, type Label, type MarkName } from '../../model/label.ts';
import type { LabelOrigin } from '../../model/labelling.ts';
import type { Promise as PromiseKind, SinkDescription } from '../../model/verdict.ts';
import type { Kernel } from './kernel.ts';
import type { Leaf } from './leaf.ts';
import type { Site } from './trace.ts';

/** A question asked at one place of a program: may this get there? */
export interface Question {
  readonly site: Site;
  readonly sink: SinkDescription;
  readonly promise: PromiseKind;
  /** Bound on the axes in `axes`; ⊤ for promises about marks. */
  readonly bound: Label;
  readonly axes: readonly Axis[];
  /** A mark that must not be there. */
  readonly forbidden: MarkName | null;
  /** Where the bound comes from. */
  readonly origin: LabelOrigin;
  /** Set when the question itself cannot be decided before run time (the place is not known). */
  readonly unknown: string | null;
}

/** A question with everything that reached its place in any context so far. */
export interface Answer {
  readonly question: Question;
  readonly data: Leaf;
  readonly control: Leaf;
  /** A definite violation that no label shows (missing authority, control that did not pass). */
  readonly broken: string | null;
}

/** Joins on demand: a journal asks the same question at every step, and a join at each would gather the same origins again and again. */
class GatheredAnswer implements Answer {
  readonly question: Question;
  broken: string | null = null;
  readonly #kernel: Kernel;
  readonly #data = new Set<Leaf>();
  readonly #control = new Set<Leaf>();

  constructor(question: Question, kernel: Kernel) {
    this.question = question;
    this.#kernel = kernel;
  }

  get data(): Leaf {
    return this.#joined(this.#data);
  }

  get control(): Leaf {
    return this.#joined(this.#control);
  }

  add(labels: AnsweredBy): void {
    this.#data.add(labels.data);
    this.#control.add(labels.control);
    this.broken ??= labels.broken ?? null;
  }

  #joined(leaves: Set<Leaf>): Leaf {
    const joined = this.#kernel.leaves.joinAll(leaves);
    leaves.clear();
    leaves.add(joined);
    return joined;
  }
}

interface AnsweredBy {
  readonly data: Leaf;
  readonly control: Leaf;
  readonly broken?: string | null;
}

/** Collects the questions of a program. Keyed by place, so that contexts and fixpoint rounds add to the same answer. */
export class EffectLog {
  readonly #kernel: Kernel;
  readonly #answers = new Map<string, GatheredAnswer>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  answers(): readonly Answer[] {
    return [...this.#answers.values()];
  }

  record(question: Question, labels: AnsweredBy): void {
    const key = answerKey(question.site.composition, question.site.step, question);
    const answer = this.#answers.get(key) ?? new GatheredAnswer(question, this.#kernel);
    this.#answers.set(key, answer);
    answer.add(labels);
  }

  /** Asks for all four axes whether `data` and `control` may be where `bound` is. */
  recordFlow(
    at: {
      readonly site: Site;
      readonly sink: SinkDescription;
      readonly bound: Label;
      readonly unknown?: string | null;
    },
    labels: { readonly data: Leaf; readonly control: Leaf },
  ): void {
    for (const axis of AXES) {
      this.record(
        {
          site: at.site,
          sink: at.sink,
          promise: axis,
          bound: at.bound,
          axes: [axis],
          forbidden: null,
          origin: at.sink.origin,
          unknown: at.unknown ?? null,
        },
        labels,
      );
    }
  }
}

function answerKey(composition: CompositionId, step: StepId | null, question: Question): string {
  const { sink, promise, forbidden } = question;
  return `${composition}|${step ?? ''}|${sink.kind}|${sink.id ?? sink.name}|${promise}|${forbidden ?? ''}`;
}
