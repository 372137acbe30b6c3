import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import type { LevelsDeclaration } from '../../model/label.ts';
import { compileLabelSpace } from '../../model/label-space.ts';
import { compileLevels } from '../../model/lattice.ts';
import { hasLevel } from '../../model/level-set.ts';
import { spanAtStart } from '../../model/span.ts';
import { arbitraryLattice, arbitraryOrder, arbitraryRelation } from './arbitrary-order.ts';
import { extremes, isNaiveLattice, naiveJoin, naiveMeet, naiveOrder, pairsOf, type NaiveOrder } from './naive-order.ts';
import { holds } from './property.ts';

const SPAN = spanAtStart('weir.yaml');
const CONTEXT = { axis: 'confidentiality', span: SPAN };
/** A completion by cuts never has more levels than an order of seven has subsets. */
const COMPLETION_MAX = 128;

const declarationOf = (order: NaiveOrder): LevelsDeclaration =>
  order.names.length === 1 ? { chains: [order.names] } : { covers: order.pairs };

/** Compares every operation on one axis with the reference, and checks the laws of a lattice on all triples. */
function checkAgainstReference(t: ExecutionContext, order: NaiveOrder): void {
  const outcome = compileLabelSpace(
    { confidentiality: declarationOf(order), integrity: { chains: [['one']] }, regions: [], tenants: [], required: [] },
    SPAN,
  );
  if (!outcome.ok) return void t.fail(outcome.diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
  const space = outcome.value;
  const labels = order.names.map((confidentiality) => {
    const resolved = space.resolve({ confidentiality }, space.bottom);
    if (!('label' in resolved)) throw new Error(`${confidentiality} is not known`);
    return { name: confidentiality, label: resolved.label };
  });
  const nameOf = (label: Parameters<typeof space.describe>[0]): string => space.describe(label).confidentiality;
  for (const a of labels) {
    if (nameOf(a.label) !== a.name) t.fail(`${a.name} is described as ${nameOf(a.label)}`);
    for (const b of labels) {
      const join = space.join(a.label, b.label);
      const meet = space.meet(a.label, b.label);
      const where = `${a.name}, ${b.name} in ${JSON.stringify(order.pairs)}`;
      if (nameOf(join) !== naiveJoin(order, a.name, b.name)) t.fail(`join of ${where}`);
      if (nameOf(meet) !== naiveMeet(order, a.name, b.name)) t.fail(`meet of ${where}`);
      if (space.flowsTo(a.label, b.label) !== order.isBelow(a.name, b.name)) t.fail(`order of ${where}`);
      if (space.join(b.label, a.label) !== join || space.meet(b.label, a.label) !== meet) t.fail(`commutes: ${where}`);
      if (space.join(a.label, meet) !== a.label || space.meet(a.label, join) !== a.label) t.fail(`absorbs: ${where}`);
      for (const c of labels) {
        const isJoinAssociative = space.join(join, c.label) === space.join(a.label, space.join(b.label, c.label));
        const isMeetAssociative = space.meet(meet, c.label) === space.meet(a.label, space.meet(b.label, c.label));
        if (!isJoinAssociative || !isMeetAssociative) t.fail(`associates: ${where}, ${c.name}`);
      }
    }
  }
}

test('join, meet and order agree with a naive implementation on random lattices', (t) => {
  holds(
    t,
    fc.property(arbitraryLattice('n'), (order) => {
      checkAgainstReference(t, order);
    }),
    200,
  );
});

const fixedLattices: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'M3, three atoms side by side': [
    ['a', '0'],
    ['b', '0'],
    ['c', '0'],
    ['1', 'a'],
    ['1', 'b'],
    ['1', 'c'],
  ],
  'N5, the pentagon': [
    ['a', '0'],
    ['b', 'a'],
    ['1', 'b'],
    ['c', '0'],
    ['1', 'c'],
  ],
  'the diamond of two questions': [
    ['a', '0'],
    ['b', '0'],
    ['1', 'a'],
    ['1', 'b'],
  ],
  'the cube of three compartments': [
    ['x', '0'],
    ['y', '0'],
    ['z', '0'],
    ['xy', 'x'],
    ['xy', 'y'],
    ['xz', 'x'],
    ['xz', 'z'],
    ['yz', 'y'],
    ['yz', 'z'],
    ['xyz', 'xy'],
    ['xyz', 'xz'],
    ['xyz', 'yz'],
  ],
};

for (const [title, pairs] of Object.entries(fixedLattices)) {
  test(`the reference agrees on ${title}`, (t) => {
    const order = naiveOrder([...new Set(pairs.flat())], pairs);
    t.true(isNaiveLattice(order));
    checkAgainstReference(t, order);
  });
}

/** The names in backticks of a text, in order. */
const namesIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

/** Checks by brute force what a refusal says about an order that is no lattice. */
function checkRefusal(
  order: NaiveOrder,
  problem: { readonly code: string; readonly message: string; readonly help: string },
): void {
  const [a = '', b = '', ...bounds] = namesIn(problem.message);
  const expect = (isSo: boolean): void => {
    if (!isSo) throw new Error(`not so: ${problem.message} (${problem.help}) in ${JSON.stringify(order.pairs)}`);
  };
  expect(order.names.includes(a) && order.names.includes(b) && a !== b);
  if (problem.code === 'LAT006') {
    expect(order.lowerBounds([a, b]).length === 0);
    expect(sameNames(namesIn(problem.help), extremes(order, order.names, 'minimal')));
  } else if (problem.code === 'LAT008') {
    expect(order.upperBounds([a, b]).length === 0);
    expect(sameNames(namesIn(problem.help), extremes(order, order.names, 'maximal')));
  } else {
    expect(problem.code === 'LAT005' && naiveJoin(order, a, b) === null && bounds.length > 1);
    expect(sameNames(bounds, extremes(order, order.upperBounds([a, b]), 'minimal')));
    const [above, below] = problem.help.split(' and below ');
    expect(sameNames(namesIn(below ?? ''), bounds));
    expect(sameNames(namesIn(above ?? ''), extremes(order, order.lowerBounds(bounds), 'maximal')));
  }
}

const sameNames = (left: readonly string[], right: readonly string[]): boolean =>
  left.toSorted().join() === right.toSorted().join();

test('what is no lattice is refused, and the pair and place that are named are right', (t) => {
  let refused = 0;
  holds(
    t,
    fc.property(arbitraryOrder(), (order) => {
      const outcome = compileLevels(declarationOf(order), CONTEXT);
      if (outcome.ok !== isNaiveLattice(order)) throw new Error(`accepted: ${outcome.ok}`);
      if (outcome.ok) return;
      refused += 1;
      for (const problem of outcome.diagnostics) checkRefusal(order, problem);
    }),
    500,
  );
  t.true(refused > 100);
});

test('adding the levels that refusals ask for ends in a lattice', (t) => {
  const complete = (order: NaiveOrder, added: number): NaiveOrder => {
    const outcome = compileLevels(declarationOf(order), CONTEXT);
    const help = outcome.diagnostics[0]?.help ?? '';
    if (outcome.ok) return order;
    if (added > COMPLETION_MAX) throw new Error('does not end');
    const [above = '', below = ''] = help.includes('above') ? help.split(' and below ') : ['', help];
    const name = `new${added}`;
    const pairs: (readonly [string, string])[] = [
      ...order.pairs,
      ...namesIn(above).map((lower): [string, string] => [name, lower]),
      ...namesIn(below).map((higher): [string, string] => [higher, name]),
    ];
    return complete(naiveOrder([...order.names, name], pairs), added + 1);
  };
  holds(
    t,
    fc.property(arbitraryOrder(), (order) => {
      const mended = complete(order, 0);
      const keepsOrder = pairsOf(order.names).every(([a, b]) => order.isBelow(a, b) === mended.isBelow(a, b));
      if (!isNaiveLattice(mended) || !keepsOrder) throw new Error(JSON.stringify(mended.pairs));
    }),
    200,
  );
});

test('a cycle is refused, and every relation of the named one was declared', (t) => {
  let cyclic = 0;
  holds(
    t,
    fc.property(arbitraryRelation(), (pairs) => {
      const names = [...new Set(pairs.flat())];
      const order = naiveOrder(names, pairs);
      const isCyclic = pairs.some(([high, low]) => order.isBelow(high, low));
      const outcome = compileLevels({ covers: pairs }, CONTEXT);
      const problem = outcome.diagnostics.find((diagnostic) => diagnostic.code === 'LAT004');
      if ((problem !== undefined) !== isCyclic)
        throw new Error(`cyclic: ${isCyclic}, ${problem?.message ?? 'accepted'}`);
      if (problem === undefined) return;
      cyclic += 1;
      const cycle = namesIn(problem.message);
      const isClosed = cycle.length > 1 && cycle[0] === cycle.at(-1);
      const isDeclared = cycle.slice(1).every((high, at) => pairs.some(([h, l]) => h === high && l === cycle[at]));
      if (!isClosed || !isDeclared) throw new Error(problem.message);
    }),
    300,
  );
  t.true(cyclic > 50);
});

test('the numbering and the sets do not depend on how the order is listed', (t) => {
  holds(
    t,
    fc.property(
      arbitraryLattice('n').chain((order) =>
        fc.tuple(fc.constant(order), fc.shuffledSubarray([...order.pairs], { minLength: order.pairs.length })),
      ),
      ([order, shuffled]) => {
        const left = compileLevels({ covers: order.pairs }, CONTEXT);
        const right = compileLevels({ chains: shuffled.map(([high, low]) => [low, high]) }, CONTEXT);
        t.deepEqual(left, right);
        if (!left.ok) return;
        const { names, up } = left.value;
        const isExtension = names.every((_, at) =>
          names.every((__, other) => other >= at || !hasLevel(up[at] ?? { low: 0, high: 0 }, other)),
        );
        if (!isExtension) throw new Error('a lower level has a higher number');
      },
    ),
  );
});
