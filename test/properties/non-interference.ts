import { check, type CheckOptions, type CheckResult } from '../../analyzer/flow/index.ts';
import type { Application } from '../../model/application.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Label } from '../../model/label.ts';
import type { Labelling } from '../../model/labelling.ts';
import { excuseOf, isBlamed, readBackStores } from './excuse.ts';
import { generate } from './generator/generator.ts';
import { allLabels, labelAtRandom, ROOT, widenLabelling } from './generator/labelling.ts';
import { Random } from './generator/random.ts';
import { widen } from './generator/widen.ts';
import { interpret } from './interpreter/interpreter.ts';
import { canonical } from './interpreter/values.ts';
import type { Event, Run, World } from './interpreter/world.ts';
import { visiblePart } from './observer.ts';
import { isVisible, sinkLabel } from './visibility.ts';
import { constantsOf, varied, worldOf } from './worlds.ts';

/**
 * Two-run non-interference: for an observer (a label), two runs that agree on everything the observer may see at first must agree on everything the
 * observer sees, at every sink that no finding is about. Pairs of runs that released different values to the observer cannot be compared.
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
  /** Also what platforms rarely have; see {@link widen}. */
  readonly isWide?: boolean;
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
  const base = generate(seed);
  const { application, space } = options.isWide === true ? widen(base, seed) : base;
  const labelling = labelAtRandom(space, application, seed);
  const subject = {
    application,
    labelling: options.isWide === true ? widenLabelling(labelling, seed) : labelling,
    seed,
  };
  testApplication(subject, options, tally);
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
  if (!result.verdicts.some(isBlamed)) tally.accepted += 1;
  const readBack = readBackStores(application);
  const random = new Random(seed ^ 0x9e3779b9);
  const labels = allLabels(labelling.space);
  const observers =
    labels.length <= (options.observersMax ?? OBSERVERS_MAX)
      ? labels
      : Array.from({ length: options.observersMax ?? OBSERVERS_MAX }, () => random.pick(labels));
  const constants = constantsOf(application, labelling);
  for (const observer of observers) {
    const excuse = excuseOf(result, observer, { application, labelling, readBack });
    for (let variation = 0; variation < (options.variationsMax ?? VARIATIONS_MAX); variation++) {
      const first = worldOf(subject, random, constants);
      const second = varied(first, { observer, subject, random, constants });
      if (excuse.kind === 'everything') tally.excused += 1;
      else comparePair({ subject, options, result, observer, excused: excuse.sinks, worlds: [first, second] }, tally);
    }
  }
}

interface Pair {
  readonly subject: Case;
  readonly options: NonInterferenceOptions;
  readonly result: CheckResult;
  readonly observer: Label;
  /** Sinks, or sinks at a step, at which the observer need not be protected. */
  readonly excused: ReadonlySet<string>;
  readonly worlds: readonly [World, World];
}

function comparePair(pair: Pair, tally: Tally): void {
  const { subject, options, observer } = pair;
  const { application, labelling } = subject;
  const run = (world: World): Run => interpret(application, labelling, { world, strict: options.strict, root: ROOT });
  const [first, second] = [run(pair.worlds[0]), run(pair.worlds[1])];
  if (canonical(seenReleases(first, pair)) !== canonical(seenReleases(second, pair))) {
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

/** What was released to labels that the observer may see. */
function seenReleases(run: Run, pair: Pair): readonly string[] {
  const { space } = pair.subject.labelling;
  return run.released
    .filter(({ release }) =>
      isVisible(space.replaceAxes(space.bottom, release.axes, release.to), pair.observer, { space }),
    )
    .map(({ step, value }) => `${step} ${value}`);
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
  if (isStopped || first.status === 'diverged' || second.status === 'diverged') return null;
  const typing = pair.result.compositions.find((each) => each.composition === ROOT);
  if (typing === undefined) return 'no typing of the result';
  const { labelling } = pair.subject;
  if (first.status !== second.status)
    return isVisible(typing.errors, pair.observer, labelling) ? `end: ${first.status} / ${second.status}` : null;
  if (first.status === 'failed') return null;
  const seen = (value: JsonValue): string =>
    canonical(visiblePart(value, typing.result, { observer: pair.observer, space: labelling.space }));
  const [x, y] = [seen(first.result), seen(second.result)];
  return x === y ? null : `result: ${x} / ${y}`;
}

function seenEvents(run: Run, pair: Pair): readonly string[] {
  const { labelling } = pair.subject;
  const isSeen = (event: Event): boolean => {
    const [kind = '', id = ''] = event.sink.split(':');
    const isExcused = pair.excused.has(event.sink) || pair.excused.has(`${event.sink}@${event.at}`);
    return !isExcused && isVisible(sinkLabel(id, kind, labelling), pair.observer, labelling);
  };
  return run.events.filter(isSeen).map((event) => `${event.sink} ${event.value}`);
}
