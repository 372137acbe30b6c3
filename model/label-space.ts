import type { Diagnostic, Outcome } from './diagnostic.ts';
import {
  AXES,
  BUILT_IN_MARKS,
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
import { compileLevels, intersectLevels, sameLevels, type CompiledLevels, type LevelSet } from './lattice.ts';
import type { Span } from './span.ts';

/** What applies when nothing is configured. */
export const DEFAULT_LABEL_SPACE_DECLARATION: LabelSpaceDeclaration = {
  confidentiality: { chains: [['public', 'internal', 'confidential', 'secret']] },
  integrity: { chains: [['trusted', 'authenticated', 'untrusted']] },
  regions: [],
  tenants: [],
  required: [],
};

const BITS_PER_WORD = 32;
/** Words: 0–1 confidentiality, 2–3 integrity, 4 marks, then regions, then tenants. */
const CONFIDENTIALITY_WORD = 0;
const INTEGRITY_WORD = 2;
const MARKS_WORD = 4;
const REGIONS_WORD = 5;
const ID_STRIDE = 2 ** 26;
/** Joins kept for reuse; beyond, they are computed again. */
const JOINS_MAX = 1_000_000;

/**
 * Compiles a declaration into the algebra of labels.
 *
 * Errors: those of {@link compileLevels}, LAT010 too many regions, tenants or required functions, LAT011 a repeated region, tenant or function.
 */
export function compileLabelSpace(declaration: LabelSpaceDeclaration, span: Span): Outcome<LabelSpace> {
  const diagnostics = [
    ...checkNames('region', declaration.regions, REGIONS_MAX, span),
    ...checkNames('tenant', declaration.tenants, TENANTS_MAX, span),
    ...checkNames('required function', declaration.required, REQUIRED_MAX, span),
  ];
  const confidentiality = compileLevels(declaration.confidentiality, { axis: 'confidentiality', span });
  const integrity = compileLevels(declaration.integrity, { axis: 'integrity', span });
  diagnostics.push(...confidentiality.diagnostics, ...integrity.diagnostics);
  if (!confidentiality.ok || !integrity.ok || diagnostics.length > 0) return { ok: false, diagnostics };
  const space = new CompiledLabelSpace(declaration, { confidentiality: confidentiality.value, integrity: integrity.value });
  return { ok: true, value: space, diagnostics: [] };
}

function checkNames(kind: string, names: readonly string[], most: number, span: Span): Diagnostic[] {
  const found: Diagnostic[] = [];
  const report = (code: string, message: string, help: string): void => {
    found.push({ code, severity: 'error', message, help, span });
  };
  if (names.length > most) report('LAT010', `${names.length} ${kind}s are declared, at most ${most} are supported`, 'Declare fewer of them.');
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].sort();
  for (const name of twice) report('LAT011', `${kind} \`${name}\` is declared twice`, 'Remove the repetition.');
  return found;
}

/** Where the names of one set-valued axis have their bits. */
interface SetAxis {
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly word: number;
  readonly words: number;
}

class CompiledLabelSpace implements LabelSpace {
  readonly declaration: LabelSpaceDeclaration;
  readonly bottom: Label;
  readonly top: Label;
  readonly #levels: { readonly confidentiality: CompiledLevels; readonly integrity: CompiledLevels };
  readonly #sets: { readonly region: SetAxis; readonly tenant: SetAxis };
  readonly #marks: readonly MarkName[];
  readonly #markBits: ReadonlyMap<MarkName, number>;
  readonly #length: number;
  readonly #interned = new Map<string, Label>();
  readonly #joins = new Map<number, Label>();

  constructor(declaration: LabelSpaceDeclaration, levels: { readonly confidentiality: CompiledLevels; readonly integrity: CompiledLevels }) {
    this.declaration = declaration;
    this.#levels = levels;
    const region = setAxis(declaration.regions, REGIONS_WORD);
    const tenant = setAxis(declaration.tenants, REGIONS_WORD + region.words);
    this.#sets = { region, tenant };
    this.#length = REGIONS_WORD + region.words + tenant.words;
    this.#marks = [...BUILT_IN_MARKS, ...declaration.required.map((name): MarkName => `bypass:${name}`)];
    this.#markBits = new Map(this.#marks.map((mark, at) => [mark, (1 << at) >>> 0]));
    this.bottom = this.#extreme('bottom');
    this.top = this.#extreme('top');
  }

  /** ⊥ has every bit that the declaration gives a meaning; ⊤ only those of the top levels. */
  #extreme(end: 'bottom' | 'top'): Label {
    const words = new Uint32Array(this.#length);
    this.#setLevel(words, 'confidentiality', this.#levels.confidentiality[end]);
    this.#setLevel(words, 'integrity', this.#levels.integrity[end]);
    if (end === 'bottom') {
      for (const bit of this.#markBits.values()) words[MARKS_WORD] = ((words[MARKS_WORD] ?? 0) | bit) >>> 0;
      for (const set of [this.#sets.region, this.#sets.tenant]) for (const at of set.names.keys()) setBit(words, set, at);
    }
    return this.#intern(words);
  }

  #setLevel(words: Uint32Array, axis: 'confidentiality' | 'integrity', level: number): void {
    const up = this.#levels[axis].up[level];
    const word = axis === 'confidentiality' ? CONFIDENTIALITY_WORD : INTEGRITY_WORD;
    words[word] = up?.low ?? 0;
    words[word + 1] = up?.high ?? 0;
  }

  #intern(words: Uint32Array): Label {
    const key = words.join(',');
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    const label: Label = { id: this.#interned.size, words };
    this.#interned.set(key, label);
    return label;
  }

  join(left: Label, right: Label): Label {
    if (left === right || right === this.bottom) return left;
    if (left === this.bottom) return right;
    const key = left.id < right.id ? left.id * ID_STRIDE + right.id : right.id * ID_STRIDE + left.id;
    const known = this.#joins.get(key);
    if (known !== undefined) return known;
    const joined = this.#intern(left.words.map((word, at) => (word & (right.words[at] ?? 0)) >>> 0));
    if (this.#joins.size < JOINS_MAX) this.#joins.set(key, joined);
    return joined;
  }

  meet(left: Label, right: Label): Label {
    const words = left.words.map((word, at) => (word | (right.words[at] ?? 0)) >>> 0);
    for (const axis of ['confidentiality', 'integrity'] as const) {
      const { down } = this.#levels[axis];
      const common = intersectLevels(down[this.#levelOf(left, axis)] ?? NO_LEVELS, down[this.#levelOf(right, axis)] ?? NO_LEVELS);
      this.#setLevel(words, axis, down.findIndex((set) => sameLevels(set, common)));
    }
    return this.#intern(words);
  }

  flowsTo(left: Label, right: Label): boolean {
    if (left === right || left === this.bottom || right === this.top) return true;
    return right.words.every((word, at) => (word & (left.words[at] ?? 0)) >>> 0 === word);
  }

  exceeds(label: Label, bound: Label): readonly Axis[] {
    if (label === bound || label === this.bottom) return NO_AXES;
    return AXES.filter((axis) => {
      const [from, to] = this.#range(axis);
      for (let at = from; at < to; at++) {
        const word = bound.words[at] ?? 0;
        if ((word & (label.words[at] ?? 0)) >>> 0 !== word) return true;
      }
      return false;
    });
  }

  #range(axis: Axis): readonly [number, number] {
    if (axis === 'confidentiality') return [CONFIDENTIALITY_WORD, CONFIDENTIALITY_WORD + 2];
    if (axis === 'integrity') return [INTEGRITY_WORD, INTEGRITY_WORD + 2];
    const { word, words } = this.#sets[axis];
    return [word, word + words];
  }

  hasMark(label: Label, mark: MarkName): boolean {
    const bit = this.#markBits.get(mark);
    return bit !== undefined && ((label.words[MARKS_WORD] ?? 0) & bit) === 0;
  }

  withMarks(label: Label, marks: readonly MarkName[]): Label {
    return this.#changeMarks(label, marks, (word, bit) => (word & ~bit) >>> 0);
  }

  withoutMarks(label: Label, marks: readonly MarkName[]): Label {
    return this.#changeMarks(label, marks, (word, bit) => (word | bit) >>> 0);
  }

  #changeMarks(label: Label, marks: readonly MarkName[], change: (word: number, bit: number) => number): Label {
    const before = label.words[MARKS_WORD] ?? 0;
    let word = before;
    for (const mark of marks) word = change(word, this.#markBits.get(mark) ?? 0);
    if (word === before) return label;
    const words = label.words.slice();
    words[MARKS_WORD] = word;
    return this.#intern(words);
  }

  replaceAxes(label: Label, axes: readonly Axis[], from: Label): Label {
    const words = label.words.slice();
    for (const axis of axes) {
      const [start, end] = this.#range(axis);
      words.set(from.words.subarray(start, end), start);
    }
    return this.#intern(words);
  }

  resolve(declaration: LabelDeclaration, base: Label): { readonly label: Label } | { readonly unknownNames: readonly string[] } {
    const words = base.words.slice();
    const unknownNames: string[] = [];
    for (const axis of ['confidentiality', 'integrity'] as const) {
      const name = declaration[axis];
      if (name === undefined) continue;
      const level = this.#levels[axis].indexOf.get(name);
      if (level === undefined) unknownNames.push(name);
      else this.#setLevel(words, axis, level);
    }
    for (const axis of ['region', 'tenant'] as const) {
      const names = declaration[axis];
      if (names === undefined) continue;
      const set = this.#sets[axis];
      words.fill(0, set.word, set.word + set.words);
      for (const name of names) {
        const at = set.indexOf.get(name);
        if (at === undefined) unknownNames.push(name);
        else setBit(words, set, at);
      }
    }
    const unknownMarks = (declaration.marks ?? []).filter((mark) => !this.#markBits.has(mark));
    unknownNames.push(...unknownMarks);
    if (unknownNames.length > 0) return { unknownNames };
    return { label: this.withMarks(this.#intern(words), declaration.marks ?? []) };
  }

  describe(label: Label): LabelDescription {
    return {
      confidentiality: this.#levels.confidentiality.names[this.#levelOf(label, 'confidentiality')] ?? '',
      integrity: this.#levels.integrity.names[this.#levelOf(label, 'integrity')] ?? '',
      region: this.#namesOf(label, this.#sets.region),
      tenant: this.#namesOf(label, this.#sets.tenant),
      marks: this.#marks.filter((mark) => this.hasMark(label, mark)),
    };
  }

  format(label: Label): string {
    const { confidentiality, integrity, region, tenant } = this.describe(label);
    const [low, trusted] = [this.describe(this.bottom).confidentiality, this.describe(this.bottom).integrity];
    const parts: string[] = [];
    if (confidentiality !== low || integrity === trusted) parts.push(confidentiality);
    if (integrity !== trusted) parts.push(integrity);
    if (region !== 'all') parts.push(region.length === 0 ? 'nowhere' : `in {${region.join(', ')}}`);
    if (tenant !== 'all') parts.push(tenant.length === 0 ? 'for nobody' : `for {${tenant.join(', ')}}`);
    return parts.join(', ');
  }

  /** The level whose up-set a label holds: the lowest set bit, since levels are numbered from below. */
  #levelOf(label: Label, axis: 'confidentiality' | 'integrity'): number {
    const word = axis === 'confidentiality' ? CONFIDENTIALITY_WORD : INTEGRITY_WORD;
    const low = label.words[word] ?? 0;
    if (low !== 0) return lowestBit(low);
    return BITS_PER_WORD + lowestBit(label.words[word + 1] ?? 0);
  }

  #namesOf(label: Label, set: SetAxis): readonly string[] | 'all' {
    const names = set.names.filter((_, at) => hasBit(label.words, set, at));
    return names.length === set.names.length ? 'all' : names;
  }
}

const NO_AXES: readonly Axis[] = [];
const NO_LEVELS: LevelSet = { low: 0, high: 0 };

const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);

function setAxis(declared: readonly string[], word: number): SetAxis {
  const names = [...declared].sort();
  const words = Math.ceil(names.length / BITS_PER_WORD);
  return { names, indexOf: new Map(names.map((name, at) => [name, at])), word, words };
}

function setBit(words: Uint32Array, set: SetAxis, at: number): void {
  const word = set.word + Math.floor(at / BITS_PER_WORD);
  words[word] = ((words[word] ?? 0) | (1 << at % BITS_PER_WORD)) >>> 0;
}

function hasBit(words: Uint32Array, set: SetAxis, at: number): boolean {
  return (((words[set.word + Math.floor(at / BITS_PER_WORD)] ?? 0) >>> at % BITS_PER_WORD) & 1) === 1;
}
