import type { ForEachStep, ParallelStep, RaceStep, Region } from '../../model/ir.ts';

import { controlOf, joinErrors, NO_ERRORS, raiseErrors, type ErrorMap } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { analyseFrame } from './frame.ts';
import type { FrameResult } from './frame-input.ts';
import { recordJournals } from './journals.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import { regionRaises } from './raises.ts';
import { assign } from './state.ts';
import { evaluationOf, limitLabel, type Conclusion, type Premises } from './transfer.ts';
import { indexKey, uniform, type Tree } from './tree.ts';

export function transferForEach(premises: Premises<ForEachStep>, program: Program): Conclusion {
  const { step, pc, site, state, place } = premises;
  const { kernel } = program;
  const { trees, leaves } = kernel;
  const { bottom } = leaves;
  const items = evaluate(step.items, evaluationOf(premises, program));
  const length = itemCount(premises, items, program);
  const concurrency = kernel.stripGuard(limitLabel([step.concurrency], premises, program));
  const element = kernel.holds('forEach-element') ? trees.raise(trees.anyElement(items), items.own) : trees.empty;
  const hop = { site, construct: 'item', why: 'one element at a time' } as const;
  let entry = assign(state, { target: { root: step.item, segments: [] }, value: element, pc, hop }, kernel);
  if (step.index !== null) {
    entry = assign(entry, { target: { root: step.index, segments: [] }, value: uniform(items.own), pc, hop }, kernel);
  }
  const run = (cancelled: Leaf): FrameResult =>
    analyseFrame(
      {
        region: step.body,
        variables: entry.variables,
        passed: state.passed,
        pc: leaves.joinAll([pc, length, cancelled]),
        place: { ...place, isTop: false, tracksFailures: place.tracksFailures || step.tolerates },
      },
      program,
    );
  let body = run(bottom);
  if (isCutShort(premises, program)) {
    // An iteration that fails keeps others from running, unless failures are tolerated; how many run at once decides which.
    for (let cancelled = bottom; ;) {
      const fails = !step.tolerates && body.errors.size > 0;
      const failed = fails ? kernel.join(controlOf(body.errors, leaves), concurrency) : bottom;
      // One that never ends holds up those that wait for it.
      const waits = program.strict && step.concurrency.kind !== 'none';
      const cause = waits ? leaves.joinAll([failed, body.timing, concurrency]) : failed;
      const next = kernel.join(cancelled, cause);
      if (next === cancelled) break;
      cancelled = next;
      body = run(cancelled);
    }
  }
  const failure = controlOf(body.errors, leaves);
  let collected = body.result;
  if (step.tolerates) {
    if (kernel.holds('forEach-tolerated-error')) collected = raiseByErrors(collected, body.errors, program);
  }
  const value: Tree = { own: items.own, rest: leaves.bottom, parts: new Map(), element: collected };
  const collectHop = { site, construct: 'collect', why: 'the results of all iterations' } as const;
  const after =
    step.result === null ? state : assign(state, { target: step.result, value, pc, hop: collectHop }, kernel);
  const labels = { input: trees.flatten(items), output: trees.flatten(value) };
  program.recordTyping(premises, labels);
  const errors = step.tolerates || !kernel.holds('forEach-error') ? NO_ERRORS : raiseErrors(body.errors, length, trees);
  recordJournals({ ...premises, data: kernel.join(labels.input, labels.output), errors }, program);
  const timing = leaves.joinAll([length, concurrency, body.timing, failure]);
  return { after, failed: state, errors, timing, stop: program.strict ? timing : bottom, result: null };
}

/**
 * Whether iterations see how others end: all do in strict mode. Else they see only that another failed, only where a limit is set, so that some have
 * not begun yet, which is control flow and not cancellation, and only if the failure does not end the whole execution.
 */
function isCutShort({ step, place }: Premises<ForEachStep>, program: Program): boolean {
  const { kernel, strict, raisers } = program;
  if (strict) return kernel.holds('strict-cancellation');
  const goesOn = place.tracksFailures || regionRaises(step.body, raisers);
  const isSet = step.concurrency.kind === 'set' || step.concurrency.kind === 'dynamic';
  return isSet && goesOn && !step.tolerates && kernel.holds('forEach-sequential');
}

/** What decides how many iterations there are, as control sees it. */
function itemCount(premises: Premises<ForEachStep>, items: Tree, program: Program): Leaf {
  const { kernel } = program;
  if (!kernel.holds('forEach-length')) return kernel.leaves.bottom;
  const leaf = kernel.stripGuard(items.own);
  const hop = {
    site: premises.site,
    construct: 'guard',
    slot: 'length',
    why: 'the number of elements decides how often this runs',
  } as const;
  return kernel.trace.hop(leaf, hop, { data: kernel.leaves.none, control: items.own.origins });
}

function raiseByErrors(tree: Tree, errors: ErrorMap, program: Program): Tree {
  const { trees, leaves } = program.kernel;
  const payload = leaves.joinAll([...errors.values()].map((error) => trees.flatten(error.payload)));
  return trees.raise(tree, leaves.join(controlOf(errors, leaves), payload));
}

/** The frames of `parallel` and `race`, each under the same Γ and pc. In strict mode a frame also runs under what may cancel it. */
function analyseArms(
  premises: Premises<ParallelStep | RaceStep>,
  cancellation: (results: readonly FrameResult[], except: number) => Leaf,
  program: Program,
): readonly FrameResult[] {
  const { step, state, place } = premises;
  const { kernel } = program;
  const pc = kernel.holds('parallel-pc') ? premises.pc : kernel.leaves.bottom;
  const run = (region: Region, cancelled: Leaf): FrameResult =>
    analyseFrame(
      {
        region,
        variables: state.variables,
        passed: state.passed,
        pc: kernel.join(pc, cancelled),
        place: { ...place, isTop: false },
      },
      program,
    );
  let results = step.arms.map((arm) => run(arm, kernel.leaves.bottom));
  if (!program.strict || !kernel.holds('strict-cancellation')) return results;
  let cancelled = results.map(() => kernel.leaves.bottom);
  for (;;) {
    const next = results.map((_, at) => kernel.join(cancelled[at] ?? kernel.leaves.bottom, cancellation(results, at)));
    if (next.every((leaf, at) => leaf === cancelled[at])) return results;
    cancelled = next;
    results = step.arms.map((arm, at) => run(arm, cancelled[at] ?? kernel.leaves.bottom));
  }
}

export function transferParallel(premises: Premises<ParallelStep>, program: Program): Conclusion {
  const { kernel } = program;
  const { trees, leaves } = kernel;
  const failureOfOthers = (results: readonly FrameResult[], except: number): Leaf =>
    leaves.joinAll(results.map((result, at) => (at === except ? leaves.bottom : controlOf(result.errors, leaves))));
  const results = analyseArms(premises, failureOfOthers, program);
  const parts = new Map(results.map((result, at) => [indexKey(at), result.result]));
  const value: Tree = trees.limit({ own: leaves.bottom, rest: leaves.bottom, parts, element: null });
  let errors: ErrorMap = NO_ERRORS;
  for (const result of results) errors = joinErrors(errors, result.errors, trees);
  const passed = results.flatMap((result) => [...result.passed]);
  return concludeArms(
    premises,
    { value, errors: kernel.holds('parallel-error') ? errors : NO_ERRORS, results, passed },
    program,
  );
}

export function transferRace(premises: Premises<RaceStep>, program: Program): Conclusion {
  const { kernel } = program;
  const { trees, leaves } = kernel;
  const timingOf = (results: readonly FrameResult[]): Leaf =>
    kernel.holds('race-winner')
      ? kernel.stripGuard(
          leaves.joinAll(results.flatMap((result) => [result.timing, controlOf(result.errors, leaves)])),
        )
      : leaves.bottom;
  const results = analyseArms(premises, timingOf, program);
  const hop = {
    site: premises.site,
    construct: 'race',
    slot: 'winner',
    why: 'which of them ends first decides the result',
  } as const;
  const timing = timingOf(results);
  const winner = kernel.trace.hop(timing, hop, { data: leaves.none, control: timing.origins });
  let value = trees.empty;
  let errors: ErrorMap = NO_ERRORS;
  for (const result of results) {
    value = trees.join(value, result.result);
    errors = joinErrors(errors, result.errors, trees);
  }
  const raised = trees.mapLeaves(value, (leaf, slot) =>
    kernel.trace.hop(
      kernel.join(leaf, winner),
      { site: premises.site, construct: 'race', slot, why: hop.why },
      { data: leaf.origins, control: winner.origins },
    ),
  );
  const passed = [...(results[0]?.passed ?? [])].filter((name) => results.every((result) => result.passed.has(name)));
  return concludeArms(
    premises,
    { value: raised, errors: raiseErrors(errors, winner, trees), results, passed },
    program,
  );
}

function concludeArms(
  premises: Premises<ParallelStep | RaceStep>,
  arms: {
    readonly value: Tree;
    readonly errors: ErrorMap;
    readonly results: readonly FrameResult[];
    readonly passed: readonly string[];
  },
  program: Program,
): Conclusion {
  const { step, pc, site, state } = premises;
  const { kernel } = program;
  const { leaves } = kernel;
  const hop = {
    site,
    construct: 'collect',
    why: step.kind === 'race' ? 'the result of the first to end' : 'the results of all branches',
  } as const;
  const returned = { variables: state.variables, passed: program.passedWith(state.passed, arms.passed) };
  const after =
    step.result === null ? returned : assign(returned, { target: step.result, value: arms.value, pc, hop }, kernel);
  const label = kernel.trees.flatten(arms.value);
  program.recordTyping(premises, { input: leaves.bottom, output: label });
  recordJournals({ ...premises, data: label, errors: arms.errors }, program);
  const timing = leaves.joinAll([...arms.results.map((result) => result.timing), controlOf(arms.errors, leaves)]);
  return {
    after,
    failed: state,
    errors: arms.errors,
    timing,
    stop: program.strict ? timing : leaves.bottom,
    result: null,
  };
}
