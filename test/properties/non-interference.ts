import { check, type CheckOptions, type CheckResult } from '../../analyzer/flow/index.ts';
import type { Application } from '../../model/application.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Label } from '../../model/label.ts';
import type { FunctionSignature, Labelling } from '../../model/labelling.ts';
import { expressionsOf, forEachStep } from '../../model/walk.ts';
import { generate } from './generator/generator.ts';
import { allLabels, labelAtRandom, ROOT } from './generator/labelling.ts';
import { Random } from './generator/random.ts';
import { hiddenName } from './interpreter/frame.ts';
import { interpret } from './interpreter/interpreter.ts';
import { canonical } from './interpreter/values.ts';
import type { Event, Run, World } from './interpreter/world.ts';
import { visiblePart } from './observer.ts';

/**
 * Two-run non-interference: for an observer (a label), two runs that agree on everything the observer may see at first must agree on everything the
 * observer sees. Excused are only sinks at which the checker reported a violation (or could not decide because of something not modelled), and pairs of
 * runs whose released values differ.
 */
export interface Leak {
  readonly seed: number;
  readonly strict: boolean;
  readonly observer: string;
  readonly what: string;
  readonly application: Application;
}

export interface Tally {
  cases: number;
  /** Cases in which the checker reported nothing at all. */
  accepted: number;
  pairs: number;
  /** Pairs that took different ways because of something the observer may not see. */
  branchedOnHigh: number;
  withEffects: number;
  excused: number;
  incomparable: number;
  /** Compared pairs of runs that both ended. */
  bothEnded: number;
  readonly leaks: Leak[];
}

export const newTally = (): Tally => ({
  cases: 0,
  accepted: 0,
  pairs: 0,
  branchedOnHigh: 0,
  withEffects: 0,
  excused: 0,
  incomparable: 0,
  bothEnded: 0,
  leaks: [],
});

export interface NonInterferenceOptions {
  readonly strict: boolean;
  readonly premises?: CheckOptions['premises'];
  /** A checker to test instead of ours, to show that the harness notices a broken one. */
  readonly checker?: typeof check;
  readonly observersMax?: number;
  readonly variationsMax?: number;
}

const OBSERVERS_MAX = 8;
const VARIATIONS_MAX = 3;

/** Checks one generated application against pairs of its runs; adds to the tally. */
export function testSeed(seed: number, options: NonInterferenceOptions, tally: Tally): void {
  const { application, space } = generate(seed);
  testApplication({ application, labelling: labelAtRandom(space, application, seed), seed }, options, tally);
}

export interface Case {
  readonly application: Application;
  readonly labelling: Labelling;
  readonly seed: number;
}

export function testApplication(subject: Case, options: NonInterferenceOptions, tally: Tally): void {
  const { application, labelling, seed } = subject;
  const checker = options.checker ?? check;
  const result = checker(application, labelling, {
    strict: options.strict,
    witnesses: false,
    ...(options.premises === undefined ? {} : { premises: options.premises }),
  });
  tally.cases += 1;
  const blamed = result.verdicts.filter((verdict) => verdict.outcome === 'violated' || verdict.outcome === 'undecided');
  if (blamed.length === 0) tally.accepted += 1;
  const random = new Random(seed ^ 0x9e3779b9);
  const labels = allLabels(labelling.space);
  const observers =
    labels.length <= (options.observersMax ?? OBSERVERS_MAX)
      ? labels
      : Array.from({ length: options.observersMax ?? OBSERVERS_MAX }, () => random.pick(labels));
  const constants = constantsOf(application, labelling);
  for (const observer of observers) {
    const isExcused = blamed.some((verdict) =>
      isVisible(sinkLabel(verdict.sink.id, verdict.sink.kind, labelling), observer, labelling),
    );
    for (let variation = 0; variation < (options.variationsMax ?? VARIATIONS_MAX); variation++) {
      const first = worldOf(subject, random, constants);
      const second = varied(first, { observer, subject, random, constants });
      if (isExcused) tally.excused += 1;
      else comparePair({ subject, options, result, observer, worlds: [first, second] }, tally);
    }
  }
}

interface Pair {
  readonly subject: Case;
  readonly options: NonInterferenceOptions;
  readonly result: CheckResult;
  readonly observer: Label;
  readonly worlds: readonly [World, World];
}

function comparePair(pair: Pair, tally: Tally): void {
  const { subject, options, observer } = pair;
  const { application, labelling } = subject;
  const run = (world: World): Run => interpret(application, labelling, { world, strict: options.strict, root: ROOT });
  const [first, second] = [run(pair.worlds[0]), run(pair.worlds[1])];
  // Any difference in what was released counts, also in what the observer may not see: fewer pairs are compared than could be.
  if (canonical(first.released) !== canonical(second.released)) {
    tally.incomparable += 1;
    return;
  }
  tally.pairs += 1;
  if (first.decisions !== second.decisions) tally.branchedOnHigh += 1;
  const [a, b] = [seenEvents(first, pair), seenEvents(second, pair)];
  if (a.length > 0) tally.withEffects += 1;
  if (first.status !== 'stopped' && second.status !== 'stopped') tally.bothEnded += 1;
  const what = compareRuns({ first, second, a, b }, pair);
  if (what !== null) {
    tally.leaks.push({
      seed: subject.seed,
      strict: options.strict,
      observer: labelling.space.format(observer),
      what,
      application,
    });
  }
}

function compareRuns(
  runs: { readonly first: Run; readonly second: Run; readonly a: readonly string[]; readonly b: readonly string[] },
  pair: Pair,
): string | null {
  const { first, second, a, b } = runs;
  const isStopped = first.status === 'stopped' || second.status === 'stopped';
  const length = isStopped ? Math.min(a.length, b.length) : Math.max(a.length, b.length);
  for (let at = 0; at < length; at++)
    if (a[at] !== b[at]) return `event ${at}: ${a[at] ?? 'nothing'} / ${b[at] ?? 'nothing'}`;
  if (first.status !== 'done' || second.status !== 'done') return null;
  const typing = pair.result.compositions.find((each) => each.composition === ROOT);
  if (typing === undefined) return 'no typing of the result';
  const seen = (value: JsonValue): string =>
    canonical(visiblePart(value, typing.result, { observer: pair.observer, space: pair.subject.labelling.space }));
  const [x, y] = [seen(first.result), seen(second.result)];
  return x === y ? null : `result: ${x} / ${y}`;
}

function isVisible(label: Label | null, observer: Label, labelling: Labelling): boolean {
  return label !== null && labelling.space.exceeds(label, observer).length === 0;
}

function sinkLabel(id: string | null, kind: string, labelling: Labelling): Label | null {
  if (kind === 'unknown') return labelling.space.bottom;
  const find = <Value>(map: ReadonlyMap<string, Value>): Value | undefined => [...map].find(([key]) => key === id)?.[1];
  if (kind === 'function') return find(labelling.functions)?.accepts ?? null;
  if (kind === 'result') return find(labelling.results)?.accepts ?? null;
  return find(labelling.stores)?.accepts ?? null;
}

function seenEvents(run: Run, pair: Pair): readonly string[] {
  const { labelling } = pair.subject;
  const isSeen = (event: Event): boolean => {
    const [kind = '', id = ''] = event.sink.split(':');
    return isVisible(sinkLabel(id, kind, labelling), pair.observer, labelling);
  };
  return run.events.filter(isSeen).map((event) => `${event.sink} ${event.value}`);
}

interface Constant {
  readonly name: string;
  readonly label: Label;
}

function constantsOf(application: Application, labelling: Labelling): readonly Constant[] {
  const found: Constant[] = [];
  for (const composition of application.compositions) {
    forEachStep(composition.body, (step) => {
      for (const expression of expressionsOf(step)) collect(expression);
      const isUnmodelled =
        step.kind === 'opaque' ||
        (step.kind === 'call' && step.target.kind !== 'function' && step.target.kind !== 'composition');
      if (isUnmodelled) found.push({ name: hiddenName(step.id), label: labelling.space.top });
    });
  }
  function collect(value: unknown): void {
    if (Array.isArray(value)) value.forEach(collect);
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && value.kind === 'source' && 'description' in value && 'label' in value) {
      const resolved = labelling.space.resolve(value.label as object, labelling.space.bottom);
      if ('label' in resolved) found.push({ name: String(value.description), label: resolved.label });
    }
    for (const part of Object.values(value)) collect(part);
  }
  return found;
}

function inputOf(random: Random): JsonValue {
  const small = (): JsonValue => random.below(3);
  return {
    x: small(),
    y: small(),
    z: random.chance(30) ? { x: small(), y: small() } : small(),
    list: Array.from({ length: random.below(3) }, small),
  };
}

function worldOf(subject: Case, random: Random, constants: readonly Constant[]): World {
  const { labelling } = subject;
  const numbers = (names: Iterable<string>): Map<string, number> =>
    new Map([...names].map((name) => [name, random.below(4)]));
  const declared = [...labelling.stores].filter(([, signature]) => signature.content !== null).map(([id]) => id);
  return {
    input: inputOf(random),
    contents: numbers(declared),
    outputs: numbers(labelling.functions.keys()),
    errors: numbers(labelling.functions.keys()),
    constants: numbers(constants.map((constant) => constant.name)),
  };
}

/** A world that differs at random, but only where the observer may not look. */
function varied(
  world: World,
  how: {
    readonly observer: Label;
    readonly subject: Case;
    readonly random: Random;
    readonly constants: readonly Constant[];
  },
): World {
  const { observer, subject, random } = how;
  const { labelling } = subject;
  const other = worldOf(subject, random, how.constants);
  const isSeen = (label: Label): boolean => isVisible(label, observer, labelling);
  const mix = (
    mine: ReadonlyMap<string, number>,
    theirs: ReadonlyMap<string, number>,
    labelOf: (name: string) => Label,
  ): Map<string, number> =>
    new Map([...mine].map(([name, value]) => [name, isSeen(labelOf(name)) ? value : (theirs.get(name) ?? value)]));
  const { bottom } = labelling.space;
  const entry = labelling.entries.get(ROOT);
  const fields = world.input as Readonly<Record<string, JsonValue>>;
  const others = other.input as Readonly<Record<string, JsonValue>>;
  const labelOfField = (name: string): Label =>
    entry?.parts.find((part) => part.path[0]?.kind === 'field' && part.path[0].name === name)?.label ??
    entry?.label ??
    bottom;
  const input = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isSeen(labelOfField(name)) ? value : (others[name] ?? null)]),
  );
  const store = (name: string): Label =>
    [...labelling.stores].find(([id]) => id === name)?.[1].content?.label ?? bottom;
  const called = (name: string): FunctionSignature | undefined =>
    [...labelling.functions].find(([id]) => id === name)?.[1];
  return {
    input,
    contents: mix(world.contents, other.contents, store),
    outputs: mix(world.outputs, other.outputs, (name) => called(name)?.output.label ?? bottom),
    errors: mix(world.errors, other.errors, (name) => called(name)?.error ?? bottom),
    constants: mix(
      world.constants,
      other.constants,
      (name) => how.constants.find((constant) => constant.name === name)?.label ?? bottom,
    ),
  };
}
