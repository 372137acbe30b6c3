import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Segment } from '../../model/ir.ts';
import { AXES, type Axis, type Label, type LabelDeclaration, type LabelSpace } from '../../model/label.ts';
import type { LabelledShape, LabelOrigin } from '../../model/labelling.ts';
import { compareSpans, type Span } from '../../model/span.ts';
import { specificityOf } from './patterns.ts';
import type { DeclaredLabel, DeclaredShape, NamePattern } from './types.ts';

/** One declaration that applies to one thing. */
export interface Claim {
  /** How narrow the pattern is that led here; the narrower claim wins. */
  readonly specificity: number;
  /** `file`: the configuration; `native`: written beside the thing (comment, tag, metadata). The file wins. */
  readonly written: 'file' | 'native';
  /** Part of the value it is about; `text` is empty for the whole. */
  readonly text: string;
  readonly path: readonly Segment[];
  readonly label: DeclaredLabel;
}

/** What all claims on one place come to. */
export interface MergedClaim {
  readonly text: string;
  readonly path: readonly Segment[];
  readonly declaration: LabelDeclaration;
  readonly origin: LabelOrigin;
}

export function claimsOfShape(shape: DeclaredShape, pattern: NamePattern): Claim[] {
  const common = { specificity: specificityOf(pattern), written: 'file' } as const;
  return [
    ...(shape.whole === null ? [] : [{ ...common, text: '', path: [], label: shape.whole }]),
    ...shape.parts.map(({ text, path, label }) => ({ ...common, text, path, label })),
  ];
}

export function claimOfLabel(label: DeclaredLabel, pattern: NamePattern): Claim {
  return { specificity: specificityOf(pattern), written: 'file', text: '', path: [], label };
}

/** "declared at weir.yaml:12". */
export function declaredAt(span: Span): LabelOrigin {
  return { description: `declared at ${span.file}:${span.start.line}`, span };
}

/**
 * Merges claims per path and axis: the file before what is written beside the thing, then the narrower pattern. Two claims that are equally narrow and differ
 * contradict each other (CFG014, both places are named).
 *
 * @param what the thing in the user's words
 */
export function mergeClaims(claims: readonly Claim[], what: string, into: Diagnostic[]): MergedClaim[] {
  const byPath = new Map<string, Claim[]>();
  for (const claim of claims) byPath.set(claim.text, [...(byPath.get(claim.text) ?? []), claim]);
  return [...byPath]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([text, group]) => {
      const merged = mergeGroup(group, text === '' ? what : `\`${text}\` of ${what}`, into);
      return merged === null ? [] : [merged];
    });
}

function mergeGroup(group: readonly Claim[], what: string, into: Diagnostic[]): MergedClaim | null {
  const ordered = group.toSorted(compareClaims);
  const [first] = ordered;
  if (first === undefined) return null;
  let declaration: LabelDeclaration = {};
  let winner = first;
  const overruled: Claim[] = [];
  for (const axis of AXES) {
    const speaking = ordered.filter(({ label }) => label.declaration[axis] !== undefined);
    const [best, ...others] = speaking;
    if (best === undefined) continue;
    if (axis === 'confidentiality' || Object.keys(declaration).length === 0) winner = best;
    declaration = { ...declaration, [axis]: best.label.declaration[axis] };
    const differing = others.filter((other) => valueOf(other, axis) !== valueOf(best, axis));
    const rival = differing.find((other) => other.written === best.written && other.specificity === best.specificity);
    if (rival !== undefined) into.push(contradiction({ best, rival, axis, what }));
    overruled.push(...differing.filter((other) => other.written === 'native' && best.written === 'file'));
  }
  const origin = declaredAt(winner.label.span);
  const [beside] = overruled;
  const description =
    beside === undefined
      ? origin.description
      : `${origin.description} (overrules the label at ${beside.label.span.file}:${beside.label.span.start.line})`;
  return { text: first.text, path: first.path, declaration, origin: { ...origin, description } };
}

function compareClaims(left: Claim, right: Claim): number {
  if (left.written !== right.written) return left.written === 'file' ? -1 : 1;
  return right.specificity - left.specificity || compareSpans(left.label.span, right.label.span);
}

const valueOf = (claim: Claim, axis: Axis): string => {
  const value = claim.label.declaration[axis];
  return typeof value === 'string' ? value : [...(value ?? [])].sort().join(', ');
};

function contradiction(at: {
  readonly best: Claim;
  readonly rival: Claim;
  readonly axis: Axis;
  readonly what: string;
}): Diagnostic {
  const { best, rival, axis, what } = at;
  const place = `${best.label.span.file}:${best.label.span.start.line}`;
  return {
    code: 'CFG014',
    severity: 'error',
    message: `the ${axis} of ${what} is \`${valueOf(rival, axis)}\` here and \`${valueOf(best, axis)}\` at ${place}`,
    help: 'Remove one of the two, or make one pattern narrower: a full name beats a glob, longer text beats shorter.',
    span: rival.label.span,
  };
}

/** Resolves a checked declaration; a name that is not known here was reported when the configuration was read, and counts as the top. */
export function resolveLabel(declaration: LabelDeclaration, base: Label, space: LabelSpace): Label {
  const resolved = space.resolve(declaration, base);
  return 'label' in resolved ? resolved.label : space.top;
}

/** The bound that claims on what goes in come to, with axes nobody names unconstrained; null without claims. */
export function boundOf(
  claims: readonly MergedClaim[],
  space: LabelSpace,
): { readonly label: Label; readonly origin: LabelOrigin } | null {
  const whole = claims.find(({ text }) => text === '');
  return whole === undefined
    ? null
    : { label: resolveLabel(whole.declaration, space.top, space), origin: whole.origin };
}

/** The labels that claims on what comes out come to, over what holds without them. */
export function shapeOf(
  claims: readonly MergedClaim[],
  base: { readonly label: Label; readonly origin: LabelOrigin },
  space: LabelSpace,
): LabelledShape {
  const whole = claims.find(({ text }) => text === '');
  const label = whole === undefined ? base.label : resolveLabel(whole.declaration, base.label, space);
  const parts = claims
    .filter(({ text }) => text !== '')
    .map((part) => ({ path: part.path, label: resolveLabel(part.declaration, label, space), origin: part.origin }));
  parts.sort((a, b) => a.path.length - b.path.length);
  return { label, origin: whole?.origin ?? base.origin, parts };
}
