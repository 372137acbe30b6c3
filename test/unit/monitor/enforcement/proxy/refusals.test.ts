import test from 'ava';
import { PRX } from '../../../../../model/diagnostic-codes/prx.ts';
import { rawRefusal, refusal, REFUSALS, type RefusalName } from '../../../../../monitor/enforcement/proxy/refusals.ts';

const names = Object.keys(REFUSALS) as RefusalName[];

test('every answer has a code of its own, and every code an answer', (t) => {
  const codes = names.map((name) => REFUSALS[name].code);
  t.deepEqual([...codes].sort(), Object.keys(PRX).sort());
});

for (const name of names) {
  test(`the answer for ${name} says what is wrong and what to do`, (t) => {
    const { status, headers, body } = refusal(name);
    const { code } = REFUSALS[name];
    t.true(status >= 400 && status < 600);
    t.is(headers['content-type'], 'application/json');
    t.is(headers['retry-after'], status === 503 || status === 429 ? '1' : undefined);
    t.deepEqual(JSON.parse(body), {
      error: name,
      code,
      message: PRX[code]?.title,
      action: PRX[code]?.help,
    });
    const raw = rawRefusal(name);
    t.true(raw.startsWith(`HTTP/1.1 ${status} `));
    t.regex(raw, /\r\nconnection: close\r\n\r\n\{/);
  });
}

test('a detail and a status take the place of the usual ones', (t) => {
  const { status, body } = refusal('platform', { status: 415, detail: 'No batches.' });
  t.is(status, 415);
  t.regex(body, /"message":"No batches\."/);
});
