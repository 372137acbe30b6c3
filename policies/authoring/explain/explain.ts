import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonValue } from '../../../model/json.ts';
import { runOpa, type Opa } from '../opa.ts';
import { regoReference } from '../runs/ask-opa.ts';
import { inspectPolicies, type Inventory } from '../runs/compile.ts';
import { clockOf } from '../runs/examples.ts';
import { isJson, isJsonObject, parseAnswers, type JsonObject } from '../runs/json.ts';
import { done, isObject, OPA_TIMEOUT_MS, opaMessage, refused, type RunOutcome } from '../runs/outcome.ts';
import { isTestModule, stage, type PolicySet } from '../runs/policy-set.ts';
import { Concealer } from './conceal.ts';
import { condense, type Reasons } from './condense.ts';
import { readTrace } from './trace.ts';

export interface ExplainOptions {
  readonly input: JsonObject;
  /** Slash separated; null for the only one that is annotated. */
  readonly entrypoint: string | null;
  /** Milliseconds since 1970; null for the moment in the input. */
  readonly nowMs: number | null;
}

/** Why a decision is what it is. Values of the payload and credentials are concealed everywhere. */
export interface Explanation extends Reasons {
  readonly entrypoint: string;
  /** The answer; undefined when there is none. */
  readonly answer: JsonValue | undefined;
}

/**
 * Evaluates an entry point step by step and condenses the steps to the rules and the data that decided.
 *
 * Errors: POL103, POL106, POL110 for a bundle without Rego, and those of {@link runOpa}.
 */
export async function explainDecision(
  opa: Opa,
  set: PolicySet,
  options: ExplainOptions,
): Promise<RunOutcome<Explanation>> {
  const modules = set.modules.filter((module) => !isTestModule(module));
  if (modules.length === 0)
    return refused('POL110', 'the bundle holds no Rego to explain with', 'Name the folder of its policies.');
  const staged = stage(modules, set.data);
  try {
    const inventory = await inspectPolicies(opa, staged);
    if (!inventory.ok) return inventory;
    const entrypoint = entrypointOf(options.entrypoint, [
      ...inventory.value.entrypoints.map((each) => each.entrypoint),
      ...(set.entrypoints ?? []),
    ]);
    if (!entrypoint.ok) return entrypoint;
    const inputFile = path.join(staged.scratch, 'input.json');
    writeFileSync(inputFile, JSON.stringify(options.input));
    const nowNs = BigInt(options.nowMs ?? clockOf(options.input)) * 1_000_000n;
    const query = `answer := [v | v := ${regoReference('data', entrypoint.value.split('/'))} with time.now_ns as ${nowNs}]`;
    // Rules that an index or an early end leaves out are of interest too.
    const flags = ['--explain', 'full', '--disable-indexing', '--disable-early-exit'];
    const run = await runOpa(opa, ['eval', '--format', 'json', '-b', '.', '-i', inputFile, ...flags, query], {
      cwd: staged.folder,
      timeoutMs: OPA_TIMEOUT_MS,
    });
    if (run.problem !== null) return { ok: false, problem: run.problem };
    if (run.code !== 0) return refused('POL103', `the evaluation failed:\n${opaMessage(run)}`, 'Correct the policies.');
    return done(
      explanationOf(run.stdout, { ...options, entrypoint: entrypoint.value }, { set, inventory: inventory.value }),
    );
  } finally {
    staged.remove();
  }
}

function explanationOf(
  stdout: string,
  { input, entrypoint }: { readonly input: JsonObject; readonly entrypoint: string },
  { set, inventory }: { readonly set: PolicySet; readonly inventory: Inventory },
): Explanation {
  const document = parseAnswers(stdout);
  const concealer = new Concealer(input);
  const around = {
    ...{ input, data: set.data, concealer },
    packages: inventory.packageOf,
    lines: new Map(set.modules.map(({ file, text }) => [file, text.split('\n')])),
  };
  const answer = answerOf(document);
  const reasons = condense(readTrace(isObject(document) ? document['explanation'] : null), around);
  return { entrypoint, answer: answer === undefined ? undefined : concealer.show(answer), ...reasons };
}

function answerOf(document: unknown): JsonValue | undefined {
  const results: readonly unknown[] = isObject(document) && Array.isArray(document['result']) ? document['result'] : [];
  const [first] = results;
  const bindings = isObject(first) && isObject(first['bindings']) ? first['bindings'] : {};
  const { answer } = bindings;
  return isJson(answer) && Array.isArray(answer) ? (answer as readonly JsonValue[])[0] : undefined;
}

/** Errors: POL106. */
function entrypointOf(asked: string | null, known: readonly string[]): RunOutcome<string> {
  if (asked !== null) return done(asked.replace(/^\/+|\/+$/g, ''));
  const [only, ...others] = [...new Set(known)];
  if (only !== undefined && others.length === 0) return done(only);
  const help =
    known.length === 0
      ? 'Name a rule with --entrypoint.'
      : `Name one with --entrypoint: ${[...new Set(known)].join(', ')}.`;
  return refused(
    'POL106',
    only === undefined ? 'the policies have no entry point' : 'the policies have several entry points',
    help,
  );
}

/** Reads an input document. Errors: POL111. */
export function readInput(file: string, text: string): RunOutcome<JsonObject> {
  try {
    const value: unknown = JSON.parse(text);
    if (isJson(value) && isJsonObject(value)) return done(value);
    return refused('POL111', `\`${file}\` is no object`, 'Write one JSON object, the input of the entry point.');
  } catch {
    return refused('POL111', `\`${file}\` is no JSON`, 'Write one JSON object, the input of the entry point.');
  }
}
