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
  data: Leaf;
  control: Leaf;
  /** A definite violation that no label shows (missing authority, control that did not pass). */
  broken: string | null;
}

/** Collects the questions of a program. Keyed by place, so that contexts and fixpoint rounds add to the same answer. */
export class EffectLog {
  readonly #kernel: Kernel;
  readonly #answers = new Map<string, Answer>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  answers(): readonly Answer[] {
    return [...this.#answers.values()];
  }

  record(
    question: Question,
    labels: { readonly data: Leaf; readonly control: Leaf; readonly broken?: string | null },
  ): void {
    const key = answerKey(question.site.composition, question.site.step, question);
    const known = this.#answers.get(key);
    if (known === undefined) {
      this.#answers.set(key, { question, data: labels.data, control: labels.control, broken: labels.broken ?? null });
      return;
    }
    known.data = this.#kernel.join(known.data, labels.data);
    known.control = this.#kernel.join(known.control, labels.control);
    known.broken ??= labels.broken ?? null;
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
