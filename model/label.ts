/**
 * Labels and the space they live in (DESIGN §3).
 *
 * A label is ⟨confidentiality, integrity, region, tenant⟩ plus *marks*. It is compiled to one bit vector in which join is
 * bitwise AND and `a ⊑ b` is "b's bits are a subset of a's":
 *
 *  - confidentiality and integrity levels are stored as the set of levels at or above them (the up-set), so the join of two
 *    levels is the intersection of their up-sets in every finite lattice, distributive or not;
 *  - regions and tenants are stored as the set itself, whose join is intersection by definition;
 *  - marks (see {@link MarkName}) are stored as the set of marks that are absent.
 */
export interface Label {
  /** Dense id, unique in its space; equal labels of one space are the same object. */
  readonly id: number;
  readonly words: Uint32Array;
}

/** The four axes users declare. */
export type Axis = 'confidentiality' | 'integrity' | 'region' | 'tenant';

export const AXES: readonly Axis[] = ['confidentiality', 'integrity', 'region', 'tenant'];

/**
 * Built-in marks: facts about where data came from that hold whatever lattice the user declares. They travel with labels and join by
 * union. `token`: contains a callback token. `error`: contains an error's name, cause or message. `opaque`: passed a construct that is not
 * modelled. `assumed`: passed a function without a declared signature. `public-entry`: came in through an entry that anyone can call.
 * `credential`: a secret read from a secret store. `bypass:<function>`: has not passed that required function.
 */
export type MarkName = 'token' | 'error' | 'opaque' | 'assumed' | 'public-entry' | 'credential' | `bypass:${string}`;

export const BUILT_IN_MARKS: readonly MarkName[] = [
  'token',
  'error',
  'opaque',
  'assumed',
  'public-entry',
  'credential',
];

/** A label as users write it: an axis that is absent keeps the value of the base it is resolved against. */
export interface LabelDeclaration {
  readonly confidentiality?: string;
  readonly integrity?: string;
  /** Regions in which the data may be (source) or in which the place is (sink). */
  readonly region?: readonly string[];
  /** Tenants that may read the data (source) or that read the place (sink). */
  readonly tenant?: readonly string[];
  readonly marks?: readonly MarkName[];
}

/** A label as reports show it. `region` and `tenant` list names; `all` is the unrestricted set. */
export interface LabelDescription {
  readonly confidentiality: string;
  readonly integrity: string;
  readonly region: readonly string[] | 'all';
  readonly tenant: readonly string[] | 'all';
  readonly marks: readonly MarkName[];
}

/** A finite lattice of levels: chains from low to high, and/or `[higher, lower]` cover pairs. */
export interface LevelsDeclaration {
  /** Each chain lists levels from the lowest to the highest. */
  readonly chains?: readonly (readonly string[])[];
  /** `[higher, lower]` pairs. */
  readonly covers?: readonly (readonly [string, string])[];
}

/** What a user declares to make a label space. */
export interface LabelSpaceDeclaration {
  readonly confidentiality: LevelsDeclaration;
  /** From trusted (lowest) to untrusted (highest). */
  readonly integrity: LevelsDeclaration;
  readonly regions: readonly string[];
  readonly tenants: readonly string[];
  /** Functions for which a `bypass:` mark is needed ("must pass through"). */
  readonly required: readonly string[];
}

/** Limits of a label space; a declaration beyond them is refused. */
export const LEVELS_MAX = 64;
export const TENANTS_MAX = 1024;
export const REGIONS_MAX = 256;
/** Functions that may be required ("must pass through") in one configuration. */
export const REQUIRED_MAX = 26;

/** The compiled algebra. All operations are pure; labels of different spaces must not be mixed. */
export interface LabelSpace {
  readonly declaration: LabelSpaceDeclaration;
  /** Public, trusted, everywhere, every tenant, no marks: flows to everything. */
  readonly bottom: Label;
  /** Everything flows here. */
  readonly top: Label;
  join(left: Label, right: Label): Label;
  meet(left: Label, right: Label): Label;
  /** `left ⊑ right` on all axes and marks. */
  flowsTo(left: Label, right: Label): boolean;
  /** The axes on which `label ⋢ bound`, in the order of {@link AXES}; empty when it may flow. Marks are not looked at. */
  exceeds(label: Label, bound: Label): readonly Axis[];
  hasMark(label: Label, mark: MarkName): boolean;
  withMarks(label: Label, marks: readonly MarkName[]): Label;
  withoutMarks(label: Label, marks: readonly MarkName[]): Label;
  /** Takes the named axes from `from`, the rest (and the marks) from `label`. */
  replaceAxes(label: Label, axes: readonly Axis[], from: Label): Label;
  /**
   * Resolves a declaration; axes it leaves out come from `base`.
   * @returns the label, or the names that this space does not know.
   */
  resolve(
    declaration: LabelDeclaration,
    base: Label,
  ): { readonly label: Label } | { readonly unknownNames: readonly string[] };
  describe(label: Label): LabelDescription;
  /** Compact text for messages, e.g. `secret, untrusted, {eu}`: only the axes that differ from bottom, or `public` names when none. */
  format(label: Label): string;
}
