import test from 'ava';
import { DIAGNOSTIC_AREAS, DIAGNOSTIC_CODES } from '../../../model/diagnostic-codes.ts';

test('every code has the prefix of its area and three digits, and is listed once', (t) => {
  const listed = Object.entries(DIAGNOSTIC_AREAS).flatMap(([area, codes]) =>
    Object.keys(codes).map((code) => ({ area, code })),
  );
  t.deepEqual(
    listed.filter(({ area, code }) => !new RegExp(`^${area}[0-9]{3}$`).test(code)),
    [],
  );
  t.deepEqual(listed.map(({ code }) => code).sort(), Object.keys(DIAGNOSTIC_CODES).sort());
});

test('every code says what it means and what to do', (t) => {
  for (const [code, { title, help }] of Object.entries(DIAGNOSTIC_CODES)) {
    t.regex(title, /^\S.*[^.]$/, code);
    t.regex(help, /^[A-Z`].*\.$/, code);
  }
});
