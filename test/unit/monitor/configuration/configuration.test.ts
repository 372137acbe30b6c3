import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { readConfiguration } from '../../../../monitor/configuration/read.ts';
import { routeOf } from '../../../../monitor/configuration/routes.ts';
import {
  CONFIGURATION_PAGE,
  CONFIGURATION_SCHEMA,
  generateConfigurationPage,
  generateConfigurationSchema,
} from '../../../tools/generate-configuration-schema.ts';
import { DATA } from '../core/world.ts';

const GOOD = `node: { id: edge-3, region: eu-1 }
stateFolder: /var/lib/weir
bundle:
  name: photo
  source: https://policies.example/photo.tar.gz
  keys:
    release-2026: { algorithm: ES256, file: keys/release.pem }
routes:
  thumbnails:
    platform: openfaas
    function: make-thumbnail
doors:
  proxies:
    - { listen: 127.0.0.1:8080, upstream: http://127.0.0.1:9000, route: thumbnails }
`;

test('a configuration is read and has defaults', (t) => {
  const read = readConfiguration('weir-monitor.yaml', GOOD);
  t.deepEqual(read.diagnostics, []);
  if (!read.ok) return;
  const route = routeOf('thumbnails', read.value.routes['thumbnails'] ?? {}, { jwt: null, lattice: DATA.lattice });
  t.like(route, { functionName: 'make-thumbnail', mode: 'enforce', deadlineMs: 25, entryLabel: 'worst' });
});

test('what an entry label leaves out is the worst of its axis', (t) => {
  const route = routeOf('a', { entryLabel: { confidentiality: 'public' } }, { jwt: null, lattice: DATA.lattice });
  t.like(route.entryLabel, { confidentiality: 'public', integrity: 'untrusted' });
});

const BAD: readonly (readonly [string, (text: string) => string, string, number])[] = [
  ['broken YAML', (text) => `${text}  - [`, 'MON001', 15],
  ['an alias', (text) => text.replace('{ id: edge-3', '&a { id: edge-3').concat('telemetry: *a\n'), 'MON001', 1],
  ['an unknown key', (text) => text.replace('platform:', 'plattform:'), 'MON002', 10],
  ['an unknown platform', (text) => text.replace('openfaas', 'openfast'), 'MON002', 10],
  ['no bundle', (text) => text.replace(/bundle:[\s\S]*?(?=routes)/, ''), 'MON002', 1],
  ['an unsigned bundle', (text) => text.replace(/ {2}keys:\n.*\n/, ''), 'MON002', 4],
  ['an algorithm that is none', (text) => text.replace('ES256', 'none'), 'MON002', 7],
  ['a route that is not there', (text) => text.replace('route: thumbnails', 'route: prints'), 'MON003', 14],
  ['a bundle in the clear', (text) => text.replace('https:', 'http:'), 'MON004', 5],
  [
    'an exception without an end',
    (text) =>
      text.replace(
        '    function: make-thumbnail',
        '    exceptions: [{ causes: [late], reason: r, approvedBy: a, until: soon }]',
      ),
    'MON004',
    11,
  ],
];

for (const [name, change, code, line] of BAD) {
  test(`${name} is ${code} at line ${line}`, (t) => {
    const read = readConfiguration('weir-monitor.yaml', change(GOOD));
    t.false(read.ok);
    t.is(read.diagnostics[0]?.code, code, read.diagnostics[0]?.message);
    t.is(read.diagnostics[0]?.span.start.line, line, read.diagnostics[0]?.message);
  });
}

test('no text makes the reader throw', (t) => {
  fc.assert(
    fc.property(fc.string(), fc.nat(GOOD.length), (noise, at) => {
      readConfiguration('weir-monitor.yaml', GOOD.slice(0, at) + noise + GOOD.slice(at));
      readConfiguration('weir-monitor.yaml', noise);
    }),
    { seed: 20261124, numRuns: 300 },
  );
  t.pass();
});

test('the schema is generated from the types', (t) => {
  t.is(readFileSync(CONFIGURATION_SCHEMA, 'utf8'), generateConfigurationSchema());
});

test('the table of the reference is generated from the types', (t) => {
  const page = readFileSync(CONFIGURATION_PAGE, 'utf8');
  t.is(page, generateConfigurationPage(page));
});
