import type { JsonValue } from '../../../model/json.ts';
import type { Opa } from '../opa.ts';
import { askOpa, regoReference, type Answer, type Query } from '../runs/ask-opa.ts';
import { askWasm, openEach } from '../runs/compile.ts';
import { differencesOf, isSame, type Difference } from '../runs/json.ts';
import { done, type RunOutcome } from '../runs/outcome.ts';
import { stage, type ModuleFile, type PolicySet } from '../runs/policy-set.ts';
import type { OpaTest } from './opa-test.ts';
import type { TestModule, TestRule } from './test-modules.ts';

/** How `opa` and the Wasm build compare over one test or example. */
export type Comparison =
  | { readonly kind: 'same'; /** Values that were compared. */ readonly values: number }
  | { readonly kind: 'different'; readonly differences: readonly string[] }
  | { readonly kind: 'not-comparable'; readonly reason: string };

/** Key of a test in the results: package and name. */
export const testKey = ({ packageName, name }: { readonly packageName: string; readonly name: string }): string =>
  `${packageName}.${name}`;

/** The input of a test that sets none. Wasm takes no absent input. */
const NO_INPUT: Readonly<Record<string, never>> = {};

/**
 * Evaluates every test, and what it looks at, with `opa` and in Wasm. Each test that cannot be compared is in the result with the reason.
 *
 * @param nowMs the clock of both, so that tests which read it agree
 */
export async function compareTests(
  opa: Opa,
  set: PolicySet,
  context: { readonly modules: readonly TestModule[]; readonly results: readonly OpaTest[]; readonly nowMs: number },
): Promise<RunOutcome<ReadonlyMap<string, Comparison>>> {
  const probed = await compareProbed(opa, set, { ...context, withProbes: true });
  // A body that does not stand in another rule makes the module of the probes refused; then the tests' own values are compared.
  return probed.ok || probed.problem.code !== 'POL103'
    ? probed
    : compareProbed(opa, set, { ...context, withProbes: false });
}

interface Context {
  readonly modules: readonly TestModule[];
  readonly results: readonly OpaTest[];
  readonly nowMs: number;
  readonly withProbes: boolean;
}

async function compareProbed(
  opa: Opa,
  set: PolicySet,
  context: Context,
): Promise<RunOutcome<ReadonlyMap<string, Comparison>>> {
  const probes = context.withProbes ? context.modules.flatMap(({ probes: module }) => module ?? []) : [];
  const all: readonly ModuleFile[] = [...set.modules, ...probes];
  const staged = stage(all, set.data);
  try {
    const tests = context.modules
      .flatMap(({ tests: some }) => some)
      .filter(({ name, packagePath }) => isAddressable([...packagePath, name]));
    const entries = tests.flatMap((test) => entriesOf(test, context.withProbes));
    const queries: readonly Query[] = entries.map(({ path }) => ({
      id: path.join('/'),
      term: termOf(path, context.nowMs),
    }));
    const answers = await askOpa(opa, staged, { queries, input: NO_INPUT });
    if (!answers.ok) return answers;
    const opened = await openEach(opa, staged, { entrypoints: queries.map(({ id }) => id), data: set.data });
    if (!opened.ok) return opened;
    const compared = new Map<string, Comparison>();
    for (const test of tests) {
      const pairs: Pair[] = [];
      for (const { path, what } of entriesOf(test, context.withProbes)) {
        const entrypoint = path.join('/');
        const evaluator = opened.value.evaluators.get(entrypoint);
        const wasm: Answer | string =
          evaluator === undefined
            ? (opened.value.refusals.get(entrypoint) ?? 'it was not compiled')
            : await askWasm(evaluator, { entrypoint, input: NO_INPUT, nowMs: context.nowMs });
        pairs.push({ what, opa: answers.value.get(entrypoint) ?? { kind: 'undefined' }, wasm });
      }
      compared.set(
        testKey(test),
        comparisonOf(
          pairs,
          context.results.find((result) => testKey(result) === testKey(test)),
        ),
      );
    }
    await opened.value.close();
    for (const result of context.results) {
      if (result.outcome !== 'skipped' && !compared.has(testKey(result))) {
        compared.set(testKey(result), { kind: 'not-comparable', reason: 'its name cannot be an entry point' });
      }
    }
    return done(compared);
  } finally {
    staged.remove();
  }
}

interface Entry {
  readonly path: readonly string[];
  readonly what: string;
}

function entriesOf(test: TestRule, withProbes: boolean): readonly Entry[] {
  const own = { path: [...test.packagePath, test.name], what: 'the test' };
  if (test.probe === null || !withProbes) return [own];
  return [own, { path: [...test.packagePath, test.probe], what: 'what the test looks at' }];
}

/** A slash separates the parts of an entry point, so no part can have one. */
const isAddressable = (path: readonly string[]): boolean => path.every((part) => part !== '' && !part.includes('/'));

const NS_PER_MS = 1_000_000n;

const termOf = (path: readonly string[], nowMs: number): string =>
  `${regoReference('data', path)} with time.now_ns as ${BigInt(nowMs) * NS_PER_MS}`;

interface Pair {
  readonly what: string;
  readonly opa: Answer;
  /** A text says why there is no answer. */
  readonly wasm: Answer | string;
}

function comparisonOf(pairs: readonly Pair[], result: OpaTest | undefined): Comparison {
  const [own] = pairs;
  if (own !== undefined && result !== undefined && !agreesWithRun(own.opa, result)) {
    return {
      kind: 'not-comparable',
      reason: 'its outcome depends on the input being absent, or on the moment it runs',
    };
  }
  const refusedPair = pairs.find(({ wasm }) => typeof wasm === 'string');
  if (typeof refusedPair?.wasm === 'string') return { kind: 'not-comparable', reason: refusedPair.wasm };
  const differences = pairs.flatMap(({ what, opa, wasm }) => (typeof wasm === 'string' ? [] : differ(what, opa, wasm)));
  return differences.length > 0
    ? { kind: 'different', differences }
    : { kind: 'same', values: pairs.reduce((sum, { opa }) => sum + sizeOf(opa), 0) };
}

/** Whether the evaluation with an empty input has the outcome that `opa test` saw without any. */
function agreesWithRun(answer: Answer, { outcome }: OpaTest): boolean {
  if (answer.kind === 'failed') return outcome === 'error' || outcome === 'failed';
  // A case that fails is absent from the value, so that the value does not tell.
  if (answer.kind === 'value' && typeof answer.value === 'object') return true;
  return (answer.kind === 'value' && answer.value !== false) === (outcome === 'passed');
}

const sizeOf = (answer: Answer): number =>
  answer.kind === 'value' && Array.isArray(answer.value) ? answer.value.length : answer.kind === 'value' ? 1 : 0;

/** What differs between two answers, in words; empty when nothing does. */
export function differ(what: string, opa: Answer, wasm: Answer): readonly string[] {
  if (opa.kind === 'value' && wasm.kind === 'value') {
    if (isSame(opa.value, wasm.value)) return [];
    return differencesOf(opa.value, wasm.value).map(
      (each) => `${what}${placeOf(each)}: opa ${shown(each.left)}, Wasm ${shown(each.right)}`,
    );
  }
  // Both failed: the call is refused either way, and the texts are those of different programs.
  return opa.kind === wasm.kind ? [] : [`${what}: opa ${describe(opa)}, Wasm ${describe(wasm)}`];
}

const placeOf = ({ path }: Difference): string => (path === '' ? '' : ` at ${path}`);

/** Longest value in a message, characters. */
const VALUE_LENGTH_MAX = 200;

export function shown(value: JsonValue | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX - 1)}…` : text;
}

export function describe(answer: Answer): string {
  switch (answer.kind) {
    case 'value':
      return shown(answer.value);
    case 'undefined':
      return 'undefined';
    case 'failed':
      return `failed (${answer.detail})`;
  }
}
