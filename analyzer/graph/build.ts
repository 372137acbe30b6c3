import type { StepId } from '../../model/brand.ts';
import type { Composition, Expression, Region, Step } from '../../model/ir.ts';
import type { LabelDescription } from '../../model/label.ts';
import type { CompositionGraph, GraphEdge, GraphNode } from '../../model/result.ts';
import type { StepTyping } from '../../model/verdict.ts';
import { regionsOf } from '../../model/walk.ts';

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
}

/** Draws a composition as its author knows it: one node per state, however many steps it became. Steps of one name in one frame are one state. */
export function buildGraph(input: GraphInput): CompositionGraph {
  const drawing = new Drawing(input);
  drawing.addFrame(input.composition.body, null);
  const { id, name, platform, span } = input.composition;
  return { composition: id, name, platform, file: span.file, nodes: drawing.nodes(), edges: drawing.edges() };
}

interface Unit {
  readonly id: string;
  readonly name: string;
  readonly group: string | null;
  readonly steps: Step[];
  isGroup: boolean;
}

class Drawing {
  readonly #input: GraphInput;
  readonly #units = new Map<string, Unit>();
  readonly #unitOf = new Map<StepId, Unit>();
  readonly #edges = new Map<string, GraphEdge>();

  constructor(input: GraphInput) {
    this.#input = input;
  }

  addFrame(region: Region, group: Unit | null): void {
    this.#addUnits(region, group);
    this.#addEdges(region);
  }

  #addUnits(region: Region, group: Unit | null): void {
    for (const step of region.steps) {
      const id = `${group?.id ?? ''}/${step.name}`;
      const known = this.#units.get(id);
      const unit: Unit = known ?? { id, name: step.name, group: group?.id ?? null, steps: [], isGroup: false };
      this.#units.set(id, unit);
      unit.steps.push(step);
      this.#unitOf.set(step.id, unit);
      this.#addInner(step, unit, group);
    }
  }

  /** Blocks stay in the frame that they stand in; frames become groups. */
  #addInner(step: Step, unit: Unit, group: Unit | null): void {
    for (const inner of regionsOf(step)) {
      if (step.kind === 'try' || step.kind === 'loop') {
        this.#addUnits(inner, group);
        this.#addEdges(inner);
      } else {
        unit.isGroup = true;
        this.addFrame(inner, unit);
      }
    }
  }

  #addEdges(region: Region): void {
    for (const step of region.steps) {
      switch (step.kind) {
        case 'branch':
          for (const arm of step.arms) this.#connect(step, arm.next, { text: describe(arm.guard), kind: 'branch' });
          this.#connect(step, step.otherwise, { text: 'otherwise', kind: 'branch' });
          break;
        case 'try':
          this.#connect(step, step.next, { text: '', kind: 'next' });
          for (const handler of step.handlers) {
            const text = handler.errors.kind === 'any' ? 'any error' : handler.errors.names.join(', ');
            this.#connect(step, handler.next, { text, kind: 'error' });
          }
          break;
        case 'return':
        case 'raise':
          break;
        default:
          this.#connect(step, step.next, { text: '', kind: 'next' });
      }
    }
  }

  #connect(from: Step, to: StepId | null, edge: Pick<GraphEdge, 'text' | 'kind'>): void {
    const [source, target] = [this.#unitOf.get(from.id), to === null ? undefined : this.#unitOf.get(to)];
    if (source === undefined || target === undefined || source === target) return;
    const key = `${source.id}|${target.id}|${edge.kind}|${edge.text}`;
    this.#edges.set(key, { from: source.id, to: target.id, ...edge });
  }

  nodes(): readonly GraphNode[] {
    return [...this.#units.values()].map((unit) => {
      const label = this.#labelOf(unit);
      const first = unit.steps[0];
      return {
        id: unit.id,
        name: unit.name,
        kind: kindOf(unit.steps),
        detail: detailOf(unit.steps, this.#input.nameOf),
        span: mainStep(unit.steps)?.span ?? first?.span ?? this.#input.composition.span,
        label,
        confidentialityRank: this.#input.confidentialityRank(label),
        integrityRank: this.#input.integrityRank(label),
        group: unit.group,
        isGroup: unit.isGroup,
      };
    });
  }

  edges(): readonly GraphEdge[] {
    return [...this.#edges.values()];
  }

  /** What the state asks for and gets; copying its input along is not counted. */
  #labelOf(unit: Unit): LabelDescription {
    const main = mainStep(unit.steps);
    const counted =
      main === undefined || main.kind === 'assign' || main.kind === 'return'
        ? unit.steps
        : unit.steps.filter((step) => step.kind !== 'assign' && step.kind !== 'return');
    let label = this.#input.bottom;
    for (const step of counted) {
      const typing = this.#input.typings.get(step.id);
      if (typing !== undefined) label = this.#input.join(label, this.#input.join(typing.input, typing.output));
    }
    return label;
  }
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
  for (const kind of PRECEDENCE) {
    const found = steps.find((step) => step.kind === kind);
    if (found !== undefined) return found;
  }
  return steps[0];
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

function kindOf(steps: readonly Step[]): string {
  const main = mainStep(steps);
  if (main === undefined) return 'pass';
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

/** Longest condition on an edge, in characters. */
const CONDITION_LENGTH_MAX = 48;

/** A guard in a few words: its operator and what it reads. */
function describe(guard: Expression, depth = 0): string {
  const text = words(guard, depth);
  return text.length > CONDITION_LENGTH_MAX ? `${text.slice(0, CONDITION_LENGTH_MAX - 1)}…` : text;
}

function words(expression: Expression, depth: number): string {
  if (depth > 4) return '…';
  switch (expression.kind) {
    case 'path':
      return (
        expression.path.segments.map((segment) => (segment.kind === 'field' ? segment.name : '[]')).join('.') ||
        expression.path.root
      );
    case 'literal':
      return JSON.stringify(expression.value);
    case 'apply':
      return `${expression.operator}(${expression.args.map((argument) => words(argument, depth + 1)).join(', ')})`;
    case 'get':
    case 'source':
      return words(expression.of, depth + 1);
    default:
      return '…';
  }
}
