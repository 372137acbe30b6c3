import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { IR_EXPRESSION_DEPTH_MAX, IR_REGION_DEPTH_MAX } from '../../../../model/ir-limits.ts';
import { IR_TEXT_LENGTH_MAX, parseApplication, pathText, printApplication } from '../../../../model/ir-text/index.ts';

const README = readFileSync(path.resolve(import.meta.dirname, '../../../../model/ir-text/README.md'), 'utf8');

test('the example of the README is as the printer writes it', (t) => {
  const example = /```text\n(weir-ir 1[^]*?)```/.exec(README)?.[1] ?? '';
  const outcome = parseApplication(example, 'README.md');
  t.deepEqual(outcome.diagnostics, []);
  t.is(outcome.ok ? printApplication(outcome.value) : '', example);
});

test('the words that the README lists as reserved are those written in backquotes', (t) => {
  const listed = /beginning of an expression or action \(([^)]*)\)/.exec(README.replaceAll('\n', ' '))?.[1] ?? '';
  const words = [...listed.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');
  t.is(words.length, 23);
  t.deepEqual(
    words.filter((word) => pathText({ root: word, segments: [] }) === word),
    [],
  );
});

test('the limits that the README names are those that hold', (t) => {
  t.true(
    README.includes(`Expressions nest up to ${IR_EXPRESSION_DEPTH_MAX} levels, regions up to ${IR_REGION_DEPTH_MAX}`),
  );
  t.true(README.includes(`${IR_TEXT_LENGTH_MAX / 2 ** 20} Mi characters`));
});
