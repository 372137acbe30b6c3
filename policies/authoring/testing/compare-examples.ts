import path from 'node:path';
import type { JsonValue } from '../../../model/json.ts';
import type { PolicyEvaluator } from '../../engine/types.ts';
import type { Opa } from '../opa.ts';
import { askOpa, regoReference, type Answer, type Query } from '../runs/ask-opa.ts';
import {
  askWasm,
  inspectPolicies,
  openEach,
  type AnnotatedEntrypoint,
  type Inventory,
  type Opened,
} from '../runs/compile.ts';
import type { Example } from '../runs/examples.ts';
import { canonical, differencesOf, isJsonObject, isSame, layOver, type JsonObject } from '../runs/json.ts';
import { done, refused, type RunOutcome } from '../runs/outcome.ts';
import { isTestModule, stage, type PolicySet } from '../runs/policy-set.ts';
import { describe, differ, shown, type Comparison } from './compare.ts';

/** An example with what came of it. */
export interface ExampleResult {
  readonly example: Example;
  readonly entrypoint: string;
  /** Whether `opa` answered what is expected; the texts say how it differs. */
  readonly unexpected: readonly string[];
  readonly comparison: Comparison;
}

/** Example with the entry point that it is for. */
export interface AddressedExample {
  readonly example: Example;
  readonly entrypoint: string;
}

/**
 * Evaluates all examples with `opa eval` and in Wasm, and compares both whole answers, and what is expected.
 *
 * Errors: POL103, POL104 for an example whose entry point is not clear, and those of {@link runOpa}.
 */
export async function compareExamples(
  opa: Opa,
  set: PolicySet,
  examples: readonly Example[],
): Promise<RunOutcome<readonly ExampleResult[]>> {
  if (examples.length === 0) return done([]);
  const staged = stage(
    set.modules.filter((module) => !isTestModule(module)),
    set.data,
  );
  try {
    const inventory = await inspectPolicies(opa, staged);
    if (!inventory.ok) return inventory;
    const addressed = addressExamples(examples, inventory.value.entrypoints);
    if (!addressed.ok) return addressed;
    const context = { packages: inventory.value.packages, set };
    const queries = addressed.value.map((each, at) => queryOf(each, at, context));
    const answers = await askOpa(opa, staged, { queries, input: {} });
    if (!answers.ok) return answers;
    const wasm = new WasmExamples(set);
    const results: ExampleResult[] = [];
    const entrypoints = [...new Set(addressed.value.map(({ entrypoint }) => entrypoint))].sort();
    const opened = await openEach(opa, staged, { entrypoints, data: set.data });
    if (!opened.ok) return opened;
    for (const [at, each] of addressed.value.entries()) {
      const answer = answers.value.get(String(at)) ?? { kind: 'undefined' };
      const other = await wasm.answer(each, opened.value);
      results.push({
        ...each,
        unexpected: unexpectedOf(each.example, answer),
        comparison: comparisonOf(answer, other),
      });
    }
    await wasm.close();
    await opened.value.close();
    return done(results);
  } finally {
    staged.remove();
  }
}

/** Finds the entry point of each example: its own, else the only one in its folder, else the only one there is. Errors: POL104. */
export function addressExamples(
  examples: readonly Example[],
  entrypoints: readonly AnnotatedEntrypoint[],
): RunOutcome<readonly AddressedExample[]> {
  const addressed: AddressedExample[] = [];
  for (const example of examples) {
    const beside = entrypoints.filter(({ file }) => path.posix.dirname(file) === path.posix.dirname(example.file));
    const [only, ...others] = beside.length > 0 ? beside : entrypoints;
    const entrypoint = example.entrypoint ?? (others.length === 0 ? only?.entrypoint : undefined);
    if (entrypoint === undefined) {
      const known = entrypoints.map((each) => `\`${each.entrypoint}\``).join(', ');
      const help =
        known === '' ? 'Annotate a rule with `# entrypoint: true`.' : `Give \`entrypoint\`; there are ${known}.`;
      return refused(
        'POL104',
        `${example.file}:${example.line}: it is not clear which entry point the example is for`,
        help,
      );
    }
    addressed.push({ example, entrypoint: entrypoint.replace(/^\/+|\/+$/g, '') });
  }
  return done(addressed);
}

const NS_PER_MS = 1_000_000n;

function queryOf(
  { example, entrypoint }: AddressedExample,
  at: number,
  { packages, set }: { readonly packages: Inventory['packages']; readonly set: PolicySet },
): Query {
  const merged = layOver(set.data, example.data ?? {});
  const replaced = replacedPaths(example.data ?? {}, packages).map((parts) => {
    const document = parts.reduce<JsonValue>(
      (value, part) => (isJsonObject(value) ? (value[part] ?? null) : null),
      merged,
    );
    return `with ${regoReference('data', parts)} as ${JSON.stringify(document)}`;
  });
  // Documents stand in the query itself: one that is taken from `input` in a modifier is taken from the input that the modifier sets.
  const term = [
    regoReference('data', entrypoint.split('/')),
    `with input as ${JSON.stringify(example.input)}`,
    ...replaced,
    `with time.now_ns as ${BigInt(example.nowMs) * NS_PER_MS}`,
  ];
  return { id: String(at), term: term.join(' ') };
}

/**
 * The highest paths of documents that can be replaced without hiding a package: `data.weir` holds rules beside documents, and replacing it as a
 * whole would take the rules away.
 */
export function replacedPaths(
  data: JsonObject,
  packages: readonly (readonly string[])[],
  under: readonly string[] = [],
): readonly (readonly string[])[] {
  return Object.entries(data).flatMap(([key, value]) => {
    const at = [...under, key];
    const holdsPackage = packages.some(
      (each) => each.length >= at.length && at.every((part, index) => each[index] === part),
    );
    return holdsPackage && isJsonObject(value) ? replacedPaths(value, packages, at) : [at];
  });
}

/** Evaluators by the documents of the example: data is part of what a policy is loaded with. */
class WasmExamples {
  readonly #set: PolicySet;
  #loaded: { readonly key: string; readonly opened: Opened } | null = null;

  constructor(set: PolicySet) {
    this.#set = set;
  }

  async answer({ example, entrypoint }: AddressedExample, base: Opened): Promise<Answer | string> {
    const refusal = base.refusals.get(entrypoint);
    if (refusal !== undefined) return refusal;
    const opened = example.data === null ? base : await this.#openedFor(example.data, base);
    const evaluator: PolicyEvaluator | undefined = opened.evaluators.get(entrypoint);
    if (evaluator === undefined) return opened.refusals.get(entrypoint) ?? 'it was not compiled';
    return askWasm(evaluator, { entrypoint, input: example.input, nowMs: example.nowMs });
  }

  async #openedFor(data: JsonObject, base: Opened): Promise<Opened> {
    const key = canonical(data);
    if (this.#loaded?.key === key) return this.#loaded.opened;
    await this.close();
    const merged = layOver(this.#set.data, data);
    const opened = await base.withData(isJsonObject(merged) ? merged : data);
    this.#loaded = { key, opened };
    return opened;
  }

  async close(): Promise<void> {
    await this.#loaded?.opened.close();
    this.#loaded = null;
  }
}

function unexpectedOf({ expect }: Example, answer: Answer): readonly string[] {
  if (answer.kind === 'failed') return [describe(answer)];
  const actual = answer.kind === 'value' ? answer.value : undefined;
  if (actual === undefined || expect === undefined) {
    return actual === expect
      ? []
      : [`expected ${expect === undefined ? 'undefined' : shown(expect)}, got ${describe(answer)}`];
  }
  if (isSame(expect, actual)) return [];
  return differencesOf(expect, actual).map(
    ({ path: at, left, right }) => `${at === '' ? '' : `at ${at}: `}expected ${shown(left)}, got ${shown(right)}`,
  );
}

function comparisonOf(answer: Answer, wasm: Answer | string): Comparison {
  if (typeof wasm === 'string') return { kind: 'not-comparable', reason: wasm };
  const differences = differ('the answer', answer, wasm);
  return differences.length > 0 ? { kind: 'different', differences } : { kind: 'same', values: 1 };
}
