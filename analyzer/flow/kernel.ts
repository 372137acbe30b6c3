import { invariant } from '../../model/diagnostic.ts';
import {
  BUILT_IN_MARKS,
  type Label,
  type LabelDeclaration,
  type LabelSpace,
  type MarkName,
} from '../../model/label.ts';
import type { LabelledShape, LabelOrigin, Release } from '../../model/labelling.ts';
import { Leaves, type Leaf } from './leaf.ts';
import type { Premise, PremiseSwitch } from './premise.ts';
import { Trace, type Site } from './trace.ts';
import { Trees, uniform, type Tree } from './tree.ts';

/** A place where labelled data comes in. */
export interface SourceDescription {
  readonly site: Site;
  readonly slot: string;
  readonly description: string;
  readonly origin: LabelOrigin;
  readonly isDefinite: boolean;
}

/** Marks that say what a value contains; a guard that looks at it does not pass them on. */
const CONTENT_MARKS: readonly MarkName[] = ['token', 'error', 'credential'];

export interface KernelOptions {
  readonly premises: PremiseSwitch;
  readonly tracing: boolean;
  /** The release that a required function is declared for, null when it is for all data. */
  readonly releaseOf?: (name: string) => Release | null;
}

/** The algebra that all transfer functions share: leaves, trees, the trace and the switch for premises. */
export class Kernel {
  readonly space: LabelSpace;
  readonly leaves: Leaves;
  readonly trees: Trees;
  readonly trace: Trace;
  /** ⊤ on all axes, without marks. */
  readonly top: Label;
  readonly #premises: PremiseSwitch;
  /** Set on every source, cleared by passing the required function. */
  readonly #bypassMarks: readonly MarkName[];
  readonly #releaseOf: (name: string) => Release | null;
  readonly #guardMarks: readonly MarkName[];
  readonly #resolved = new Map<LabelDeclaration, Label>();

  constructor(space: LabelSpace, options: KernelOptions) {
    this.space = space;
    this.leaves = new Leaves(space);
    this.trees = new Trees(this.leaves);
    this.trace = new Trace(this.leaves, options.tracing);
    this.#premises = options.premises;
    this.#releaseOf = options.releaseOf ?? (() => null);
    this.#bypassMarks = space.declaration.required.map((name): MarkName => `bypass:${name}`);
    this.#guardMarks = [...CONTENT_MARKS, ...this.#bypassMarks];
    this.top = space.withoutMarks(space.top, [...BUILT_IN_MARKS, ...this.#bypassMarks]);
  }

  holds(premise: Premise): boolean {
    return this.#premises.holds(premise);
  }

  join(left: Leaf, right: Leaf): Leaf {
    return this.leaves.join(left, right);
  }

  /** What a guard passes on to control: its label without the marks that describe content. */
  stripGuard(leaf: Leaf): Leaf {
    return this.leaves.withoutMarks(leaf, this.#guardMarks);
  }

  /** Resolves a label written in the IR. Names it does not know make it ⊤: the safe side; front ends and configuration report them. */
  resolve(declaration: LabelDeclaration): Label {
    const known = this.#resolved.get(declaration);
    if (known !== undefined) return known;
    const resolved = this.space.resolve(declaration, this.space.bottom);
    const label = 'label' in resolved ? resolved.label : this.top;
    this.#resolved.set(declaration, label);
    return label;
  }

  /** `base` with the axes that the declaration names. */
  resolveOver(declaration: LabelDeclaration, base: Label): Label {
    const resolved = this.space.resolve(declaration, base);
    return 'label' in resolved ? resolved.label : base;
  }

  /** The leaf of data that comes in from outside the composition. */
  source(label: Label, source: SourceDescription): Leaf {
    const leaf = this.leaves.leaf(this.space.withMarks(label, this.#bypassMarksOf(label)));
    const { site, slot, description, origin, isDefinite } = source;
    return this.trace.source(
      leaf,
      { site, construct: 'source', slot, why: description },
      { description, origin, isDefinite },
    );
  }

  /** The functions that data with this label still has to pass: a declassifier or endorser is for data above what it gives out. */
  #bypassMarksOf(label: Label): readonly MarkName[] {
    return this.space.declaration.required.flatMap((name): readonly MarkName[] => {
      const release = this.#releaseOf(name);
      const isNeeded =
        release === null || this.space.exceeds(label, release.to).some((axis) => release.axes.includes(axis));
      return isNeeded ? [`bypass:${name}`] : [];
    });
  }

  /** The tree of a declared shape; each part with a label of its own is a source of its own. */
  shape(shape: LabelledShape, source: Omit<SourceDescription, 'origin' | 'isDefinite'>): Tree {
    const leafFor = (label: Label, origin: LabelOrigin, part: string): Leaf =>
      this.source(label, {
        ...source,
        slot: `${source.slot}${part}`,
        description: `${source.description}${part}`,
        origin,
        isDefinite: true,
      });
    let tree = uniform(leafFor(shape.label, shape.origin, ''));
    for (const part of shape.parts) {
      const text = part.path
        .map((segment) =>
          segment.kind === 'field' ? `.${segment.name}` : segment.kind === 'index' ? `[${segment.index}]` : '[*]',
        )
        .join('');
      const value = uniform(leafFor(part.label, part.origin, text));
      tree = this.#override(tree, part.path, value);
    }
    return tree;
  }

  #override(tree: Tree, path: LabelledShape['parts'][number]['path'], value: Tree): Tree {
    const [segment, ...below] = path;
    if (segment === undefined) return value;
    if (segment.kind === 'field' || segment.kind === 'index') {
      return this.trees.assign(tree, [segment], {
        value: this.#override(this.trees.step(tree, segment), below, value),
        ancestors: this.leaves.bottom,
      });
    }
    invariant(segment.kind !== 'dynamic', 'labelling: a declared part has a static path');
    return { ...tree, element: this.#override(this.trees.anyElement(tree), below, value) };
  }

  /** ⊤ for something that is not modelled, with the construct as its (indefinite) source. */
  opaque(source: Omit<SourceDescription, 'isDefinite'>): Leaf {
    return this.source(this.space.withMarks(this.top, ['opaque']), { ...source, isDefinite: false });
  }

  /** The payload of an error that starts here: what it carries, and the error itself as a source of detail. */
  errorPayload(carried: Leaf, source: Omit<SourceDescription, 'isDefinite'>): Leaf {
    const detail = this.source(this.space.withMarks(this.space.bottom, ['error']), { ...source, isDefinite: true });
    return this.join(this.leaves.withMarks(carried, ['error']), this.leaves.withoutMarks(detail, this.#bypassMarks));
  }

  isBottom(leaf: Leaf): boolean {
    return leaf.label === this.space.bottom;
  }
}
