import test from 'ava';
import fc from 'fast-check';
import { insideAny } from '../../../analyzer/query/index.ts';
import type { Span } from '../../../model/span.ts';

const span = (file: string, from: number, to: number): Span => ({
  file,
  start: { line: 1, column: from + 1, offset: from },
  end: { line: 1, column: to + 1, offset: to },
});

test('a span is inside another of its file that begins no later and ends no earlier', (t) => {
  const isInside = insideAny([span('a', 2, 30), span('a', 4, 6), span('b', 0, 9)]);
  t.true(isInside(span('a', 8, 30)));
  t.true(isInside(span('a', 2, 30)));
  t.false(isInside(span('a', 1, 5)));
  t.false(isInside(span('a', 8, 31)));
  t.false(isInside(span('b', 8, 10)));
  t.false(isInside(span('c', 3, 4)));
  t.false(insideAny([])(span('a', 0, 0)));
});

test('it is what looking at each of them gives', (t) => {
  const spans = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(12), fc.nat(12))
    .map(([file, from, length]) => span(file, from, from + length));
  fc.assert(
    fc.property(fc.array(spans, { maxLength: 12 }), spans, (all, asked) => {
      const expected = all.some(
        ({ file, start, end }) =>
          file === asked.file && start.offset <= asked.start.offset && asked.end.offset <= end.offset,
      );
      return insideAny(all)(asked) === expected;
    }),
    { seed: 7, numRuns: 3000 },
  );
  t.pass();
});
