import type { StoreDeclaration } from '../../model/application.ts';
import type { StoreId } from '../../model/brand.ts';
import { AXES, type LabelSpace } from '../../model/label.ts';
import type { PassRequirement, StoreSignature } from '../../model/labelling.ts';
import type { LabellingParts } from './apply.ts';
import { boundOf, claimOfLabel, claimsOfShape, mergeClaims, resolveLabel, shapeOf, type Claim } from './claims.ts';
import { storeDefault, storeMayHoldTokens } from './defaults.ts';
import { matchesPattern, nameableStore, type Nameable } from './patterns.ts';
import type { Configuration, DeclaredLabel, DeclaredShape } from './types.ts';

/** Σ of every store. */
export function applyStores(
  shared: LabellingParts,
  requires: ReadonlyMap<StoreId, readonly PassRequirement[]>,
): ReadonlyMap<StoreId, StoreSignature> {
  const stores = shared.application.stores.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return new Map(stores.map((store) => [store.id, applyStore(store, shared, requires.get(store.id) ?? [])]));
}

function applyStore(
  store: StoreDeclaration,
  { configuration, labels, native, diagnostics }: LabellingParts,
  requires: readonly PassRequirement[],
): StoreSignature {
  const { space } = labels;
  const thing = nameableStore(store);
  const what = `${store.kind} \`${store.name}\``;
  const base = storeDefault(store, labels);
  const held = heldClaims(configuration, thing);
  const beside = native.content.get(store.id) ?? [];
  const outgoing = mergeClaims([...held, ...sourceClaims(configuration, thing), ...beside], what, diagnostics);
  const besideBounds = beside.filter(({ text }) => text === '');
  const incoming = mergeClaims([...sinkClaims(configuration, thing, space), ...besideBounds], what, diagnostics);
  const bound = boundOf(incoming, space);
  const content =
    outgoing.length === 0
      ? base.content
      : shapeOf(outgoing, base.content ?? { label: space.bottom, origin: base.origin }, space);
  const isToken = configuration.tokens.some((pattern) => matchesPattern(pattern, thing));
  const declaredAxes = new Set(outgoing.flatMap(({ declaration }) => Object.keys(declaration)));
  return {
    accepts: bound?.label ?? base.accepts,
    content,
    inferredAxes: outgoing.length === 0 ? [] : AXES.filter((axis) => !declaredAxes.has(axis)),
    requires,
    mayHoldTokens: isToken || storeMayHoldTokens(store),
    origin: bound?.origin ?? content?.origin ?? base.origin,
  };
}

const heldClaims = (configuration: Configuration, thing: Nameable): Claim[] =>
  configuration.stores
    .filter(({ pattern }) => matchesPattern(pattern, thing))
    .flatMap(({ shape, pattern }) => claimsOfShape(shape, pattern));

/** What `sources` says of what comes out of a thing. */
export const sourceClaims = (configuration: Configuration, thing: Nameable): Claim[] =>
  configuration.sources
    .filter(({ pattern }) => matchesPattern(pattern, thing))
    .flatMap(({ shape, pattern }) => claimsOfShape(shape, pattern));

/** What `sinks`, and for stores `stores`, say of what may go into a thing. */
export function sinkClaims(configuration: Configuration, thing: Nameable, space: LabelSpace): Claim[] {
  const sinks = configuration.sinks
    .filter(({ pattern }) => matchesPattern(pattern, thing))
    .map(({ label, pattern }) => claimOfLabel(label, pattern));
  if (!thing.kinds.includes('store')) return sinks;
  const stores = configuration.stores.filter(({ pattern }) => matchesPattern(pattern, thing));
  return [...sinks, ...stores.map(({ shape, pattern }) => claimOfLabel(highestOf(shape, space), pattern))];
}

/** The label that covers the whole and every part, on the axes that any of them names. */
function highestOf(shape: DeclaredShape, space: LabelSpace): DeclaredLabel {
  const declared = [...(shape.whole === null ? [] : [shape.whole]), ...shape.parts.map(({ label }) => label)];
  const joined = declared
    .map(({ declaration }) => resolveLabel(declaration, space.bottom, space))
    .reduce((left, right) => space.join(left, right), space.bottom);
  const described = space.describe(joined);
  let declaration = {};
  for (const axis of AXES) {
    const value = described[axis];
    if (value !== 'all' && declared.some((one) => one.declaration[axis] !== undefined)) {
      declaration = { ...declaration, [axis]: value };
    }
  }
  return { declaration, span: shape.whole?.span ?? shape.span };
}
