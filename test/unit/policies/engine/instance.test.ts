import test from 'ava';
import { HOST_FUNCTIONS } from '../../../../policies/engine/builtins/catalogue.ts';
import { loadTemplate, PolicyInstance } from '../../../../policies/engine/instance.ts';
import { compilePolicy } from '../../../../policies/engine/module/compiled-policy.ts';
import { compileRego } from './compiled.ts';

const POLICY =
  'package p\n\nanswer := {"echo": input.text, "owner": data.owner, "joined": concat("-", [input.text, "x"])}\n';
const WASM = compileRego({ 'p.rego': POLICY }, ['p/answer']);

async function templateOf(): Promise<ReturnType<typeof loadTemplate>> {
  const compiled = await compilePolicy(await WASM);
  const data = new TextEncoder().encode('{"owner":"fotofix"}');
  return loadTemplate({ ...compiled, data, instanceBytesMax: 256 * 1024 * 1024, hostBuiltins: HOST_FUNCTIONS });
}

test('a scrubbed instance holds nothing of what was evaluated in it', async (t) => {
  const template = await templateOf();
  const fresh = Buffer.from(new PolicyInstance(template).copyMemory());
  const used = new PolicyInstance(template);
  const secret = 'card-4711-0815';
  for (let at = 0; at < 50; at++) used.evaluate(0, JSON.stringify({ text: `${secret}-${'x'.repeat(at * 100)}` }), 0n);
  t.true(Buffer.from(used.copyMemory()).includes(secret));
  t.true(used.scrub());
  t.false(Buffer.from(used.copyMemory()).includes(secret));
  t.is(Buffer.compare(Buffer.from(used.copyMemory()), fresh), 0);
  const again = used.evaluate(0, '{"text":"hello"}', 0n);
  t.is(again, new PolicyInstance(template).evaluate(0, '{"text":"hello"}', 0n));
});

test('an instance whose memory has grown is not handed on', async (t) => {
  const template = await templateOf();
  const instance = new PolicyInstance(template);
  instance.evaluate(0, JSON.stringify({ text: 'x'.repeat(6 * 1024 * 1024) }), 0n);
  t.true(instance.sizeBytes > template.pagesInitial * 65_536);
  t.false(instance.scrub());
});
