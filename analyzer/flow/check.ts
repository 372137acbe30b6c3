import type { Application } from '../../model/application.ts';
import type { StepId, CompositionId } from '../../model/brand.ts';
import type { Label } from '../../model/label.ts';
import type { Labelling } from '../../model/labelling.ts';
import type { StepTyping, Verdict } from '../../model/verdict.ts';
import type { PremiseSwitch } from './premise.ts';

export interface CheckOptions {
  /** Also type termination, retry count and sibling cancellation as channels. Default false. */
  readonly strict?: boolean;
  /** Look for witnesses; without, verdicts that are not satisfied have none (faster, for tests and benchmarks). Default true. */
  readonly witnesses?: boolean;
  /** For tests only; see {@link PremiseSwitch}. */
  readonly premises?: PremiseSwitch;
}

/** What a composition ends with, joined over all contexts. Raw labels, for tests and contracts. */
export interface CompositionTyping {
  readonly composition: CompositionId;
  /** `own` and `rest` of the result and its named parts, flattened to a list sorted by path; path in JSONPath-like text, `$` is the whole. */
  readonly result: readonly { readonly path: string; readonly own: Label; readonly rest: Label }[];
  /** Label of "which error, if any, leaves the composition", joined over error names; bottom when none can. */
  readonly errors: Label;
}

export interface CheckResult {
  /** Sorted by span, then promise. One for each (step, sink, promise), joined over all contexts: the worst outcome wins. */
  readonly verdicts: readonly Verdict[];
  readonly steps: readonly StepTyping[];
  readonly compositions: readonly CompositionTyping[];
  /** Raw labels per step (control, input, output), keyed `<composition>/<step>`. */
  readonly raw: ReadonlyMap<string, { readonly control: Label; readonly input: Label; readonly output: Label }>;
  /** What the run cost, for benchmarks and bounds. */
  readonly cost: { readonly transfers: number; readonly contexts: number; readonly rounds: number };
}

/** Types every composition of an application against its labelling. Pure, total and deterministic. */
export declare function check(application: Application, labelling: Labelling, options?: CheckOptions): CheckResult;

export type { StepId };
