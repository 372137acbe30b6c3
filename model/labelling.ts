/** What the checker needs to know besides the application: every label, resolved. Made from `weir.yaml` and platform defaults. */
import type { CompositionId, FunctionId, StoreId } from './brand.ts';
import type { Axis, Label, LabelSpace } from './label.ts';
import type { Segment } from './ir.ts';
import type { Span } from './span.ts';

/** Where a label was decided, for messages ("declared at weir.yaml:12" or "default of an HTTP entry without authorizer"). */
export interface LabelOrigin {
  readonly description: string;
  /** Null when a built-in default applies. */
  readonly span: Span | null;
}

/** Labels of a value: one for the whole, overridden (not joined) at the listed paths and below. */
export interface LabelledShape {
  readonly label: Label;
  readonly origin: LabelOrigin;
  readonly parts: readonly { readonly path: readonly Segment[]; readonly label: Label; readonly origin: LabelOrigin }[];
}

/** Lowering of labels by a function with authority (declassifier, endorser). */
export interface Release {
  /** The axes that are lowered. */
  readonly axes: readonly Axis[];
  /** The most that may go in, on those axes. */
  readonly from: Label;
  /** What comes out, on those axes. */
  readonly to: Label;
  readonly authority: string;
  /** Integrity that data and control must have for the release to be robust; the other axes are top. */
  readonly requires: Label;
  /** Compositions in which the authority may be used; null means all. */
  readonly compositions: readonly CompositionId[] | null;
  /** Digest of the code that was reviewed, e.g. `sha256:…`; null when none is declared. */
  readonly digest: string | null;
  readonly origin: LabelOrigin;
}

/** Φ(f). */
export interface FunctionSignature {
  /** The most that may be sent to it; `top` when unconstrained. */
  readonly accepts: Label;
  /** Joined to the result: what it brings in from elsewhere. */
  readonly output: LabelledShape;
  /** Whether the result depends on the argument: `Φ.out(ℓa) = output ⊔ (dependsOnArgument ? ℓa : ⊥)`. */
  readonly dependsOnArgument: boolean;
  /** Stores it writes its argument (or something derived from it) to. */
  readonly effects: readonly { readonly store: StoreId; readonly origin: LabelOrigin }[];
  readonly error: Label;
  /** No declaration was found and labels pass through by assumption: results are marked `assumed`. */
  readonly isAssumed: boolean;
  /** "Unknown functions are opaque" was asked for: result ⊤ marked `opaque`. */
  readonly isOpaque: boolean;
  readonly release: Release | null;
  readonly origin: LabelOrigin;
}

/** "Data must pass through f before it gets here." `data`: the value itself; `control`: a call of f dominates the effect. */
export interface PassRequirement {
  readonly through: FunctionId;
  readonly mode: 'data' | 'control';
  readonly origin: LabelOrigin;
}

/** Σ(s). */
export interface StoreSignature {
  /** The most that may be written; null when not declared: writes are accepted and what is read is the join of what is written. */
  readonly accepts: Label | null;
  /** What reading gives; null as above. */
  readonly content: LabelledShape | null;
  /**
   * Axes that `content` does not speak of: what is read carries there, besides, what was written. Without it an undeclared axis would be a way to
   * launder (untrusted data written to a store whose confidentiality alone is declared would be read as trusted). Default none.
   */
  readonly inferredAxes?: readonly Axis[];
  readonly requires: readonly PassRequirement[];
  /** A callback token may be sent here (the holder can resume an execution). */
  readonly mayHoldTokens: boolean;
  readonly origin: LabelOrigin;
}

export interface Labelling {
  readonly space: LabelSpace;
  /** The input of each composition: from triggers and declarations. Absent: bottom. */
  readonly entries: ReadonlyMap<CompositionId, LabelledShape>;
  /** Bound on what a composition returns to its caller; absent: unconstrained. */
  readonly results: ReadonlyMap<CompositionId, { readonly accepts: Label; readonly origin: LabelOrigin }>;
  /** Φ; every function of the application has one. */
  readonly functions: ReadonlyMap<FunctionId, FunctionSignature>;
  /** Σ; every store of the application has one. Channels of callbacks and events are stores too. */
  readonly stores: ReadonlyMap<StoreId, StoreSignature>;
  /** Functions that may receive callback tokens by declaration or because they are code of this application. */
  readonly tokenHolders: ReadonlySet<FunctionId>;
  /** What an effect marked privileged requires (integrity), without configuration: the lowest integrity level. */
  readonly privileged: { readonly accepts: Label; readonly origin: LabelOrigin };
  /** What a dynamic target's name requires (integrity). */
  readonly dynamicTarget: { readonly accepts: Label; readonly origin: LabelOrigin };
}
