import type { Evaluation } from './types.ts';

/** What an evaluator has done since it was made; all are counts. */
export interface EvaluatorStats {
  /** Evaluations by what came of them. */
  readonly evaluations: Readonly<Record<Evaluation['kind'], number>>;
  /** Inputs that were refused before evaluation: too large, too deep, no JSON. They count as `thrown` too. */
  readonly inputsRefused: number;
  readonly instancesMade: number;
  /** Instances thrown away because an evaluation in them failed. */
  readonly instancesBroken: number;
  /** Instances thrown away because an evaluation left too much memory behind. */
  readonly instancesOutgrown: number;
  /** Instances taken from one tenant for another; their memory is made as new, or they are thrown away. */
  readonly instancesEvicted: number;
  readonly workersStarted: number;
  /** Workers that were killed at the deadline. */
  readonly workersKilled: number;
  /** Workers that ended by themselves, e.g. out of memory. */
  readonly workersLost: number;
  /** Evaluations refused because too many waited, or waited too long. */
  readonly queueRefused: number;
}

type Counter = Exclude<keyof EvaluatorStats, 'evaluations'>;

/** Counts for {@link EvaluatorStats}. */
export class StatsCounter {
  readonly #evaluations: Record<Evaluation['kind'], number> = {
    result: 0,
    undefined: 0,
    thrown: 0,
    trapped: 0,
    late: 0,
    unready: 0,
  };
  readonly #counts: Record<Counter, number> = {
    inputsRefused: 0,
    instancesMade: 0,
    instancesBroken: 0,
    instancesOutgrown: 0,
    instancesEvicted: 0,
    workersStarted: 0,
    workersKilled: 0,
    workersLost: 0,
    queueRefused: 0,
  };

  /** Counts what came of an evaluation and hands it on. */
  evaluated(evaluation: Evaluation): Evaluation {
    this.#evaluations[evaluation.kind]++;
    return evaluation;
  }

  add(counter: Counter, count = 1): void {
    this.#counts[counter] += count;
  }

  get stats(): EvaluatorStats {
    return { evaluations: { ...this.#evaluations }, ...this.#counts };
  }
}
