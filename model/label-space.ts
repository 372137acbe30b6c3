import { invariant, type Diagnostic, type Outcome } from './diagnostic.ts';
import {
  AXES,
  REGIONS_MAX,
  REQUIRED_MAX,
  TENANTS_MAX,
  type Axis,
  type Label,
  type LabelDeclaration,
  type LabelDescription,
  type LabelSpace,
  type LabelSpaceDeclaration,
  type MarkName,
} from './label.ts';
import { LabelInterner } from './label-interner.ts';
import {
  layoutOf,
  LEVEL_AXES,
  MARKS_WORD,
  readLevel,
  readMembers,
  SET_AXES,
  writeDeclaration,
  writeLevel,
  writeMembers,
  type LabelLayout,
} from './label-layout.ts';
import { compileLevels } from './lattice.ts';
import { highestLevel, intersectLevels, NO_LEVELS } from './level-set.ts';
import type { Span } from './span.ts';

export { compileLevels } from './lattice.ts';

/** What applies when nothing is configured. */
export const DEFAULT_LABEL_SPACE_DECLARATION: LabelSpaceDeclaration = {
  confidentiality: { chains: [['public', 'internal', 'confidential', 'secret']] },
  integrity: { chains: [['trusted', 'authenticated', 'untrusted']] },
  regions: [],
  tenants: [],
  required: [],
};

/**
 * Compiles a declaration into the algebra of labels.
 *
 * An axis without names (no regions, no tenants declared) has one value, `all`; an empty set exists only where there are names.
 *
 * @param span where the declaration stands; every diagnostic is given this place.
 *
 * Errors: those of {@link compileLevels}; for regions, tenants and required functions LAT007 an empty name, LAT010 too many, LAT011 a repeated one.
 */
export function compileLabelSpace(declaration: LabelSpaceDeclaration, span: Span): Outcome<LabelSpace> {
  const confidentiality = compileLevels(declaration.confidentiality, { axis: 'confidentiality', span });
  const integrity = compileLevels(declaration.integrity, { axis: 'integrity', span });
  const names = [
    ...checkNames(declaration.regions, { kind: 'region', most: REGIONS_MAX, span }),
    ...checkNames(declaration.tenants, { kind: 'tenant', most: TENANTS_MAX, span }),
    ...checkNames(declaration.required, { kind: 'required function', most: REQUIRED_MAX, span }),
  ];
  if (!confidentiality.ok || !integrity.ok || names.length > 0) {
    return { ok: false, diagnostics: [...confidentiality.diagnostics, ...integrity.diagnostics, ...names] };
  }
  const levels = { confidentiality: confidentiality.value, integrity: integrity.value };
  return { ok: true, value: new CompiledLabelSpace(declaration, layoutOf(declaration, levels)), diagnostics: [] };
}

function checkNames(
  names: readonly string[],
  context: { readonly kind: string; readonly most: number; readonly span: Span },
): Diagnostic[] {
  const { kind, most, span } = context;
  const found: Diagnostic[] = [];
  const report = (code: string, message: string, help: string): void => {
    found.push({ code, severity: 'error', message, help, span });
  };
  if (names.length > most) {
    report('LAT010', `${names.length} ${kind}s are declared, at most ${most} are supported`, `Declare fewer ${kind}s.`);
  }
  if (names.some((name) => name.trim() === '')) {
    report('LAT007', `the name of a ${kind} is empty`, `Give every ${kind} a name.`);
  }
  const repeated = new Set<string>();
  const seen = new Set<string>();
  for (const name of names) (seen.has(name) ? repeated : seen).add(name);
  for (const name of [...repeated].sort()) {
    report('LAT011', `the ${kind} \`${name}\` is declared more than once`, 'Remove the repetition.');
  }
  return found;
}

const NO_AXES: readonly Axis[] = [];

class CompiledLabelSpace implements LabelSpace {
  readonly declaration: LabelSpaceDeclaration;
  readonly bottom: Label;
  readonly top: Label;
  readonly #layout: LabelLayout;
  readonly #interner: LabelInterner;
  readonly #descriptions = new Map<Label, LabelDescription>();

  constructor(declaration: LabelSpaceDeclaration, layout: LabelLayout) {
    this.declaration = declaration;
    this.#layout = layout;
    this.#interner = new LabelInterner(layout.length);
    const words = new Uint32Array(layout.length);
    for (const axis of LEVEL_AXES) writeLevel(words, layout, axis, layout.levels[axis].top);
    this.top = this.#interner.intern(words);
    for (const axis of LEVEL_AXES) writeLevel(words, layout, axis, layout.levels[axis].bottom);
    for (const axis of SET_AXES) writeMembers(words, layout.ranges[axis], layout.sets[axis].names.keys());
    for (const bit of layout.markBits.values()) words[MARKS_WORD] = ((words[MARKS_WORD] ?? 0) | bit) >>> 0;
    this.bottom = this.#interner.intern(words);
  }

  join(left: Label, right: Label): Label {
    if (left === right || right === this.bottom) return left;
    if (left === this.bottom) return right;
    return this.#interner.join(left, right);
  }

  meet(left: Label, right: Label): Label {
    if (left === right || right === this.top) return left;
    if (left === this.top) return right;
    const words = left.words.slice();
    for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) | (right.words[at] ?? 0);
    for (const axis of LEVEL_AXES) {
      const { down } = this.#layout.levels[axis];
      const common = intersectLevels(
        down[readLevel(left.words, this.#layout, axis)] ?? NO_LEVELS,
        down[readLevel(right.words, this.#layout, axis)] ?? NO_LEVELS,
      );
      // The greatest common lower bound is above the others and has the highest number.
      writeLevel(words, this.#layout, axis, highestLevel(common));
    }
    return this.#interner.intern(words);
  }

  flowsTo(left: Label, right: Label): boolean {
    if (left === right || left === this.bottom || right === this.top) return true;
    return isSubset(right.words, left.words, { start: 0, end: right.words.length });
  }

  exceeds(label: Label, bound: Label): readonly Axis[] {
    if (label === bound || label === this.bottom) return NO_AXES;
    return AXES.filter((axis) => !isSubset(bound.words, label.words, this.#layout.ranges[axis]));
  }

  hasMark(label: Label, mark: MarkName): boolean {
    const bit = this.#layout.markBits.get(mark);
    return bit !== undefined && ((label.words[MARKS_WORD] ?? 0) & bit) === 0;
  }

  /** Every mark has to be known: dropping one would hide where data came from. */
  withMarks(label: Label, marks: readonly MarkName[]): Label {
    let word = label.words[MARKS_WORD] ?? 0;
    for (const mark of marks) {
      const bit = this.#layout.markBits.get(mark);
      invariant(bit !== undefined, 'label space: a mark is declared before it is set');
      word &= ~bit;
    }
    return this.#withMarksWord(label, word >>> 0);
  }

  withoutMarks(label: Label, marks: readonly MarkName[]): Label {
    let word = label.words[MARKS_WORD] ?? 0;
    for (const mark of marks) word |= this.#layout.markBits.get(mark) ?? 0;
    return this.#withMarksWord(label, word >>> 0);
  }

  #withMarksWord(label: Label, word: number): Label {
    if (word === label.words[MARKS_WORD]) return label;
    const words = label.words.slice();
    words[MARKS_WORD] = word;
    return this.#interner.intern(words);
  }

  replaceAxes(label: Label, axes: readonly Axis[], from: Label): Label {
    const words = label.words.slice();
    for (const axis of axes) {
      const { start, end } = this.#layout.ranges[axis];
      words.set(from.words.subarray(start, end), start);
    }
    return this.#interner.intern(words);
  }

  resolve(
    declaration: LabelDeclaration,
    base: Label,
  ): { readonly label: Label } | { readonly unknownNames: readonly string[] } {
    const words = base.words.slice();
    const unknownNames = writeDeclaration(words, this.#layout, declaration);
    return unknownNames.length > 0 ? { unknownNames } : { label: this.#interner.intern(words) };
  }

  describe(label: Label): LabelDescription {
    const known = this.#descriptions.get(label);
    if (known !== undefined) return known;
    const nameOf = (axis: 'confidentiality' | 'integrity'): string =>
      this.#layout.levels[axis].names[readLevel(label.words, this.#layout, axis)] ?? '';
    const description: LabelDescription = {
      confidentiality: nameOf('confidentiality'),
      integrity: nameOf('integrity'),
      region: readMembers(label.words, this.#layout, 'region'),
      tenant: readMembers(label.words, this.#layout, 'tenant'),
      marks: this.#layout.marks.filter((mark) => this.hasMark(label, mark)),
    };
    this.#descriptions.set(label, description);
    return description;
  }

  format(label: Label): string {
    const { confidentiality, integrity, region, tenant } = this.describe(label);
    const lowest = this.describe(this.bottom);
    const parts: string[] = [];
    if (confidentiality !== lowest.confidentiality) parts.push(confidentiality);
    if (integrity !== lowest.integrity) parts.push(integrity);
    if (region !== 'all') parts.push(region.length === 0 ? 'nowhere' : `in {${region.join(', ')}}`);
    if (tenant !== 'all') parts.push(tenant.length === 0 ? 'nobody' : `for {${tenant.join(', ')}}`);
    return parts.length === 0 ? lowest.confidentiality : parts.join(', ');
  }
}

/** Whether, in the range, every bit of `lesser` is set in `greater`. */
function isSubset(
  lesser: Uint32Array,
  greater: Uint32Array,
  range: { readonly start: number; readonly end: number },
): boolean {
  for (let at = range.start; at < range.end; at++) {
    if (((lesser[at] ?? 0) & ~(greater[at] ?? 0)) !== 0) return false;
  }
  return true;
}
