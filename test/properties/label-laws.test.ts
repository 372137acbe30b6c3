import test from 'ava';
import fc from 'fast-check';
import { AXES, BUILT_IN_MARKS, type Axis, type Label, type LabelSpace, type MarkName } from '../../model/label.ts';
import { compileLabelSpace } from '../../model/label-space.ts';
import { spanAtStart } from '../../model/span.ts';
import { arbitraryLattice } from './arbitrary-order.ts';
import { naiveJoin, naiveMeet, type NaiveOrder } from './naive-order.ts';
import { holds } from './property.ts';

/** A label as the definitions have it: two levels, two sets of readers, the set of marks. */
interface NaiveLabel {
  readonly confidentiality: string;
  readonly integrity: string;
  readonly region: ReadonlySet<string>;
  readonly tenant: ReadonlySet<string>;
  readonly marks: ReadonlySet<MarkName>;
}

interface World {
  readonly orders: { readonly confidentiality: NaiveOrder; readonly integrity: NaiveOrder };
  readonly regions: readonly string[];
  readonly tenants: readonly string[];
  readonly marks: readonly MarkName[];
  readonly space: LabelSpace;
}

const REQUIRED = ['redact', 'validate'];
const MARKS: readonly MarkName[] = [...BUILT_IN_MARKS, 'bypass:redact', 'bypass:validate'];
/** More than one word, so that words past the first are joined as well. */
const TENANT_COUNT = 40;

const arbitraryWorld: fc.Arbitrary<World> = fc
  .record({
    confidentiality: arbitraryLattice('c'),
    integrity: arbitraryLattice('i'),
    regionCount: fc.nat(4),
    hasTenants: fc.boolean(),
  })
  .map(({ confidentiality, integrity, regionCount, hasTenants }) => {
    const regions = Array.from({ length: regionCount }, (_, at) => `region${at}`);
    const tenants = Array.from({ length: hasTenants ? TENANT_COUNT : 0 }, (_, at) => `tenant${at}`);
    const outcome = compileLabelSpace(
      {
        confidentiality: { covers: confidentiality.pairs },
        integrity: { covers: integrity.pairs },
        regions,
        tenants,
        required: REQUIRED,
      },
      spanAtStart('weir.yaml'),
    );
    if (!outcome.ok) throw new Error(outcome.diagnostics.map((diagnostic) => diagnostic.message).join());
    return { orders: { confidentiality, integrity }, regions, tenants, marks: MARKS, space: outcome.value };
  });

function arbitraryNaiveLabel(world: World): fc.Arbitrary<NaiveLabel> {
  const subset = <Name extends string>(names: readonly Name[]): fc.Arbitrary<ReadonlySet<Name>> =>
    fc.subarray([...names]).map((chosen) => new Set(chosen));
  return fc.record({
    confidentiality: fc.constantFrom(...world.orders.confidentiality.names),
    integrity: fc.constantFrom(...world.orders.integrity.names),
    region: subset(world.regions),
    tenant: subset(world.tenants),
    marks: subset(world.marks),
  });
}

function compiled(world: World, label: NaiveLabel): Label {
  const { confidentiality, integrity, region, tenant, marks } = label;
  const declaration = { confidentiality, integrity, region: [...region], tenant: [...tenant], marks: [...marks] };
  const resolved = world.space.resolve(declaration, world.space.bottom);
  if (!('label' in resolved)) throw new Error(`unknown: ${resolved.unknownNames.join()}`);
  return resolved.label;
}

const sorted = (names: Iterable<string>): string[] => [...names].sort();
const isSubset = (small: ReadonlySet<string>, large: ReadonlySet<string>): boolean =>
  [...small].every((name) => large.has(name));
const intersect = <Name>(a: ReadonlySet<Name>, b: ReadonlySet<Name>): ReadonlySet<Name> =>
  new Set([...a].filter((name) => b.has(name)));
const unite = <Name>(a: ReadonlySet<Name>, b: ReadonlySet<Name>): ReadonlySet<Name> => new Set([...a, ...b]);
const subtract = <Name>(a: ReadonlySet<Name>, b: ReadonlySet<Name>): ReadonlySet<Name> =>
  new Set([...a].filter((name) => !b.has(name)));

function levelsOf(
  world: World,
  pair: readonly [NaiveLabel, NaiveLabel],
  bound: typeof naiveJoin,
): Pick<NaiveLabel, 'confidentiality' | 'integrity'> {
  const [left, right] = pair;
  return {
    confidentiality: bound(world.orders.confidentiality, left.confidentiality, right.confidentiality) ?? '',
    integrity: bound(world.orders.integrity, left.integrity, right.integrity) ?? '',
  };
}

function joinOf(world: World, left: NaiveLabel, right: NaiveLabel): NaiveLabel {
  return {
    ...levelsOf(world, [left, right], naiveJoin),
    region: intersect(left.region, right.region),
    tenant: intersect(left.tenant, right.tenant),
    marks: unite(left.marks, right.marks),
  };
}

function meetOf(world: World, left: NaiveLabel, right: NaiveLabel): NaiveLabel {
  return {
    ...levelsOf(world, [left, right], naiveMeet),
    region: unite(left.region, right.region),
    tenant: unite(left.tenant, right.tenant),
    marks: intersect(left.marks, right.marks),
  };
}

function exceedsOn(world: World, axis: Axis, label: NaiveLabel, bound: NaiveLabel): boolean {
  if (axis === 'region' || axis === 'tenant') return !isSubset(bound[axis], label[axis]);
  return !world.orders[axis].isBelow(label[axis], bound[axis]);
}

const arbitraryPair = arbitraryWorld.chain((world) =>
  fc.tuple(fc.constant(world), arbitraryNaiveLabel(world), arbitraryNaiveLabel(world)),
);

test('join, meet and order of whole labels agree with the definitions', (t) => {
  holds(
    t,
    fc.property(arbitraryPair, ([world, left, right]) => {
      const { space } = world;
      const [a, b] = [compiled(world, left), compiled(world, right)];
      t.is(space.join(a, b), compiled(world, joinOf(world, left, right)));
      t.is(space.meet(a, b), compiled(world, meetOf(world, left, right)));
      const exceeded = AXES.filter((axis) => exceedsOn(world, axis, left, right));
      t.deepEqual(space.exceeds(a, b), exceeded);
      t.is(space.flowsTo(a, b), exceeded.length === 0 && isSubset(left.marks, right.marks));
      t.is(space.flowsTo(a, b), space.join(a, b) === b);
      t.is(space.flowsTo(a, b), space.meet(a, b) === a);
    }),
    300,
  );
});

test('whole labels form a lattice between bottom and top', (t) => {
  const triple = arbitraryWorld.chain((world) => {
    const label = arbitraryNaiveLabel(world);
    return fc.tuple(fc.constant(world), label, label, label);
  });
  holds(
    t,
    fc.property(triple, ([world, ...labels]) => {
      const { space } = world;
      const [a, b, c] = labels.map((label) => compiled(world, label));
      if (a === undefined || b === undefined || c === undefined) throw new Error('three labels are given');
      t.is(space.join(space.join(a, b), c), space.join(a, space.join(b, c)));
      t.is(space.meet(space.meet(a, b), c), space.meet(a, space.meet(b, c)));
      t.is(space.join(a, b), space.join(b, a));
      t.is(space.meet(a, b), space.meet(b, a));
      t.is(space.join(a, a), a);
      t.is(space.meet(a, a), a);
      t.is(space.join(a, space.meet(a, b)), a);
      t.is(space.meet(a, space.join(a, b)), a);
      t.is(space.join(a, space.bottom), a);
      t.is(space.meet(a, space.top), a);
      t.is(space.join(a, space.top), space.top);
      t.is(space.meet(a, space.bottom), space.bottom);
      t.true(space.flowsTo(space.bottom, a) && space.flowsTo(a, space.top));
    }),
  );
});

test('a label is described as it was declared, and equal labels are one object', (t) => {
  holds(
    t,
    fc.property(arbitraryPair, ([world, left, right]) => {
      const [a, b] = [compiled(world, left), compiled(world, right)];
      const all = (chosen: ReadonlySet<string>, of: readonly string[]): readonly string[] | 'all' =>
        chosen.size === of.length ? 'all' : sorted(chosen);
      const { marks, ...description } = world.space.describe(a);
      t.deepEqual(description, {
        confidentiality: left.confidentiality,
        integrity: left.integrity,
        region: all(left.region, world.regions),
        tenant: all(left.tenant, world.tenants),
      });
      t.deepEqual(sorted(marks), sorted(left.marks));
      const isEqual = JSON.stringify(world.space.describe(a)) === JSON.stringify(world.space.describe(b));
      t.is(a === b, isEqual);
      t.is(a.id === b.id, isEqual);
    }),
  );
});

test('axes are replaced and marks set and cleared one by one', (t) => {
  holds(
    t,
    fc.property(arbitraryPair, fc.subarray([...AXES]), fc.subarray([...MARKS]), ([world, left, right], axes, marks) => {
      const { space } = world;
      const [a, b] = [compiled(world, left), compiled(world, right)];
      const replaced = Object.fromEntries(axes.map((axis) => [axis, right[axis]]));
      t.is(space.replaceAxes(a, axes, b), compiled(world, { ...left, ...replaced }));
      const marked = space.withMarks(a, marks);
      t.is(marked, compiled(world, { ...left, marks: unite(left.marks, new Set(marks)) }));
      const cleared = space.withoutMarks(a, marks);
      t.is(cleared, compiled(world, { ...left, marks: subtract(left.marks, new Set(marks)) }));
      t.true(marks.every((mark) => space.hasMark(marked, mark) && !space.hasMark(cleared, mark)));
    }),
  );
});
