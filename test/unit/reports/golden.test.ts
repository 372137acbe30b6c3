import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { REPORTERS, renderDot, renderMermaid, renderSvg, type FormatName } from '../../../reports/index.ts';
import { DISPENSE_GRAPH } from './sample-parts.ts';
import { CLEAN, EMPTY, FULL, SAMPLES } from './sample-result.ts';

const GOLDEN = path.resolve(import.meta.dirname, '../../golden/reports');
/** Set to write the golden files anew; read the difference before you commit it. */
const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

const ENDINGS: Readonly<Record<FormatName, string>> = {
  pretty: 'txt',
  json: 'json',
  jsonl: 'jsonl',
  sarif: 'sarif',
  junit: 'xml',
  github: 'txt',
  gitlab: 'json',
  markdown: 'md',
  html: 'html',
};

const isFormat = (name: string): name is FormatName => name in ENDINGS;
const FORMATS = Object.keys(ENDINGS).filter(isFormat);

const golden = test.macro({
  exec(t, file: string, actual: string) {
    const name = path.join(GOLDEN, file);
    if (isUpdating) writeFileSync(name, actual);
    t.is(actual, readFileSync(name, 'utf8'));
  },
  title: (_, file: string) => `the report is as in golden/reports/${file}`,
});

for (const format of FORMATS) {
  for (const [name, result] of Object.entries(SAMPLES)) {
    const report = REPORTERS[format].render(result, { color: false, width: 100 });
    test(golden, `${name}.${format}.${ENDINGS[format]}`, report);
  }
}

test(golden, 'full.pretty-color-60.txt', REPORTERS.pretty.render(FULL, { color: true, width: 60 }));
test(golden, 'dispense.dot', renderDot(DISPENSE_GRAPH));
test(golden, 'dispense.mmd', renderMermaid(DISPENSE_GRAPH));
test(
  golden,
  'dispense.svg',
  renderSvg(DISPENSE_GRAPH, {
    id: 'g',
    hops: new Map([['/Publish', [2, 5]]]),
    link: () => null,
    standalone: true,
  }),
);

test('a second rendering has the same bytes', (t) => {
  const copy = structuredClone(FULL);
  for (const format of FORMATS) {
    const options = { color: true, width: 80 };
    t.is(REPORTERS[format].render(copy, options), REPORTERS[format].render(FULL, options), format);
  }
});

test('a report never says that nothing is wrong without saying what was looked at', (t) => {
  for (const format of FORMATS) {
    t.regex(REPORTERS[format].render(CLEAN, { color: false, width: 100 }), /unitsRefused|0 refused/, format);
    t.regex(
      REPORTERS[format].render(EMPTY, { color: false, width: 100 }),
      /"configuration":\s*null|no configuration/,
      format,
    );
  }
});

test('an incomplete run is said to be incomplete', (t) => {
  for (const format of FORMATS) {
    t.regex(REPORTERS[format].render(FULL, { color: false, width: 100 }), /incomplete/i, format);
  }
});
