import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {
  isJsonata,
  lowerIntrinsic,
  lowerJsonata,
  lowerJsonPath,
  type Selection,
  type SelectionScope,
} from '../../../analyzer/expressions/index.ts';
import { parseDocument, type DataNode, type ScalarNode } from '../../../analyzer/source/index.ts';
import { SCOPE } from './nodes.ts';

const CORPUS = path.join(
  process.env['WEIR_CORPUS'] ?? path.resolve(import.meta.dirname, '../../../../shared/corpus'),
  'cloud',
);
const KINDS = /^(?:asl|cfn-statemachine|sls-stepfunctions)/;

/** Every variable is taken to be assigned somewhere. */
const OPEN_SCOPE: SelectionScope = { ...SCOPE, variable: (name) => `variable ${name}` };

function scalarsOf(root: DataNode): readonly ScalarNode[] {
  const found: ScalarNode[] = [];
  const open: DataNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === 'scalar') found.push(node);
    else if (node.kind === 'list') open.push(...node.items);
    else open.push(...node.entries.map((entry) => entry.value));
  }
  return found;
}

function lowerText(
  text: string,
  node: ScalarNode,
): { readonly language: string; readonly selection: Selection } | null {
  if (isJsonata(text)) return { language: 'JSONata', selection: lowerJsonata(node, OPEN_SCOPE) };
  if (/^States\.[A-Za-z0-9]+\(/.test(text))
    return { language: 'intrinsic', selection: lowerIntrinsic(node, OPEN_SCOPE) };
  if (/^\$(?:$|[.[$])/.test(text)) return { language: 'JSONPath', selection: lowerJsonPath(node, OPEN_SCOPE) };
  return null;
}

test('the corpus: every selection is lowered, and those that are refused are few', (t) => {
  if (!existsSync(CORPUS)) {
    t.log(`skipped: no corpus at ${CORPUS}; set WEIR_CORPUS to its directory`);
    t.pass();
    return;
  }
  const [header = '', ...rows] = readFileSync(path.join(CORPUS, 'manifest.csv'), 'utf8').trim().split('\n');
  const kind = header.split(',').indexOf('kind');
  const counts: Record<string, { exact: number; approximated: number; refused: number }> = {};
  const refused: string[] = [];
  const features: Record<string, number> = {};
  const outside: string[] = [];
  for (const fields of rows.map((row) => row.split(','))) {
    if (!KINDS.test(fields[kind] ?? '')) continue;
    const file = fields[0] ?? '';
    const { roots } = parseDocument({ path: file, text: readFileSync(path.join(CORPUS, file), 'utf8') });
    for (const node of roots.flatMap(scalarsOf)) {
      const lowered = typeof node.value === 'string' ? lowerText(node.value, node) : null;
      if (lowered === null) continue;
      const { language, selection } = lowered;
      const isRefused = selection.notes.some((note) => note.support === 'refused') || selection.diagnostics.length > 0;
      const row = (counts[language] ??= { exact: 0, approximated: 0, refused: 0 });
      row[isRefused ? 'refused' : selection.notes.length > 0 ? 'approximated' : 'exact'] += 1;
      for (const note of selection.notes) features[note.feature] = (features[note.feature] ?? 0) + 1;
      if (isRefused) refused.push(`${selection.diagnostics[0]?.code ?? ''} ${String(node.value).slice(0, 100)}`);
      for (const { span } of [...selection.notes, ...selection.diagnostics, selection.expression]) {
        const isInside = span.start.offset >= node.span.start.offset && span.end.offset <= node.span.end.offset;
        if (!isInside || span.end.offset < span.start.offset) outside.push(`${file}: ${String(node.value)}`);
      }
    }
  }
  t.log(counts);
  t.log(features);
  t.log([...new Set(refused)].sort().join('\n'));
  t.deepEqual(outside, []);
  const total = Object.values(counts).reduce((sum, row) => sum + row.exact + row.approximated + row.refused, 0);
  t.true(total > 1_000, 'the corpus has selections');
  t.true(refused.length < total / 20);
});
