import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { engineProblem, NODE_MIN } from '../../../analyzer/cli/engine.ts';

test('a Node that is too old is named, with the one that is needed', (t) => {
  for (const version of ['20.19.5', '22.19.0', '18.0.0']) t.regex(engineProblem(version) ?? '', new RegExp(version));
  t.regex(engineProblem('20.19.5') ?? '', /needs Node 22\.20 or newer/);
  for (const version of ['22.20.0', '24.0.0', '23.1.0', process.versions.node]) t.is(engineProblem(version), null);
});

test('it is the Node that the package asks for', (t) => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../../package.json'), 'utf8');
  const { engines } = JSON.parse(text) as { readonly engines: { readonly node: string } };
  t.is(engines.node, `>=${NODE_MIN.major}.${NODE_MIN.minor}.0`);
});
