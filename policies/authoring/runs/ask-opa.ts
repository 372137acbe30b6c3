import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonValue } from '../../../model/json.ts';
import { runOpa, type Opa } from '../opa.ts';
import { isJson, parseAnswers } from './json.ts';
import { done, isObject, OPA_TIMEOUT_MS, opaMessage, parseOr, refused, type RunOutcome } from './outcome.ts';
import type { Staged } from './policy-set.ts';

/** One question to `opa eval`. */
export interface Query {
  readonly id: string;
  /** A Rego term with its `with` modifiers, e.g. `data.a.b with input as {"user": "a"}`; must not use the names `v` and `r<number>`. */
  readonly term: string;
}

/** What an evaluation gave, by `opa` or in Wasm. `failed`: an error, with what it says. */
export type Answer =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'failed'; readonly detail: string };

/** Queries in one run of `opa`. */
const QUERIES_PER_RUN_MAX = 500;

/** Text of the queries of one run, UTF-16 units; a query that is longer has a run of its own. */
const QUERY_LENGTH_MAX = 4 * 1024 * 1024;

/** Runs of `opa` for one set of questions. One that fails is asked again in halves, to find which of the questions it was. */
const RUNS_MAX = 200;

/** What did not come to an answer because too much else failed. */
const UNASKED: Answer = {
  kind: 'failed',
  detail: `not evaluated: other evaluations failed too often (${RUNS_MAX} runs)`,
};

/**
 * Evaluates terms over staged policies with `opa eval`.
 *
 * @param input what `input` is in the terms
 * @returns an answer for every query. Errors: POL103 the policies do not compile, and those of {@link runOpa}
 */
export async function askOpa(
  opa: Opa,
  staged: Staged,
  { queries, input }: { readonly queries: readonly Query[]; readonly input: unknown },
): Promise<RunOutcome<ReadonlyMap<string, Answer>>> {
  const inputFile = path.join(staged.scratch, 'input.json');
  writeFileSync(inputFile, JSON.stringify(input));
  const answers = new Map<string, Answer>();
  const waiting: (readonly Query[])[] = [];
  waiting.push(...partsOf(queries));
  let runs = 0;
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (runs++ >= RUNS_MAX) {
      for (const { id } of part) answers.set(id, UNASKED);
      continue;
    }
    const run = await runOpa(opa, ['eval', '--format', 'json', '-b', '.', '-i', inputFile, '--stdin'], {
      cwd: staged.folder,
      timeoutMs: OPA_TIMEOUT_MS,
      input: part.map(({ term }, at) => `r${at} := [v | v := ${term}]`).join('\n'),
    });
    if (run.problem !== null) return { ok: false, problem: run.problem };
    const values = run.code === 0 ? bindingsOf(run.stdout) : null;
    const message = values === null ? opaMessage(run) : '';
    if (values === null && isOfPolicies(run.stdout, run.stderr)) {
      return refused(
        'POL103',
        `the policies do not compile:\n${message}`,
        'Correct them; `weir policy check` says more.',
      );
    }
    const [first] = part;
    if (values !== null) {
      for (const [at, { id }] of part.entries()) answers.set(id, answerOf(values[`r${at}`]));
    } else if (part.length === 1 && first !== undefined) {
      answers.set(first.id, { kind: 'failed', detail: message });
    } else {
      const middle = Math.ceil(part.length / 2);
      waiting.push(part.slice(0, middle), part.slice(middle));
    }
  }
  return done(answers);
}

function partsOf(queries: readonly Query[]): readonly (readonly Query[])[] {
  const parts: Query[][] = [];
  let length = 0;
  for (const query of queries) {
    const last = parts.at(-1);
    length += query.term.length;
    if (last === undefined || last.length >= QUERIES_PER_RUN_MAX || length > QUERY_LENGTH_MAX) {
      parts.push([query]);
      length = query.term.length;
    } else last.push(query);
  }
  return parts;
}

/** The bindings of the only result; null when there is none. */
function bindingsOf(text: string): Readonly<Record<string, unknown>> | null {
  let document: unknown;
  try {
    document = parseAnswers(text);
  } catch {
    return null;
  }
  const results = isObject(document) ? document['result'] : null;
  const first: unknown = Array.isArray(results) ? results[0] : null;
  const bindings = isObject(first) ? first['bindings'] : null;
  return isObject(bindings) ? bindings : null;
}

function answerOf(values: unknown): Answer {
  if (!Array.isArray(values)) return { kind: 'failed', detail: '`opa eval` gave no answer' };
  if (values.length === 0) return { kind: 'undefined' };
  const value: unknown = values[0];
  return isJson(value) ? { kind: 'value', value } : { kind: 'failed', detail: 'the answer is nested too deeply' };
}

const COMPILER_CODES = ['rego_parse_error', 'rego_compile_error', 'rego_type_error', 'rego_recursion_error'];

/** Whether an error is one of the modules and not of the query, which has no file. */
function isOfPolicies(stdout: string, stderr: string): boolean {
  const document = parseOr(stdout, null);
  const errors: readonly unknown[] = isObject(document) && Array.isArray(document['errors']) ? document['errors'] : [];
  if (errors.length === 0) return stderr !== '';
  return errors.filter(isObject).some(({ code, location }) => {
    const file = isObject(location) ? location['file'] : undefined;
    return typeof code === 'string' && COMPILER_CODES.includes(code) && typeof file === 'string' && file !== '';
  });
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A reference in Rego's syntax, e.g. `data.weir["no-such"].deny`. */
export function regoReference(root: string, path: readonly string[]): string {
  return path.reduce(
    (text, part) => (NAME.test(part) && !KEYWORDS.has(part) ? `${text}.${part}` : `${text}[${JSON.stringify(part)}]`),
    root,
  );
}

/** Words that cannot follow a dot. */
const KEYWORDS = new Set([
  'as',
  'contains',
  'default',
  'else',
  'every',
  'false',
  'if',
  'import',
  'in',
  'not',
  'null',
  'package',
  'some',
  'true',
  'with',
]);
