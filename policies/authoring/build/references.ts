import { isObject, type JsonObject } from '../rego/module.ts';

/** Rounds in which what a loop's block may hold must settle; beyond that everything counts as read. */
const ROUNDS_MAX = 16;
/** Longest path that is told apart; what is deeper counts as its first names. */
const PATH_LENGTH_MAX = 16;
/** Local 0 of each plan and function is the input, by the planner's convention. */
const INPUT = 0;

/** Access paths of `input` by entry point; a path stands for everything below it, the empty one for the whole input. */
export type References = Readonly<Record<string, readonly (readonly string[])[]>>;

/**
 * Finds which parts of the input a compiled policy can read, from the same plan that the Wasm module is made of (`opa build -t plan`), so that imports,
 * library functions and rewritten rules are seen as they run. Conservative: a part that is passed on, compared, searched or looked up by a key that
 * is not constant counts as read with everything below it.
 *
 * @returns null when the plan is not in the form that is known, so that nothing may be left out.
 */
export function referencesOf(plan: unknown): References | null {
  if (!isObject(plan) || !isObject(plan['static']) || !isObject(plan['plans']) || !isObject(plan['funcs'])) return null;
  const { strings } = plan['static'];
  const plans = plan['plans']['plans'];
  const functions = plan['funcs']['funcs'] ?? [];
  if (!Array.isArray(strings) || !Array.isArray(plans) || !Array.isArray(functions)) return null;
  const names = strings.map((item: unknown) =>
    isObject(item) && typeof item['value'] === 'string' ? item['value'] : null,
  );
  const bodies = new Map<string, Body>();
  for (const item of functions) {
    if (!isObject(item) || typeof item['name'] !== 'string') return null;
    bodies.set(item['name'], new Body(item, names));
  }
  const references: Record<string, readonly (readonly string[])[]> = {};
  for (const item of plans) {
    if (!isObject(item) || typeof item['name'] !== 'string') return null;
    references[item['name']] = minimal(readsOf(new Body(item, names), bodies));
  }
  return references;
}

/** What a body and everything that it can call reads. */
function readsOf(start: Body, bodies: ReadonlyMap<string, Body>): readonly (readonly string[])[] {
  const seen = new Set([start]);
  const waiting = [start];
  for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
    const { calls, patterns } = body;
    const dynamic = [...bodies.values()].filter(({ path }) => patterns.some((pattern) => mayBe(pattern, path)));
    for (const next of [...calls.flatMap((name) => bodies.get(name) ?? []), ...dynamic]) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  const functions = new Set(bodies.keys());
  return [...seen].flatMap((body) => body.reads(functions));
}

/** Whether a path whose unknown parts are null may lead to, or into, another one. */
const mayBe = (pattern: readonly (string | null)[], path: readonly string[]): boolean =>
  pattern.every((part, at) => part === null || at >= path.length || part === path[at]);

/** One plan or function. */
class Body {
  readonly calls: readonly string[];
  /** Paths of functions whose names are made at run time; null stands for any name. */
  readonly patterns: readonly (readonly (string | null)[])[];
  /** Its own path, for calls of that kind. */
  readonly path: readonly string[];
  readonly #blocks: readonly Statement[][];
  readonly #names: readonly (string | null)[];

  constructor(item: JsonObject, names: readonly (string | null)[]) {
    this.#names = names;
    this.#blocks = blocksOf(item);
    const all = this.#blocks.flatMap((block) => block.flatMap(withNested));
    this.calls = all.flatMap(({ type, fields }) =>
      type === 'CallStmt' && typeof fields['func'] === 'string' ? [fields['func']] : [],
    );
    this.patterns = all.flatMap(({ type, fields }) =>
      type === 'CallDynamicStmt' ? [listOf(fields['path']).map((operand) => nameOf(operand, names))] : [],
    );
    this.path = listOf(item['path']).filter((part) => typeof part === 'string');
  }

  /** Paths of the input that are read here, not those that are only steps on the way to others. */
  reads(functions: ReadonlySet<string>): readonly (readonly string[])[] {
    const flow = new Flow(this.#names, functions);
    const state: State = new Map([[INPUT, new Map([['input', []]])]]);
    flow.blocks(this.#blocks, state);
    return flow.reads();
  }
}

interface Statement {
  readonly type: string;
  readonly fields: JsonObject;
  readonly blocks: readonly Statement[][];
}

/** The blocks of a plan, a function or a statement. */
function blocksOf({ blocks, block }: JsonObject): Statement[][] {
  return [...listOf(blocks), ...(block === undefined ? [] : [block])].map((item) =>
    (isObject(item) ? listOf(item['stmts']) : []).flatMap((statement) => {
      if (!isObject(statement) || !isObject(statement['stmt'])) return [];
      return [{ type: String(statement['type']), fields: statement['stmt'], blocks: blocksOf(statement['stmt']) }];
    }),
  );
}

const withNested = (statement: Statement): readonly Statement[] => [
  statement,
  ...statement.blocks.flatMap((block) => block.flatMap(withNested)),
];

/** Which parts of the input each local may hold: paths by the step that made them. Locals are used again by later blocks. */
type State = Map<number, ReadonlyMap<string, readonly string[]>>;

/** Follows the input through statements in their order. A block may be left after any of them, a loop's block is repeated. */
class Flow {
  readonly #names: readonly (string | null)[];
  readonly #functions: ReadonlySet<string>;
  readonly #made = new Map<string, readonly string[]>();
  /** Steps that others were taken from, or that were used and then are in `#used`. */
  readonly #consumed = new Set<string>(['input']);
  readonly #used = new Map<string, readonly string[]>();
  readonly #ids = new Map<JsonObject, number>();

  constructor(names: readonly (string | null)[], functions: ReadonlySet<string>) {
    this.#names = names;
    this.#functions = functions;
  }

  /** A step that nothing was made of asks whether the value exists. */
  reads(): readonly (readonly string[])[] {
    const unused = [...this.#made].filter(([step]) => !this.#consumed.has(step)).map(([, path]) => path);
    return [...this.#used.values(), ...unused];
  }

  /** @returns what may hold after any of the blocks, or a part of one */
  blocks(blocks: readonly Statement[][], before: State): State {
    const after: State = new Map(before);
    for (const block of blocks) {
      const state: State = new Map(after);
      for (const statement of block) {
        this.#statement(statement, state);
        merge(after, state);
      }
    }
    return after;
  }

  #statement({ type, fields, blocks }: Statement, state: State): void {
    this.#uses(type, fields, state);
    for (const local of [fields['target'], fields['result']]) {
      if (typeof local === 'number') state.set(local, this.#assigned(type, fields, state));
    }
    if (blocks.length === 0) return;
    if (type !== 'ScanStmt') {
      merge(state, this.blocks(blocks, state));
      return;
    }
    for (const local of [fields['key'], fields['value']]) if (typeof local === 'number') state.delete(local);
    for (let round = 0; merge(state, this.blocks(blocks, state)); round += 1) {
      if (round < ROUNDS_MAX) continue;
      this.#used.set('unstable', []);
      return;
    }
  }

  /** What the target of a statement holds afterwards. */
  #assigned(type: string, fields: JsonObject, state: State): ReadonlyMap<string, readonly string[]> {
    const source = state.get(localOf(fields['source']) ?? -1) ?? NOTHING;
    if (type === 'AssignVarStmt') return source;
    // It may have been assigned before.
    if (type === 'AssignVarOnceStmt') return new Map([...(state.get(Number(fields['target'])) ?? []), ...source]);
    const name = type === 'DotStmt' ? this.#nameOf(fields['key']) : null;
    if (name === null) return NOTHING;
    const id = this.#ids.get(fields) ?? this.#ids.size;
    this.#ids.set(fields, id);
    const made = [...source].map(([step, path]): [string, readonly string[]] => {
      this.#consumed.add(step);
      const next = [...path, name].slice(0, PATH_LENGTH_MAX);
      return [`${id} ${JSON.stringify(next)}`, next];
    });
    for (const [step, path] of made) this.#made.set(step, path);
    return new Map(made);
  }

  #uses(type: string, fields: JsonObject, state: State): void {
    for (const local of this.#operands(type, fields)) {
      for (const [step, path] of state.get(local) ?? []) {
        // After `with input as …` the input is put back from a copy, which is no use of it.
        const isRestored = type === 'WithStmt' && fields['local'] === INPUT && path.length === 0;
        if (isRestored && listOf(fields['path']).length === 0) continue;
        this.#consumed.add(step);
        this.#used.set(JSON.stringify(path), path);
      }
    }
  }

  /** Locals whose value a statement uses, not only to take a constant step from it or to hand it on as it is. */
  #operands(type: string, fields: JsonObject): readonly number[] {
    switch (type) {
      case 'AssignVarStmt':
      case 'AssignVarOnceStmt':
      // Their value is a number, not a local.
      case 'AssignIntStmt':
      case 'MakeNumberIntStmt':
        return [];
      case 'DotStmt':
        return this.#nameOf(fields['key']) === null ? [...readIn(fields['source']), ...readIn(fields['key'])] : [];
      case 'CallStmt':
      case 'CallDynamicStmt': {
        const [first, ...rest] = listOf(fields['args']).map(localOf);
        // A function of the policy gets the input as its first argument and is looked at itself.
        const isOurs = type === 'CallDynamicStmt' || this.#functions.has(String(fields['func']));
        const path = listOf(fields['path']).map(localOf);
        return [isOurs && first === INPUT ? null : first, ...rest, ...path].filter(
          (local) => typeof local === 'number',
        );
      }
      case 'WithStmt':
        return readIn(fields['value']);
      case 'ScanStmt':
        return readIn(fields['source']);
      default:
        return Object.entries(fields).flatMap(([name, value]) => (NO_OPERANDS.includes(name) ? [] : readIn(value)));
    }
  }

  #nameOf(operand: unknown): string | null {
    return nameOf(operand, this.#names);
  }
}

/** The text that a constant operand is. */
function nameOf(operand: unknown, names: readonly (string | null)[]): string | null {
  if (!isObject(operand) || operand['type'] !== 'string_index' || typeof operand['value'] !== 'number') return null;
  return names[operand['value']] ?? null;
}

const NOTHING: ReadonlyMap<string, readonly string[]> = new Map();

/** Adds what `more` may hold to `state`. @returns whether that was new */
function merge(state: State, more: State): boolean {
  let isNew = false;
  for (const [local, held] of more) {
    const known = state.get(local) ?? NOTHING;
    if (held === known || [...held.keys()].every((step) => known.has(step))) continue;
    isNew = true;
    state.set(local, new Map([...known, ...held]));
  }
  return isNew;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The local that an operand is; also where a plan writes only its number. */
function localOf(operand: unknown): number | null {
  if (typeof operand === 'number') return operand;
  if (!isObject(operand) || operand['type'] !== 'local' || typeof operand['value'] !== 'number') return null;
  return operand['value'];
}

/** Fields that are numbers and no locals, that are written, or that have statements of their own. */
const NO_OPERANDS = [
  'target',
  'result',
  'file',
  'row',
  'col',
  'end_row',
  'end_col',
  'index',
  'Index',
  'capacity',
  'block',
  'blocks',
];

const readIn = (value: unknown): readonly number[] => [localOf(value)].filter((local) => local !== null);

/** Without paths that another one covers; sorted. */
function minimal(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const covers = (short: readonly string[], long: readonly string[]): boolean =>
    short.length < long.length && short.every((name, at) => name === long[at]);
  const unique = new Map(paths.map((path) => [JSON.stringify(path), path]));
  return [...unique]
    .filter(([, path]) => ![...unique.values()].some((other) => covers(other, path)))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, path]) => path);
}
