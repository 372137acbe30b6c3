import type { JsonValue } from '../../../model/json.ts';
import { regoReference } from '../runs/ask-opa.ts';
import { isJsonObject, type JsonObject } from '../runs/json.ts';
import { CONCEALED, type Concealer } from './conceal.ts';
import { Taint } from './taint.ts';
import type { TracedRule, TracedTerm, TraceEvent } from './trace.ts';

/** A rule that gave a value. */
export interface HeldRule {
  /** E.g. `data.weir.invocation.deny`. */
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly isFunction: boolean;
  /** Whether it adds to a set or an object, as `deny` does. */
  readonly isPartial: boolean;
}

/** A rule that gave none, with the expression that stopped it. */
export interface NearlyHeldRule extends HeldRule {
  /** Line of the expression that failed first, in the attempt that came furthest. */
  readonly failedLine: number;
  /** That line of the module. */
  readonly text: string;
  /** Expressions that held before it, and all that there are; as the compiler counts them. */
  readonly held: number;
  readonly expressions: number;
  /** What the expression looked at, by how it is written: `input.weir.caller.id`, `callers`. */
  readonly values: Readonly<Record<string, JsonValue>>;
}

/** A row of the data that was looked up by a key. */
export interface DataLookup {
  /** E.g. `data.weir.functions["aws-lambda:resize"]`. */
  readonly path: string;
  readonly isFound: boolean;
}

/** What an evaluation rested on. All lists are sorted. */
export interface Reasons {
  readonly held: readonly HeldRule[];
  /** Those that came furthest first. */
  readonly nearly: readonly NearlyHeldRule[];
  readonly lookups: readonly DataLookup[];
}

/** What a trace is condensed with. */
export interface Surroundings {
  readonly input: JsonObject;
  readonly data: JsonObject;
  /** Package by file, as parts below `data`. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** Lines of modules by file. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  readonly concealer: Concealer;
}

/** Condenses the steps of an evaluation to the rules and the data that decided. */
export function condense(events: readonly TraceEvent[], around: Surroundings): Reasons {
  const taint = new Taint(events, around);
  const held = new Map<string, HeldRule>();
  const nearly = new Map<string, NearlyHeldRule>();
  const lookups = new Map<string, DataLookup>();
  const bodies = new Map<number, { readonly event: TraceEvent; readonly key: string; readonly rule: HeldRule }>();
  const origins = new Origins();
  for (const event of events) {
    const { operation, rule, expression } = event;
    if (rule !== null && (operation === 'Enter' || operation === 'Exit')) {
      const found = heldRule(event, rule, around.packages);
      const key = `${found.file}:${found.line}:${found.rule}`;
      if (operation === 'Exit') held.set(key, found);
      else bodies.set(event.query, { event, key, rule: found });
    }
    if (expression === null) continue;
    if (operation === 'Eval') origins.learn(event);
    const viewer = new Viewer(event, around, { origins, isTainted: taint.has(event.query) });
    if (operation === 'Eval') for (const found of viewer.lookups()) lookups.set(found.path, found);
    const body = bodies.get(event.query);
    if (operation !== 'Fail' || body === undefined) continue;
    const known = nearly.get(body.key);
    if (known !== undefined && known.held > expression.index) continue;
    const text = around.lines.get(event.file)?.[event.row - 1]?.trim() ?? '';
    const expressions = Math.max(body.event.rule?.bodyLength ?? 0, expression.index + 1);
    const more = { failedLine: event.row, text, held: expression.index, expressions, values: viewer.values() };
    nearly.set(body.key, { ...body.rule, ...more });
  }
  return {
    held: [...held.values()].sort(byPlace),
    nearly: [...nearly].flatMap(([key, each]) => (held.has(key) ? [] : [each])).sort(byProgress),
    lookups: [...lookups.values()].sort((one, other) => (one.path < other.path ? -1 : 1)),
  };
}

const byPlace = (one: HeldRule, other: HeldRule): number =>
  one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1;

const progressOf = ({ held, expressions }: NearlyHeldRule): number => held / expressions;

const byProgress = (one: NearlyHeldRule, other: NearlyHeldRule): number =>
  progressOf(other) - progressOf(one) || other.held - one.held || byPlace(one, other);

function heldRule(
  { file, row }: TraceEvent,
  { name, isFunction, isPartial }: TracedRule,
  packages: Surroundings['packages'],
): HeldRule {
  return {
    rule: regoReference('data', [...(packages.get(file) ?? []), ...name.split('.')]),
    file,
    line: row,
    isFunction,
    isPartial,
  };
}

/** Where variables that the compiler made have their values from: it takes references out of calls. */
class Origins {
  readonly #known = new Map<string, TracedTerm>();

  learn({ query, expression }: TraceEvent): void {
    const [target, source] = expression?.operands ?? [];
    if (expression?.operator !== 'eq' || target?.kind !== 'variable' || source?.kind !== 'reference') return;
    this.#known.set(`${query} ${target.name}`, source);
  }

  of(query: number, name: string): TracedTerm | undefined {
    return this.#known.get(`${query} ${name}`);
  }
}

/** Longest value that is shown, as JSON, UTF-16 units. */
const VALUE_LENGTH_MAX = 500;

/** Shows what one expression looks at. */
class Viewer {
  readonly #event: TraceEvent;
  readonly #around: Surroundings;
  readonly #context: { readonly origins: Origins; readonly isTainted: boolean };

  constructor(
    event: TraceEvent,
    around: Surroundings,
    context: { readonly origins: Origins; readonly isTainted: boolean },
  ) {
    this.#event = event;
    this.#around = around;
    this.#context = context;
  }

  values(): Readonly<Record<string, JsonValue>> {
    const shown = new Map<string, JsonValue>();
    for (const term of this.#terms()) {
      if (term.kind === 'variable') this.#showVariable(term.name, shown);
      else if (term.kind === 'reference') this.#showReference(term, shown);
    }
    return Object.fromEntries([...shown].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** Documents that are looked up by a key which is not written in the policy. */
  lookups(): readonly DataLookup[] {
    return this.#terms().flatMap((term) => {
      if (term.kind !== 'reference' || !term.parts.some((part, at) => at > 0 && part.kind === 'variable')) return [];
      const path = this.#path(term);
      if (path?.[0] !== 'data' || this.#isRule(path)) return [];
      const parts = path.slice(1);
      const isShown = !this.#context.isTainted && parts.every((part) => this.#around.concealer.show(part) === part);
      const names = parts.map((part, at) => (isShown || term.parts[at + 1]?.kind === 'constant' ? part : CONCEALED));
      return [{ path: regoReference('data', names), isFound: valueAt(this.#around.data, parts) !== undefined }];
    });
  }

  #terms(): readonly TracedTerm[] {
    const found: TracedTerm[] = [];
    const visit = (term: TracedTerm): void => {
      const origin = term.kind === 'variable' ? this.#context.origins.of(this.#event.query, term.name) : undefined;
      const seen = origin !== undefined && this.#nameOf(term) === null ? origin : term;
      found.push(seen);
      if (term.kind === 'compound') term.terms.forEach(visit);
      if (term.kind === 'reference') term.parts.slice(1).forEach(visit);
    };
    for (const operand of this.#event.expression?.operands ?? []) visit(operand);
    return found;
  }

  /** The name that the module gives a variable; null for one that the compiler made. */
  #nameOf(term: TracedTerm): string | null {
    if (term.kind !== 'variable') return null;
    const name = this.#event.names.get(term.name) ?? term.name;
    return name.startsWith('__local') ? null : name;
  }

  #showVariable(local: string, shown: Map<string, JsonValue>): void {
    const name = this.#nameOf({ kind: 'variable', name: local });
    const value = this.#event.locals.get(local);
    if (name !== null && value !== undefined) shown.set(name, this.#context.isTainted ? CONCEALED : this.#shown(value));
  }

  #showReference(term: TracedTerm & { readonly kind: 'reference' }, shown: Map<string, JsonValue>): void {
    const path = this.#path(term);
    if (path === null) return;
    const [root = '', ...parts] = path;
    const areNamesShown =
      !this.#context.isTainted || term.parts.every((part, at) => at === 0 || part.kind === 'constant');
    const name = areNamesShown ? regoReference(root, parts) : `${root}[${CONCEALED}]`;
    if (root === 'input') {
      const value = valueAt(this.#around.input, parts);
      const isHidden = this.#around.concealer.isConcealed(parts);
      shown.set(name, value === undefined ? 'undefined' : isHidden ? CONCEALED : this.#shown(value));
    } else if (root === 'data' && !this.#isRule(path)) {
      const value = valueAt(this.#around.data, parts);
      shown.set(name, value === undefined ? 'undefined' : this.#shown(value));
    }
  }

  #shown(value: JsonValue): JsonValue {
    const shown = this.#around.concealer.show(value);
    const text = JSON.stringify(shown);
    return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : shown;
  }

  /** The parts of a reference with values for variables; null when one has none yet. */
  #path({ parts }: { readonly parts: readonly TracedTerm[] }): readonly string[] | null {
    const path: string[] = [];
    for (const [at, part] of parts.entries()) {
      const value =
        part.kind === 'constant'
          ? part.value
          : part.kind === 'variable'
            ? at === 0
              ? part.name
              : this.#event.locals.get(part.name)
            : undefined;
      if (typeof value !== 'string' && typeof value !== 'number') return null;
      path.push(String(value));
    }
    return path;
  }

  /** Whether a path is below a package, or leads to one. */
  #isRule([, ...parts]: readonly string[]): boolean {
    return [...this.#around.packages.values()].some(
      (each) => parts.length > each.length && each.every((part, at) => parts[at] === part),
    );
  }
}

/** The value at a path; undefined when there is none. */
function valueAt(document: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const part of path) {
    if (isJsonObject(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else if (Array.isArray(value)) value = (value as readonly JsonValue[])[Number(part)];
    else return undefined;
  }
  return value;
}
