import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test, { type ExecutionContext } from 'ava';
import formats from 'ajv-formats';
import { REPORTERS, renderSvg } from '../../../reports/index.ts';
import { cutWords } from '../../../reports/common/columns.ts';
import { levelCodes } from '../../../reports/graph/codes.ts';
import { layOut, LAYERED_SIZE_MAX } from '../../../reports/graph/layout.ts';
import type { CompositionGraph } from '../../../model/result.ts';
import { Repository } from '../cli/run.ts';
import { DISPENSE_GRAPH } from './sample-parts.ts';
import { EMPTY, FULL, SAMPLES } from './sample-result.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const plain = { color: false, width: 100 };
const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** The standard's schema is draft 04, which differs from draft 07 in nothing it uses but the name of `id`. */
function sarifSchema(): object {
  const text = readFileSync(path.join(ROOT, 'test/fixtures/reports/sarif-2.1.0-rtm.5.json'), 'utf8');
  const { $schema, id, ...rest } = JSON.parse(text) as Record<string, unknown>;
  if ($schema !== 'http://json-schema.org/draft-04/schema#' || typeof id !== 'string')
    throw new Error('not the schema');
  return rest;
}

function checker(schema: object, draft: 'draft-07' | '2020-12'): (t: ExecutionContext, value: unknown) => void {
  const options = { allErrors: true, strict: draft === '2020-12', unicodeRegExp: draft === '2020-12' };
  const ajv = draft === '2020-12' ? new Ajv2020(options) : new Ajv(options);
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (t, value) => {
    t.true(validate(value), ajv.errorsText(validate.errors?.slice(0, 5)));
  };
}

const checkSarif = checker(sarifSchema(), 'draft-07');
const checkResult = checker(readJson(path.join(ROOT, 'reports/json/result.schema.json')) as object, '2020-12');

for (const [name, result] of Object.entries(SAMPLES)) {
  test(`SARIF of the ${name} sample is valid by the standard's schema`, (t) => {
    checkSarif(t, JSON.parse(REPORTERS.sarif.render(result, plain)));
  });
  test(`the result document of the ${name} sample is valid by its schema`, (t) => {
    checkResult(t, JSON.parse(REPORTERS.json.render(result, plain)));
  });
}

test('the schema of the result document refuses what is misspelt, missing or unknown', (t) => {
  const schema = new Ajv2020({ strict: true });
  formats.default(schema);
  const validate = schema.compile(readJson(path.join(ROOT, 'reports/json/result.schema.json')) as object);
  const { status, ...missing } = FULL;
  t.is(status, 'incomplete');
  t.false(validate(missing));
  t.false(validate({ ...EMPTY, status: 'completed' }));
  t.false(validate({ ...EMPTY, startedAt: 'now' }));
  t.false(validate({ ...FULL, findings: FULL.findings.map((finding) => ({ ...finding, fingerprint: 'short' })) }));
});

test('a real run writes valid SARIF and a valid result document, whose bytes do not change', (t) => {
  const example = path.join(ROOT, 'test/examples/photo-orders');
  const files = ['template.yaml', 'workflows/order.asl.json'];
  const repository = new Repository(
    t,
    Object.fromEntries(files.map((file) => [file, readFileSync(path.join(example, file), 'utf8')])),
  );
  const run = (): readonly string[] => {
    const ended = repository.weir(['check', '.', '--format', 'json=out.json', '--format', 'sarif=out.sarif']);
    t.is(ended.code, 1, ended.err);
    return [repository.read('out.json'), repository.read('out.sarif')];
  };
  const [json = '', sarif = ''] = run();
  checkResult(t, JSON.parse(json));
  checkSarif(t, JSON.parse(sarif));
  t.regex(json, /"WEIR-TOKEN-001"/);
  t.deepEqual(run(), [json, sarif]);
});

test('one JSON object per line, the summary last', (t) => {
  const lines = REPORTERS.jsonl.render(FULL, plain).trimEnd().split('\n');
  const types = lines.map((line) => (JSON.parse(line) as { readonly type: string }).type);
  const expected = [...FULL.diagnostics.map(() => 'diagnostic'), ...FULL.findings.map(() => 'finding'), 'summary'];
  t.deepEqual(types, expected);
});

test('no line of the texts for terminals, logs and CI runs holds a control character or starts a command of another', (t) => {
  for (const format of ['pretty', 'github', 'junit', 'markdown', 'html'] as const) {
    const text = REPORTERS[format].render(FULL, plain);
    t.notRegex(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/, format);
    t.notRegex(text, /^\s*::error::owned/m, format);
    if (format !== 'pretty' && format !== 'github') t.notRegex(text, /<script/i, format);
    if (format === 'markdown') t.notRegex(text, /@everyone/);
  }
});

test('suppressed and unchanged findings fail nothing and are annotated nowhere, but are in the documents', (t) => {
  // The one is about IsMinor, the other starts on line 7.
  const annotations = REPORTERS.github.render(FULL, plain);
  t.regex(annotations, /line=9,/);
  t.notRegex(annotations, /line=[57],/);
  const comment = REPORTERS.markdown.render(FULL, plain);
  t.regex(comment, /^\*\*Publish\*\* · /m);
  t.notRegex(comment, /^\*\*(?:IsMinor|AskParent)\*\* · /m);
  const log = JSON.parse(REPORTERS.sarif.render(FULL, plain)) as {
    readonly runs: readonly {
      readonly results: readonly { readonly suppressions: readonly unknown[]; readonly baselineState: string }[];
    }[];
  };
  const results = log.runs[0]?.results ?? [];
  t.is(results.length, FULL.findings.length);
  t.is(results.filter((result) => result.suppressions.length > 0).length, 1);
  t.is(results.filter((result) => result.baselineState === 'unchanged').length, 1);
});

function chain(length: number): CompositionGraph {
  const [first] = DISPENSE_GRAPH.nodes;
  if (first === undefined) throw new Error('the sample has nodes');
  const ids = Array.from({ length }, (_, at) => `/State${at}`);
  return {
    ...DISPENSE_GRAPH,
    nodes: ids.map((id) => ({ ...first, id, name: id.slice(1) })),
    edges: ids.slice(1).map((to, at) => ({ from: ids[at] ?? '', to, text: `when ${at}`, kind: 'branch' as const })),
  };
}

test('a graph of 1,000 states is drawn whole, in rows', (t) => {
  const graph = chain(1_000);
  t.true(graph.nodes.length > LAYERED_SIZE_MAX);
  const layout = layOut(graph);
  t.is(layout.nodes.length, 1_000);
  t.is(layout.edges.length, 999);
  t.true(layout.width < 2_000, `${layout.width} pixels wide`);
  t.true(layout.height < 20_000, `${layout.height} pixels high`);
  const svg = renderSvg(graph, { id: 'g', hops: new Map(), link: () => null, standalone: true });
  t.true(svg.length < 2_000_000, `${svg.length} characters`);
});

test('the largest graph in layers keeps every node and edge text inside the drawing and apart', (t) => {
  for (const graph of [chain(LAYERED_SIZE_MAX / 2), DISPENSE_GRAPH]) {
    const { nodes, edges, width, height } = layOut(graph);
    t.is(nodes.length, graph.nodes.length);
    t.is(edges.length, graph.edges.length);
    for (const placed of nodes) {
      t.true(placed.x >= 0 && placed.y >= 0, placed.node.name);
      t.true(placed.x + placed.width <= width && placed.y + placed.height <= height, placed.node.name);
    }
    const leaves = nodes.filter((placed) => !placed.node.isGroup);
    for (const { label, edge } of edges.filter((placed) => placed.edge.text !== '')) {
      t.true(label.x > 0 && label.x < width && label.y > 0 && label.y < height, edge.text);
      const covers = leaves.find(
        (box) => label.x > box.x && label.x < box.x + box.width && label.y > box.y && label.y < box.y + box.height,
      );
      t.is(covers?.node.name, undefined, `${edge.text} lies under a node`);
    }
  }
});

test('levels with the same initial have signs of their own', (t) => {
  const [first] = DISPENSE_GRAPH.nodes;
  if (first === undefined) throw new Error('the sample has nodes');
  const levels = ['public', 'personal', 'patient', 'secret'];
  const nodes = levels.map((confidentiality, at) => ({
    ...first,
    label: { ...first.label, confidentiality },
    confidentialityRank: at / (levels.length - 1),
  }));
  const signs = [...levelCodes(nodes).confidentiality].map(([name, { letters }]) => [name, letters]);
  t.deepEqual(signs, [
    ['public', 'Pu'],
    ['personal', 'Pe'],
    ['patient', 'Pa'],
    ['secret', 'S'],
  ]);
});

test('a condition is cut between words, one long word where it must be', (t) => {
  t.is(cutWords('$.age < 18 and $.consent', 24), '$.age < 18 and $.consent');
  t.is(cutWords('$.age < 18 and $.consent', 20), '$.age < 18 and …');
  t.is(cutWords('$.aVeryLongNameOfAField', 10), '$.aVeryLo…');
  const full = DISPENSE_GRAPH.edges.map(({ text }) => text).find((text) => text.length > 40) ?? '';
  t.regex(full, /is not present$/);
  const page = REPORTERS.html.render(FULL, plain);
  t.true(page.includes(`<title>${full.replace('<', '&lt;')}</title>`), 'it is the tooltip');
  t.true(page.includes(`<code>${full.replace('<', '&lt;')}</code>`), 'it is in the list below the drawing');
});

test('an edge of a group ends at the border of the group', (t) => {
  const { nodes, edges } = layOut(DISPENSE_GRAPH);
  const group = nodes.find((placed) => placed.node.id === '/Both');
  if (group === undefined) return t.fail('the group is drawn');
  const isInside = ({ x, y }: { x: number; y: number }): boolean =>
    x > group.x + 0.01 && x < group.x + group.width - 0.01 && y > group.y + 0.01 && y < group.y + group.height - 0.01;
  const own = edges.filter(({ edge }) => edge.from === '/Both' || edge.to === '/Both');
  t.is(own.length, 4);
  for (const { edge, points } of own) {
    t.false(points.some(isInside), `${edge.from} to ${edge.to}`);
    const [last, before] = points.toReversed();
    t.true((last?.y ?? 0) - (before?.y ?? 0) > 1, 'the arrow comes from above');
  }
});
