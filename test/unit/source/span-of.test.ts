import test from 'ava';
import { parseDocument, valueAt } from '../../../analyzer/source/index.ts';

/** Where each listed part of the value of `a` is written. */
const placed = test.macro({
  exec(t, lines: readonly string[], value: string, parts: Readonly<Record<string, string>>) {
    for (const lineBreak of ['\n', '\r\n']) {
      const text = lines.join(lineBreak);
      const node = valueAt(parseDocument({ path: 'a.yaml', text }).roots[0], 'a');
      t.is(node?.kind, 'scalar');
      if (node?.kind !== 'scalar') return;
      t.is(node.value, value);
      for (const [part, expected] of Object.entries(parts)) {
        const from = value.indexOf(part);
        const span = node.spanOf(from, from + part.length);
        t.is(text.slice(span.start.offset, span.end.offset), expected.replaceAll('\n', lineBreak), part);
        t.is(
          text
            .split(lineBreak)
            [span.start.line - 1]?.slice(span.start.column - 1)
            .charAt(0),
          expected.charAt(0),
          part,
        );
      }
    }
  },
  title: (name = '') => `places parts of ${name}`,
});

test('a plain scalar', placed, ['a: one two'], 'one two', { two: 'two' });
test('a folded plain scalar', placed, ['a: one', '   two  ', '', '   three', ''], 'one two\nthree', {
  two: 'two', three: 'three', 'one two': 'one\n   two',
}); // prettier-ignore
test('a single-quoted scalar', placed, ["a: 'it''s ${X}", "  here'"], "it's ${X} here", {
  "it's": "it''s", '${X}': '${X}', here: 'here',
}); // prettier-ignore
test('a double-quoted scalar', placed, ['a: "x\\n\\x41\\u00e9 \\', '  ${Y}', '  end\\tz"'], 'x\nAé ${Y} end\tz', {
  A: '\\x41', é: '\\u00e9', '${Y}': '${Y}', 'end\tz': 'end\\tz',
}); // prettier-ignore
test('a literal block', placed, ['a: |', '    {', '      "k": "${V}"', '', '    }', 'b: 1'], '{\n  "k": "${V}"\n\n}\n', {
  '${V}': '${V}', '  "k"': '  "k"', '}\n': '}\n', '{\n  "k"': '{\n      "k"',
}); // prettier-ignore
test(
  'a literal block with indentation indicator',
  placed,
  ['  a: |2', '      deep', '    less', ''],
  '  deep\nless\n',
  { deep: 'deep', less: 'less', '  deep': '  deep' },
);
test('a stripped literal block', placed, ['a: |-  # why', '  one', '  two', '', ''], 'one\ntwo', {
  one: 'one',
  two: 'two',
});
test('a kept literal block', placed, ['a: |+', '  one', '', '', 'b: 1'], 'one\n\n\n', { one: 'one' });
test('a folded block', placed, ['a: >', '  one', '  two', '', '  three', '    more', '  four', ''], 'one two\n\nthree\n  more\nfour\n'.replace('\n\n', '\n'), {
  two: 'two', three: 'three', '  more': '  more', four: 'four',
}); // prettier-ignore
test('a stripped folded block', placed, ['a: >-', '', '  one', '  two', ''], '\none two', { one: 'one', two: 'two' });

test('a range outside the value falls back to the whole scalar', (t) => {
  const node = valueAt(parseDocument({ path: 'a.yaml', text: 'a: one' }).roots[0], 'a');
  t.is(node?.kind === 'scalar' ? node.spanOf(2, 9) : null, node?.span ?? null);
  t.is(node?.kind === 'scalar' ? node.spanOf(9, 12) : null, node?.span ?? null);
});
