import test from 'ava';
import type { Composition, Expression } from '../../../model/ir.ts';
import { parseApplication, expressionText, pathText } from '../../../model/ir-text/index.ts';
import { spanAtStart } from '../../../model/span.ts';
import {
  expressionsOf,
  forEachExpression,
  forEachRegion,
  forEachStep,
  idsUsedBy,
  jumpsOf,
  pathsIn,
  stepsOf,
  targetsOf,
} from '../../../model/walk.ts';

function read(steps: string, header = ''): Composition {
  const outcome = parseApplication(`composition c on aws {\n${header}\n body {\n${steps}\n }\n}\n`, 'a.weir-ir');
  const composition = outcome.ok ? outcome.value.compositions[0] : undefined;
  if (composition === undefined) throw new Error(JSON.stringify(outcome.diagnostics));
  return composition;
}

/** One step of every kind, each expression and target with a name of its own. */
const EVERYTHING = read(
  `
  Assign: a1 := e1
  Call: a2 <- call dynamic e2 with e3 timeout dynamic e5 heartbeat dynamic e6 as e4
  Read: a3 <- read dynamic e7 key e8 timeout 5
  Write: a4 <- write store s1 key e9 value e10 as e11
  Callback: a5 <- await callback s2
  Event: a6 <- await event s3 heartbeat dynamic e12
  Timer: await timer e13
  Lower: a7 <- declassify e14 by f1 under o from secret to public
  Raise: a8 <- endorse e15 by f2 under o from _ untrusted to _ trusted
  Choose: branch {
    when e16 -> Loop
    when e17 -> Each
    otherwise -> Both
  }
  Loop: while e18 rounds dynamic e19 {
    InLoop: a9 := e20
  }
  Each: a10 <- for each item, at in e21 concurrency dynamic e22 {
    InEach: return e23
  }
  Both: a11 <- parallel {
    arm {
      InFirst: return e24
    }
    arm {
      InSecond: a12 <- race {
        arm {
          InRace: call composition other with e25
        }
      }
    }
  }
  Try: try {
    do {
      InTry: call function f3 with e27
    }
    retry any attempts dynamic e26
    catch "E" into a13 -> Strange
    catch any -> end
  }
  Strange: opaque "r" reads e28, e29 writes a14, a15
  Fail: raise e30 cause e31
  Done: return e32
`,
  'journal s4 all',
);

const numbers = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at + 1}`);

test('every expression of every kind of step is found, once and in order', (t) => {
  const found = stepsOf(EVERYTHING).flatMap((step) => expressionsOf(step).map((each) => expressionText(each, {})));
  t.deepEqual(found, numbers('e', 32));
});

test('every target of every kind of step is found, once and in order', (t) => {
  t.deepEqual(
    stepsOf(EVERYTHING).flatMap((step) => targetsOf(step).map(pathText)),
    ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'a10', 'a11', 'a12', 'a13', 'a14', 'a15'],
  );
});

test('steps come in document order, each before what it holds', (t) => {
  const seen: string[] = [];
  forEachStep(EVERYTHING.body, (step) => seen.push(step.id));
  t.deepEqual(seen.slice(9), [
    'Choose',
    'Loop',
    'InLoop',
    'Each',
    'InEach',
    'Both',
    'InFirst',
    'InSecond',
    'InRace',
    'Try',
    'InTry',
    'Strange',
    'Fail',
    'Done',
  ]);
});

test('regions come outer before inner, with what holds them', (t) => {
  const seen: string[] = [];
  forEachRegion(EVERYTHING.body, (region, place) => {
    seen.push(`${place.depth} ${place.isFrame ? 'frame' : 'block'} ${place.holder?.id ?? '-'} ${region.entry}`);
  });
  t.deepEqual(seen, [
    '0 frame - Assign',
    '1 block Loop InLoop',
    '1 frame Each InEach',
    '1 frame Both InFirst',
    '1 frame Both InSecond',
    '2 frame InSecond InRace',
    '1 block Try InTry',
  ]);
});

test('jumps are those inside the region', (t) => {
  const jumps = new Map<string, readonly (string | null)[]>(
    stepsOf(EVERYTHING).map((step) => [step.id, jumpsOf(step)]),
  );
  t.deepEqual(jumps.get('Assign'), ['Call']);
  t.deepEqual(jumps.get('Choose'), ['Loop', 'Each', 'Both']);
  t.deepEqual(jumps.get('Try'), ['Strange', 'Strange', null]);
  t.deepEqual(jumps.get('InTry'), [null]);
  t.deepEqual([jumps.get('Fail'), jumps.get('Done')], [[], []]);
});

test('ids are found wherever they stand, sorted', (t) => {
  const used: Readonly<Record<string, readonly string[]>> = { ...idsUsedBy(EVERYTHING) };
  t.deepEqual(used, {
    functions: ['f1', 'f2', 'f3'],
    compositions: ['other'],
    stores: ['s1', 's2', 's3', 's4'],
  });
});

function expressionOf(text: string): Expression {
  const [step] = stepsOf(read(`A: return ${text}`));
  if (step?.kind !== 'return') throw new Error('not a return');
  return step.value;
}

test('paths are found in every kind of expression, a part of a path as one longer path', (t) => {
  const text = '[if a.b then {x: c} else merge(d, source(e, secret, "d")), f((g.h)[0], (concat(i, 1)).j), ((k).l).m]';
  t.deepEqual(pathsIn(expressionOf(text)).map(pathText), ['a.b', 'c', 'd', 'e', 'g.h[0]', 'i', 'k.l.m']);
});

test('expressions are visited outer before inner with their depth', (t) => {
  const seen: string[] = [];
  forEachExpression(expressionOf('f({a: x}, [y])'), ({ kind }, depth) => seen.push(`${depth} ${kind}`));
  t.deepEqual(seen, ['0 apply', '1 object', '2 path', '1 array', '2 path']);
});

test('depth does not overflow the stack', (t) => {
  const span = spanAtStart('a.json');
  let expression: Expression = { kind: 'path', path: { root: 'x', segments: [] }, span };
  for (let at = 0; at < 200_000; at++) expression = { kind: 'array', items: [expression], span };
  t.is(pathsIn(expression).length, 1);
});
