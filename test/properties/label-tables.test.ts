import test from 'ava';
import fc from 'fast-check';
import { compileLevels, type CompiledLevels } from '../../model/lattice.ts';
import { bottomLabel, isSameLabel, joinLabels, labelFlowsTo, type LatticeTables } from '../../model/label-tables.ts';
import { BUILT_IN_MARKS, type LabelDescription } from '../../model/label.ts';
import { compileLabelSpace } from '../../model/label-space.ts';
import { levelTableOf } from '../../model/level-table.ts';
import { spanAtStart } from '../../model/span.ts';
import { arbitraryLattice } from './arbitrary-order.ts';
import type { NaiveOrder } from './naive-order.ts';
import { holds } from './property.ts';

const SPAN = spanAtStart('weir.yaml');
const REGIONS = ['eu-1', 'eu-2', 'us-1'];
const TENANTS = ['acme', 'globex'];

function compile(order: NaiveOrder, axis: string): CompiledLevels {
  const compiled = compileLevels({ covers: order.pairs }, { axis, span: SPAN });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join());
  return compiled.value;
}

const arbitraryWorld = fc
  .record({ confidentiality: arbitraryLattice('c'), integrity: arbitraryLattice('i') })
  .map(({ confidentiality, integrity }) => {
    const tables: LatticeTables = {
      confidentiality: levelTableOf(compile(confidentiality, 'confidentiality')),
      integrity: levelTableOf(compile(integrity, 'integrity')),
    };
    const space = compileLabelSpace(
      {
        confidentiality: { covers: confidentiality.pairs },
        integrity: { covers: integrity.pairs },
        regions: REGIONS,
        tenants: TENANTS,
        required: [],
      },
      SPAN,
    );
    if (!space.ok) throw new Error('the levels make no label space');
    return { tables, space: space.value, confidentiality, integrity };
  });

const members = (names: readonly string[]): fc.Arbitrary<readonly string[] | 'all'> =>
  fc.oneof(fc.constant('all' as const), fc.subarray([...names]));

const arbitraryCase = arbitraryWorld.chain((world) => {
  const label: fc.Arbitrary<LabelDescription> = fc.record({
    confidentiality: fc.constantFrom(...world.confidentiality.names),
    integrity: fc.constantFrom(...world.integrity.names),
    region: members(REGIONS),
    tenant: members(TENANTS),
    marks: fc.subarray([...BUILT_IN_MARKS]).map((marks) => [...marks].sort()),
  });
  return fc.record({ world: fc.constant(world), left: label, right: label });
});

test('labels of the run time are joined and ordered like those of the checker', (t) => {
  holds(
    t,
    fc.property(arbitraryCase, ({ world, left, right }) => {
      const { space, tables } = world;
      const resolve = ({ confidentiality, integrity, region, tenant, marks }: LabelDescription) => {
        const sets = { ...(region === 'all' ? {} : { region }), ...(tenant === 'all' ? {} : { tenant }) };
        const resolved = space.resolve({ confidentiality, integrity, marks, ...sets }, space.bottom);
        if (!('label' in resolved)) throw new Error('unknown names');
        return resolved.label;
      };
      // All members by name are the same set as `all` where the names are known.
      const normal = (label: LabelDescription): LabelDescription => ({
        ...label,
        region: label.region !== 'all' && label.region.length === REGIONS.length ? 'all' : label.region,
        tenant: label.tenant !== 'all' && label.tenant.length === TENANTS.length ? 'all' : label.tenant,
        marks: [...label.marks].sort(),
      });
      const joined = space.describe(space.join(resolve(left), resolve(right)));
      const byTables = joinLabels(tables, normal(left), normal(right));
      const ordered = space.exceeds(resolve(left), resolve(right)).length === 0;
      return (
        isSameLabel(normal(joined), normal(byTables)) &&
        labelFlowsTo(tables, normal(left), normal(right)) === ordered &&
        labelFlowsTo(tables, normal(left), byTables) &&
        isSameLabel(joinLabels(tables, bottomLabel(tables), normal(left)), normal(left))
      );
    }),
    300,
  );
});

test('names that the lattice does not know are the top of a join and flow nowhere', (t) => {
  const chain = compileLevels({ chains: [['public', 'secret']] }, { axis: 'confidentiality', span: SPAN });
  if (!chain.ok) throw new Error('no lattice');
  const tables = { confidentiality: levelTableOf(chain.value), integrity: levelTableOf(chain.value) };
  const low = bottomLabel(tables);
  for (const name of ['constructor', '__proto__', 'toString', '']) {
    const odd = { ...low, confidentiality: name };
    t.is(joinLabels(tables, low, odd).confidentiality, 'secret');
    t.is(joinLabels(tables, odd, low).confidentiality, 'secret');
    t.false(labelFlowsTo(tables, odd, low));
    t.false(labelFlowsTo(tables, low, odd));
  }
});
