import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { runOpa } from '../../../../policies/authoring/opa.ts';
import { mutantsOf } from '../../../tools/mutate-policies.ts';
import { opaOfTests, temporaryFolder } from '../authoring/temporary.ts';

const MODULE = `package example

default allow := false

table := {"a": 1}

allow if {
	some name in input.names
	known := table[name]
	known > 0
	every other in input.others {
		other != name
	}
}

small(value) if value < 3

else if value == 7
`;

test('a module is changed in every condition and every rule, and in nothing else', async (t) => {
  const folder = temporaryFolder(t, { 'p.rego': MODULE });
  const args = ['parse', '--format', 'json', '--json-include', 'locations', 'p.rego'];
  const { code, stdout } = await runOpa(opaOfTests(), args, { cwd: folder, timeoutMs: 60_000 });
  t.is(code, 0);
  const source = readFileSync(path.join(folder, 'p.rego'), 'utf8');
  const mutants = mutantsOf('p.rego', source, JSON.parse(stdout));
  const described = mutants.map(({ row, kind, text }) => `${row} ${kind}: ${text.split('\n')[0] ?? ''}`);
  t.deepEqual(described, [
    '8 without the rule: some name in input.names',
    '10 without the condition: known > 0',
    '11 without the condition: every other in input.others {',
    '12 without the condition: other != name',
    '16 without the condition: value < 3',
    '16 without the rule: value < 3',
    '18 without the condition: value == 7',
    '18 without the rule: value == 7',
  ]);
});
