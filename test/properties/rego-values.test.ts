/** Values that cross the border between a compiled policy and its host, and inputs on their way to a policy. */
import test from 'ava';
import fc from 'fast-check';
import type { JsonValue } from '../../model/json.ts';
import { compileProjection } from '../../policies/engine/projection.ts';
import { compare, compareText, objectOf, setOf } from '../../policies/engine/value/compare.ts';
import { readJson, readValue, ValueError } from '../../policies/engine/value/read-value.ts';
import { numberOf, typeOf, type RegoValue } from '../../policies/engine/value/rego-value.ts';
import { toJson, writeJson, writeValue } from '../../policies/engine/value/write-value.ts';
import { holds } from './property.ts';

const arbitraryNumber = fc.oneof(
  fc.integer().map((value) => numberOf(String(value))),
  fc.bigInt().map((value) => numberOf(String(value))),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => numberOf(String(value))),
  fc
    .tuple(fc.bigInt(), fc.nat(30), fc.integer({ min: -40, max: 40 }))
    .map(([whole, part, power]) => numberOf(`${whole}.${part}e${power}`)),
);

const { value: arbitraryValue } = fc.letrec<{ value: RegoValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom<RegoValue>(null, true, false),
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      arbitraryNumber,
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 4 }).map(setOf),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map(objectOf),
  ),
}));

test('what is written is read back', (t) => {
  holds(
    t,
    fc.property(arbitraryValue, (value) => compare(readValue(writeValue(value)), value) === 0),
    500,
  );
});

test('the order is total: reflexive, antisymmetric, transitive', (t) => {
  holds(
    t,
    fc.property(arbitraryValue, arbitraryValue, arbitraryValue, (a, b, c) => {
      const sign = (one: RegoValue, other: RegoValue): number => Math.sign(compare(one, other)) + 0;
      const isAntisymmetric = sign(a, b) === -sign(b, a) + 0;
      const isTransitive = !(sign(a, b) <= 0 && sign(b, c) <= 0) || sign(a, c) <= 0;
      return sign(a, a) === 0 && isAntisymmetric && isTransitive;
    }),
    1000,
  );
});

test('types come before values in the order', (t) => {
  const order = ['null', 'boolean', 'number', 'string', 'array', 'object', 'set'];
  holds(
    t,
    fc.property(arbitraryValue, arbitraryValue, (a, b) => {
      const [left, right] = [order.indexOf(typeOf(a)), order.indexOf(typeOf(b))];
      return left === right || Math.sign(compare(a, b)) === Math.sign(left - right);
    }),
    500,
  );
});

test('strings are ordered by their bytes in UTF-8', (t) => {
  const text = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed());
  holds(
    t,
    fc.property(text, text, (a, b) => Math.sign(compareText(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b))),
    1000,
  );
});

test('JSON is read exactly, and written as JSON', (t) => {
  holds(
    t,
    fc.property(fc.jsonValue(), (value) => {
      const read = readJson(JSON.stringify(value));
      if (read === undefined) return false;
      const again: unknown = JSON.parse(writeJson(read));
      return JSON.stringify(sorted(again)) === JSON.stringify(sorted(JSON.parse(JSON.stringify(value))));
    }),
    500,
  );
});

/** The same document with its keys sorted and lone surrogates replaced, as Rego has it. */
function sorted(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key.toWellFormed(), sorted(item)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

test('readers give a value or say that there is none, whatever the text', (t) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...'{}[]",:0123.eE-+ntsu()\\a '.split(''))).map((all) => all.join('')),
  );
  holds(
    t,
    fc.property(text, (written) => {
      readJson(written);
      try {
        readValue(written);
        return true;
      } catch (error) {
        return error instanceof ValueError;
      }
    }),
    2000,
  );
});

test('whole numbers keep every digit', (t) => {
  holds(
    t,
    fc.property(fc.bigInt(), (value) => {
      const json = toJson(numberOf(String(value)));
      return typeof json === 'number' ? BigInt(json) === value && Number.isSafeInteger(json) : json === String(value);
    }),
    500,
  );
});

/** What is under a path; `undefined` when there is nothing, or the path leads through a list or a scalar. */
function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const segment of path) {
    if (typeof found !== 'object' || found === null || Array.isArray(found) || !Object.hasOwn(found, segment))
      return undefined;
    found = Reflect.get(found, segment);
  }
  return found;
}

const arbitraryKey = fc.constantFrom('a', 'b', 'c', '__proto__', 'toJSON', 'x y', '');
const { document: arbitraryDocument } = fc.letrec<{ document: JsonValue }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>(null, true, 0, 1.5, 'text'),
    fc.array(tie('document'), { maxLength: 3 }),
    fc
      .array(fc.tuple(arbitraryKey, tie('document')), { maxLength: 4 })
      .map((entries): JsonValue => Object.fromEntries(entries)),
  ),
}));
const arbitraryInput = fc
  .array(fc.tuple(arbitraryKey, arbitraryDocument), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));
const arbitraryPaths = fc.array(fc.array(arbitraryKey, { minLength: 1, maxLength: 4 }), { maxLength: 4 });

test('a projection keeps what is referred to, and adds nothing', (t) => {
  holds(
    t,
    fc.property(arbitraryInput, arbitraryPaths, (input, paths) => {
      const projected: unknown = JSON.parse(compileProjection(paths)(input));
      const isKept = paths.every((path) => JSON.stringify(at(projected, path)) === JSON.stringify(at(input, path)));
      return isKept && isPart(projected, input);
    }),
    1000,
  );
});

/** Every member of the first is one of the second. */
function isPart(part: unknown, whole: unknown): boolean {
  if (typeof part !== 'object' || part === null || Array.isArray(part))
    return JSON.stringify(part) === JSON.stringify(whole);
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(
    ([key, value]) => Object.hasOwn(whole, key) && isPart(value, Reflect.get(whole, key)),
  );
}
