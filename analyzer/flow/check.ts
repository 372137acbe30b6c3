import type { Application } from '../../model/application.ts';
import type { CompositionId } from '../../model/brand.ts';
import type { Label } from '../../model/label.ts';
import type { Labelling, Release } from '../../model/labelling.ts';
import type { StepTyping, Verdict } from '../../model/verdict.ts';
import { controlOf } from './errors.ts';
import { Kernel } from './kernel.ts';
import type { Leaf } from './leaf.ts';
import { allPremises, type PremiseSwitch } from './premise.ts';
import { Program } from './program.ts';
import type { Site } from './trace.ts';
import type { Tree } from './tree.ts';
import { needsWitness, toVerdicts } from './verdicts.ts';
import { stepTypings } from './typings.ts';

export interface CheckOptions {
  /** Also type termination, retry count and sibling cancellation as channels. Default false. */
  readonly strict?: boolean;
  /**
   * Look for witnesses. Without, verdicts that are not satisfied have none, and one that rests on a construct that is not modelled is told by
   * its mark alone (faster, for tests and benchmarks). Default true.
   */
  readonly witnesses?: boolean;
  /** For tests only; see {@link PremiseSwitch}. */
  readonly premises?: PremiseSwitch;
}

/** What a composition ends with as nobody's callee. Raw labels, for tests and contracts. */
export interface CompositionTyping {
  readonly composition: CompositionId;
  /** `own` and `rest` of the result and its named parts, flattened to a list sorted by path; path in JSONPath-like text, `$` is the whole. */
  readonly result: readonly { readonly path: string; readonly own: Label; readonly rest: Label }[];
  /** Label of "which error, if any, leaves the composition", joined over error names; bottom when none can. */
  readonly errors: Label;
}

/** Raw labels at one step. */
export interface RawTyping {
  readonly control: Label;
  readonly input: Label;
  readonly output: Label;
}

export interface CheckResult {
  /** Sorted by span, then promise. One for each (step, sink, promise), joined over all contexts: the worst outcome wins. */
  readonly verdicts: readonly Verdict[];
  readonly steps: readonly StepTyping[];
  readonly compositions: readonly CompositionTyping[];
  /** Raw labels per step, keyed `<composition>/<step>`. */
  readonly raw: ReadonlyMap<string, RawTyping>;
  /** What the run cost, for benchmarks and bounds. */
  readonly cost: { readonly transfers: number; readonly contexts: number; readonly rounds: number };
}

interface Pass {
  readonly program: Program;
  readonly compositions: readonly CompositionTyping[];
  readonly rounds: number;
}

/** Rounds over the whole application until stores hold no more; bounded by the height of the lattice times the number of stores. */
const ROUNDS_MAX = 10_000;

/**
 * Types every composition of an application against its labelling. Pure, total and deterministic.
 *
 * First a fast pass without traces. Only when some verdict is not satisfied, a second pass with traces finds the witnesses.
 *
 * Worst-case cost, with N steps, E edges, P listed parts per value, h the height of the lattice, C contexts (at most
 * {@link CONTEXTS_MAX} + 1 per composition) and S stores: O(S·h · C · (N + E) · P·h) joins, each O(words of a label).
 */
export function check(application: Application, labelling: Labelling, options: CheckOptions = {}): CheckResult {
  const premises = options.premises ?? allPremises;
  const strict = options.strict ?? false;
  const releases = new Map<string, Release | null>([...labelling.functions].map(([id, { release }]) => [id, release]));
  const releaseOf = (name: string): Release | null => releases.get(name) ?? null;
  const run = (tracing: boolean): Pass =>
    runPass(application, labelling, { kernel: new Kernel(labelling.space, { premises, tracing, releaseOf }), strict });
  const fast = run(false);
  const isTraced =
    (options.witnesses ?? true) &&
    fast.program.effects.answers().some((answer) => needsWitness(answer, fast.program.kernel));
  const { program, compositions, rounds } = isTraced ? run(true) : fast;
  const raw = new Map<string, RawTyping>();
  for (const [key, typing] of [...program.typings].sort(([a], [b]) => (a < b ? -1 : 1))) {
    raw.set(key, { control: typing.control.label, input: typing.input.label, output: typing.output.label });
  }
  return {
    verdicts: toVerdicts(program),
    steps: stepTypings(application, program),
    compositions,
    raw,
    cost: { transfers: program.transfers, contexts: program.contexts.size, rounds },
  };
}

function runPass(
  application: Application,
  labelling: Labelling,
  options: { readonly kernel: Kernel; readonly strict: boolean },
): Pass {
  const program = new Program(application, labelling, options);
  let typings: CompositionTyping[] = [];
  let rounds = 0;
  do {
    rounds += 1;
    program.contexts.invalidate();
    typings = application.compositions.map((composition) => {
      const summary = program.contexts.root(
        composition,
        entryOf(application, composition.id, program),
        startOf(application, composition.id, program),
      );
      const result: CompositionTyping['result'][number][] = [];
      flattenTree(summary.result, '$', result);
      result.sort((a, b) => (a.path < b.path ? -1 : 1));
      const errors = controlOf(summary.errors, program.kernel.leaves).label;
      return { composition: composition.id, result, errors };
    });
  } while (program.stores.takeNews() && rounds < ROUNDS_MAX);
  return { program, compositions: typings, rounds };
}

/** The input of a composition: what is declared of its entry, and what the stores that trigger it hold. */
function entryOf(application: Application, id: CompositionId, program: Program): Tree {
  const { kernel, labelling } = program;
  const composition = program.compositionOf(id);
  if (composition === undefined) return kernel.trees.empty;
  const site: Site = { composition: id, step: null, name: composition.name, span: composition.span, context: 'entry' };
  const declared = labelling.entries.get(id);
  const name = `input of ${composition.name}`;
  let entry =
    declared === undefined ? kernel.trees.empty : kernel.shape(declared, { site, slot: 'entry', description: name });
  for (const trigger of application.triggers) {
    if (trigger.target.kind !== 'composition' || trigger.target.id !== id || trigger.from === null) continue;
    const content = program.stores.contentOf(trigger.from, site);
    entry = kernel.trees.join(entry, wrapped(content, program));
  }
  return entry;
}

/** The label of control that a composition starts under: what decides that there is a message which triggers it. */
function startOf(application: Application, id: CompositionId, program: Program): Leaf {
  const { kernel } = program;
  const composition = program.compositionOf(id);
  if (composition === undefined || !kernel.holds('trigger-existence')) return kernel.leaves.bottom;
  const site: Site = { composition: id, step: null, name: composition.name, span: composition.span, context: 'entry' };
  const starts = application.triggers.flatMap((trigger) => {
    const { target, from } = trigger;
    if (target.kind !== 'composition' || target.id !== id || from === null) return [];
    const leaf = program.stores.existenceOf(from);
    const hop = {
      site,
      construct: 'enter',
      slot: `start@${from}`,
      why: `something in ${program.storeName(from)} starts ${composition.name}`,
    } as const;
    return [kernel.trace.hop(leaf, hop, { data: kernel.leaves.none, control: leaf.origins })];
  });
  return kernel.leaves.joinAll(starts);
}

/** What a store delivers arrives wrapped in an envelope (records, detail, body): its label is that of the whole input. */
function wrapped(content: Tree, program: Program): Tree {
  const leaf = program.kernel.trees.flatten(content);
  return { own: leaf, rest: leaf, parts: new Map(), element: null };
}

function flattenTree(tree: Tree, path: string, into: CompositionTyping['result'][number][]): void {
  into.push({ path, own: tree.own.label, rest: tree.rest.label });
  for (const [key, part] of tree.parts)
    flattenTree(part, key.startsWith('#') ? `${path}[${key.slice(1)}]` : path + key, into);
  if (tree.element !== null) flattenTree(tree.element, `${path}[*]`, into);
}
