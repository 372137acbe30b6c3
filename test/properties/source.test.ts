import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import {
  parseDocument,
  parseEmbedded,
  toJson,
  type DataNode,
  type ParsedDocument,
  type ScalarNode,
} from '../../analyzer/source/index.ts';
import { decodeWritten } from '../../analyzer/source/written.ts';
import type { Span } from '../../model/span.ts';

const SEED = 20_260_611;
const CORPUS = path.join(
  process.env['WEIR_CORPUS'] ?? path.resolve(import.meta.dirname, '../../../shared/corpus'),
  'cloud',
);

function* nodesOf(root: DataNode): Generator<DataNode> {
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    if (node.kind === 'list') stack.push(...node.items);
    if (node.kind === 'map') stack.push(...node.entries.map((entry) => entry.value));
  }
}

function isInside({ start, end }: Span, text: string): boolean {
  const placed = [start, end].every(({ line, column, offset }) => {
    const breaks = [...text.matchAll(/\r\n|\n|\r/g)].filter((found) => found.index + found[0].length <= offset);
    const last = breaks.at(-1);
    return line === breaks.length + 1 && column === offset - (last === undefined ? 0 : last.index + last[0].length) + 1;
  });
  return placed && start.offset >= 0 && start.offset <= end.offset && end.offset <= text.length;
}

function spansOf(document: ParsedDocument): Span[] {
  const inNodes = document.roots.flatMap((root) =>
    [...nodesOf(root)].flatMap((node) => [node.span, ...keySpans(node)]),
  );
  return [
    ...inNodes,
    ...document.comments.map((comment) => comment.span),
    ...document.diagnostics.map(({ span }) => span),
  ];
}

const keySpans = (node: DataNode): Span[] => (node.kind === 'map' ? node.entries.map((entry) => entry.keySpan) : []);

const PATHS = ['a.json', 'a.json5', 'a.yaml'];
const fragment = fc.constantFrom(
  '{', '}', '[', ']', ':', ',', '"', "'", '\\', '\n', '\r\n', '\r', '  ', '\t', '- ', '? ', '|', '>', '|2-', '#', ' # ', '&a ', '*a', '<<: ', '!Sub ', '!GetAtt ', '---\n', '...\n',
  '%YAML 1.2\n', '${X}', '\ufeff', '\u2028', 'a', 'b: ', '"k": ', '0x1F', '1e5', 'null', '//', '/*', '*/', '\\u0041', '\ud83d', '\0',
); // prettier-ignore
const soup = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(''));
const SEEDS = [
  '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
  'Resources:\n  M: &m\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Sub |\n        {"StartAt": "${A}"}\n  N: *m\n',
];
const mutated = fc.tuple(fc.constantFrom(...SEEDS), fc.array(fc.tuple(fc.nat(200), fc.nat(5), fragment), { maxLength: 5 })).map(([seed, edits]) =>
  edits.reduce((text, [at, drop, insert]) => text.slice(0, at) + insert + text.slice(at + drop), seed),
); // prettier-ignore
const anyText = fc.oneof(soup, mutated, fc.string({ unit: 'binary', maxLength: 60 }));

test('parsing never throws and every span lies in the file', (t) => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(...PATHS), (text, file) => {
      const document = parseDocument({ path: file, text });
      const body = text.startsWith('\ufeff') ? text.slice(1) : text;
      return spansOf(document).every((span) => span.file === file && isInside(span, body));
    }),
    { seed: SEED, numRuns: 3000, verbose: true },
  );
  t.pass();
});

test('embedded text never throws and asks only for places inside it', (t) => {
  fc.assert(
    fc.property(anyText, (text) => {
      const file = parseDocument({ path: 'outer.json', text: JSON.stringify(text) }).roots[0];
      if (file?.kind !== 'scalar') return false;
      parseEmbedded(text, (from, to) => {
        if (from < 0 || to < from || to > Math.max(1, text.length))
          throw new RangeError(`${from}-${to} of ${text.length}`);
        return file.spanOf(from, to);
      });
      return true;
    }),
    { seed: SEED, numRuns: 2000, verbose: true },
  );
  t.pass();
});

test('JSON reads as JSON.parse reads it, whatever the layout', (t) => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 2, '\t'), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent);
      return PATHS.every((file) => {
        const [root] = parseDocument({ path: file, text }).roots;
        return root !== undefined && isDeepStrictEqual(toJson(root), JSON.parse(text));
      });
    }),
    { seed: SEED, numRuns: 1000, verbose: true },
  );
  t.pass();
});

/** Whether the text at the span of each part reads as that part. Parts that folding breaks are several lines and are left to the unit tests. */
function isPlacedRight(node: ScalarNode, text: string): boolean {
  if (typeof node.value !== 'string') return true;
  const { value } = node;
  return [...value.matchAll(/[\p{L}\p{N}_${}.:/]+/gu)].every((found) => {
    const span = node.spanOf(found.index, found.index + found[0].length);
    const written = text.slice(span.start.offset, span.end.offset);
    if (written === found[0]) return true;
    const styles = ['json', 'double', 'single'] as const;
    return styles.some((style) => decodeWritten(written, style)?.value === found[0]);
  });
}

const scalarText = fc.array(fc.oneof(fc.constantFrom('word', '${Name}', '"', "'", '\\', '\n', '\n\n', '  ', 'é', '\t', '😀', ': ', '# '), fc.string({ maxLength: 3 })), { maxLength: 12 }).map((parts) => parts.join('')); // prettier-ignore

test('parts of a JSON string are placed where they are written', (t) => {
  fc.assert(
    fc.property(scalarText, (value) => {
      const text = JSON.stringify({ value });
      const [root] = parseDocument({ path: 'a.json', text }).roots;
      return (
        root !== undefined && [...nodesOf(root)].every((node) => node.kind !== 'scalar' || isPlacedRight(node, text))
      );
    }),
    { seed: SEED, numRuns: 2000, verbose: true },
  );
  t.pass();
});

test('the corpus: no error without a diagnostic, JSON as JSON.parse, every word where it is written', (t) => {
  if (!existsSync(CORPUS)) {
    t.log(`skipped: no corpus at ${CORPUS}; set WEIR_CORPUS to its directory`);
    t.pass();
    return;
  }
  const files = globSync('**/*.{json,json5,yaml,yml,template}', { cwd: CORPUS }).sort();
  t.true(files.length > 1000);
  const misplaced: string[] = [];
  const different: string[] = [];
  const silent: string[] = [];
  for (const file of files) {
    const text = readFileSync(path.join(CORPUS, file), 'utf8').replace(/^\ufeff/, '');
    const document = parseDocument({ path: file, text });
    if (document.roots.length === 0 && document.diagnostics.length === 0 && text.trim() !== '') silent.push(file);
    const scalars = document.roots.flatMap((root) => [...nodesOf(root)].filter((node) => node.kind === 'scalar'));
    if (!scalars.every((node) => isPlacedRight(node, text))) misplaced.push(file);
    const [root] = document.roots;
    const expected = file.endsWith('.json') ? readJson(text) : undefined;
    if (expected !== undefined && !(root !== undefined && isDeepStrictEqual(toJson(root), expected)))
      different.push(file);
  }
  t.deepEqual({ misplaced, different, silent }, { misplaced: [], different: [], silent: [] });
});

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
