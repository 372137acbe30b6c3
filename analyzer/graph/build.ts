import type { StepId } from '../../model/brand.ts';
import type { Composition, Step } from '../../model/ir.ts';
import type { LabelDescription } from '../../model/label.ts';
import type { CompositionGraph, GraphNode } from '../../model/result.ts';
import type { StepTyping } from '../../model/verdict.ts';
import { isFailureArm } from '../../model/walk.ts';
import { plainWords, type WordsOf } from '../wording/index.ts';
import { collectEdges } from './edges.ts';
import { collectUnits, type Unit } from './units.ts';

/** What a drawing needs to know of labels and names. */
export interface GraphInput {
  readonly composition: Composition;
  readonly typings: ReadonlyMap<StepId, StepTyping>;
  /** Joins two label descriptions. */
  readonly join: (left: LabelDescription, right: LabelDescription) => LabelDescription;
  readonly confidentialityRank: (label: LabelDescription) => number;
  readonly integrityRank: (label: LabelDescription) => number;
  readonly bottom: LabelDescription;
  /** Name of a function, store or composition by id. */
  readonly nameOf: (id: string) => string;
  /** What variables are called; default as in the IR. */
  readonly wordsOf?: WordsOf;
}

/** Draws a composition as its author knows it: one node per state, however many steps it became. Steps of one name in one frame are one state. */
export function buildGraph(input: GraphInput): CompositionGraph {
  const { id, name, platform, span } = input.composition;
  const units = collectUnits(input.composition);
  return {
    composition: id,
    name,
    platform,
    file: span.file,
    nodes: units.all.map((unit) => nodeOf(unit, input)),
    edges: collectEdges(units, input.wordsOf ?? plainWords),
  };
}

function nodeOf(unit: Unit, input: GraphInput): GraphNode {
  const label = labelOf(unit, input);
  return {
    id: unit.id,
    name: unit.name,
    kind: kindOf(unit),
    detail: detailOf(unit.steps, input.nameOf),
    span: mainStep(unit.steps)?.span ?? input.composition.span,
    label,
    confidentialityRank: input.confidentialityRank(label),
    integrityRank: input.integrityRank(label),
    group: unit.group,
    isGroup: unit.isGroup,
  };
}

/** What the state asks for and gets; copying its input along is not counted. */
function labelOf({ steps }: Unit, { bottom, join, typings }: GraphInput): LabelDescription {
  const main = mainStep(steps);
  const isCopying = (step: Step): boolean => step.kind === 'assign' || step.kind === 'return';
  const counted = main === undefined || isCopying(main) ? steps : steps.filter((step) => !isCopying(step));
  let label = bottom;
  for (const step of counted) {
    const typing = typings.get(step.id);
    if (typing !== undefined) label = join(label, join(typing.input, typing.output));
  }
  return label;
}

/** What a state is about, most telling first. */
const PRECEDENCE: readonly Step['kind'][] = [
  'parallel',
  'forEach',
  'race',
  'loop',
  'await',
  'call',
  'write',
  'read',
  'declassify',
  'endorse',
  'branch',
  'raise',
  'opaque',
  'return',
  'assign',
];

function mainStep(steps: readonly Step[]): Step | undefined {
  const own = withoutTests(steps);
  for (const kind of PRECEDENCE) {
    const found = own.find((step) => step.kind === kind);
    if (found !== undefined) return found;
  }
  return steps[0];
}

/** The steps without tests of evaluations and what those lead to: that it may fail is not what a state is about. */
function withoutTests(steps: readonly Step[]): readonly Step[] {
  const tests = steps.filter((step) => step.kind === 'branch' && step.arms.every(isFailureArm));
  const left = new Set<string>(
    tests.flatMap((step) => (step.kind === 'branch' ? step.arms.map(({ next }) => next) : [])),
  );
  return steps.filter((step) => !tests.includes(step) && !left.has(step.id));
}

const KINDS: Readonly<Partial<Record<Step['kind'], string>>> = {
  parallel: 'parallel',
  forEach: 'for each',
  race: 'race',
  loop: 'loop',
  call: 'call',
  write: 'write',
  read: 'read',
  declassify: 'declassify',
  endorse: 'endorse',
  branch: 'choice',
  raise: 'fail',
  opaque: 'not modelled',
  return: 'end',
  assign: 'pass',
};

function kindOf({ steps, isStart }: Unit): string {
  const main = mainStep(steps);
  if (main === undefined) return 'pass';
  if (isStart && main.kind === 'assign') return 'start';
  if (main.kind === 'await') return main.source.kind === 'timer' ? 'wait' : 'wait for callback';
  return KINDS[main.kind] ?? main.kind;
}

function detailOf(steps: readonly Step[], nameOf: (id: string) => string): string {
  for (const step of steps) {
    if (step.kind === 'call') {
      const { target } = step;
      if (target.kind === 'function' || target.kind === 'composition') return nameOf(target.id);
      return target.kind === 'unresolved' ? target.text : 'target chosen at run time';
    }
    if (step.kind === 'read' || step.kind === 'write') {
      const { store } = step;
      const name =
        store.kind === 'store' ? nameOf(store.id) : store.kind === 'unresolved' ? store.text : 'chosen at run time';
      return `${step.effect.operation} ${name}`;
    }
  }
  return '';
}
