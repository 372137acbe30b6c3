import test from 'ava';
import fc from 'fast-check';
import type { Application } from '../../model/application.ts';
import { DIAGNOSTIC_CODES } from '../../model/diagnostic-codes.ts';
import { parseApplication, printApplication, printComposition } from '../../model/ir-text/index.ts';
import { arbitraryApplication, arbitraryComposition } from './arbitrary-application.ts';
import { holds } from './property.ts';

const FILE = 'application.weir-ir';

function parsed(text: string): Application {
  const outcome = parseApplication(text, FILE);
  const problems = outcome.diagnostics.map(({ code, message, span }) => `${code} ${span.start.line}: ${message}`);
  if (!outcome.ok || problems.length > 0) throw new Error(`${problems.join('\n')}\n${text}`);
  return outcome.value;
}

/** A copy with every place left out. */
const placeless = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => (key === 'span' ? undefined : Object.is(part, -0) ? '-0' : part));

test('parsing what was printed with places is the identity', (t) => {
  holds(
    t,
    fc.property(arbitraryApplication, (application) => {
      const text = printApplication(application, { spans: true });
      t.deepEqual(parsed(text), application);
    }),
    500,
  );
});

test('parsing what was printed without places is the identity but for places', (t) => {
  holds(
    t,
    fc.property(arbitraryApplication, (application) => {
      const text = printApplication(application);
      const again = parsed(text);
      if (printApplication(again) !== text) throw new Error(`printed again:\n${printApplication(again)}\nnot\n${text}`);
      t.deepEqual(sortKeys(placeless(again)), sortKeys(placeless(application)));
    }),
    500,
  );
});

/** Equal for objects that differ in the order of their keys only. */
const sortKeys = (json: string): unknown => JSON.parse(json) as unknown;

test('places that are not written lie in the text', (t) => {
  holds(
    t,
    fc.property(arbitraryComposition, (composition) => {
      const text = printComposition(composition);
      const lines = text.split('\n');
      const check = (value: unknown): void => {
        if (typeof value !== 'object' || value === null) return;
        for (const [key, part] of Object.entries(value)) {
          // The value of a literal may have any keys.
          if (key === 'value' && 'kind' in value && value.kind === 'literal') continue;
          if (key !== 'span') check(part);
          else checkSpan(part as Application['stores'][number]['span'], text, lines);
        }
      };
      check(parsed(text).compositions);
    }),
    100,
  );
});

function checkSpan(span: Application['stores'][number]['span'], text: string, lines: readonly string[]): void {
  const isInside = 0 <= span.start.offset && span.start.offset < span.end.offset && span.end.offset <= text.length;
  const offsetOf = (position: { readonly line: number; readonly column: number }): number =>
    lines.slice(0, position.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + position.column - 1;
  const isExact = [span.start, span.end].every((position) => offsetOf(position) === position.offset);
  if (span.file !== FILE || !isInside || !isExact) throw new Error(`${JSON.stringify(span)} in\n${text}`);
}

/** What the parser says of a text, or the reason it threw. */
function judge(t: { readonly fail: (message: string) => void }, text: string): void {
  const outcome = parseApplication(text, FILE);
  for (const { code, message, help, span } of outcome.diagnostics) {
    const isInside = span.start.offset <= span.end.offset && span.end.offset <= text.length;
    if (!(code in DIAGNOSTIC_CODES) || message === '' || help === '' || !isInside)
      t.fail(`${code} ${message} in ${text}`);
  }
}

test('any text is read or refused with places, never thrown at', (t) => {
  const words =
    'weir-ir 1 composition store function body { } ( ) [ ] -> <- := : , . .* ..* ? + @f:1:1+0-1:2+1 "x" `y` if then else source json call with branch when try do catch retry any end entry 7 -1 # \n'.split(
      ' ',
    );
  holds(
    t,
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      judge(t, text);
    }),
    500,
  );
  const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((chosen) => chosen.join(' '));
  holds(
    t,
    fc.property(soup, (text) => {
      judge(t, text);
    }),
    1000,
  );
});

test('a mutated text is read or refused, never thrown at', (t) => {
  const edit = fc.record({
    at: fc.nat(),
    length: fc.nat(12),
    text: fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('{', '}', '"', '\n', '@', '`')),
  });
  holds(
    t,
    fc.property(
      arbitraryApplication,
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (application, edits, spans) => {
        let text = printApplication(application, { spans });
        for (const { at, length, text: inserted } of edits) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + inserted + text.slice(from + length);
        }
        judge(t, text);
      },
    ),
    500,
  );
});
