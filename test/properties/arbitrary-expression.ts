import fc from 'fast-check';
import type { Bound, Expression, Path, Segment } from '../../model/ir.ts';
import type { JsonValue } from '../../model/json.ts';
import { BUILT_IN_MARKS, type LabelDeclaration, type MarkName } from '../../model/label.ts';
import type { Position, Span } from '../../model/span.ts';

/** Names that a text form may take for something else. */
const AWKWARD_NAMES = [
  'end',
  'entry',
  'if',
  'source',
  'json',
  'any',
  'in',
  'for',
  'to',
  '_',
  'from',
  'call',
  'then',
  'arm',
];

/** Realistic names, words of the text form, and any text at all: empty, with quotes, line ends, lone surrogates. */
export const arbitraryName: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('ward', 'patient', 'order-id', 'ChargeCard', 'aws-dynamodb:Patients', '$', '$order'),
  },
  { weight: 2, arbitrary: fc.constantFrom(...AWKWARD_NAMES) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('"', '`', '\\', '\n', '\r', '\u2028', '\ud800', ' ', '#', '@', 'a') }),
  },
);

const arbitraryPosition: fc.Arbitrary<Position> = fc.record({
  line: fc.integer({ min: 1, max: 9999 }),
  column: fc.integer({ min: 1, max: 999 }),
  offset: fc.nat(2 ** 31),
});

export const arbitrarySpan: fc.Arbitrary<Span> = fc.record({
  file: fc.oneof(fc.constantFrom('workflows/order.asl.json', 'my file.yaml', 'a:1:2+3-4:5+6', '@'), arbitraryName),
  start: arbitraryPosition,
  end: arbitraryPosition,
});

const arbitraryMark: fc.Arbitrary<MarkName> = fc.oneof(
  fc.constantFrom(...BUILT_IN_MARKS),
  arbitraryName.map((name): MarkName => `bypass:${name}`),
);

/** Every combination of axes that are there and that are left out. */
export const arbitraryLabelDeclaration: fc.Arbitrary<LabelDeclaration> = fc.record(
  {
    confidentiality: arbitraryName,
    integrity: arbitraryName,
    region: fc.array(arbitraryName, { maxLength: 3 }),
    tenant: fc.array(arbitraryName, { maxLength: 3 }),
    marks: fc.array(arbitraryMark, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

/** Segments that may stand in a target. */
const staticSegment: fc.Arbitrary<Segment> = fc.oneof(
  fc.record({ kind: fc.constant('field' as const), name: arbitraryName }),
  fc.record({ kind: fc.constant('index' as const), index: fc.integer({ min: -3, max: 2 ** 31 }) }),
);

const arbitrarySegment: fc.Arbitrary<Segment> = fc.oneof(
  { weight: 5, arbitrary: staticSegment },
  fc.constantFrom<Segment[]>(
    { kind: 'anyElement' },
    { kind: 'anyChild' },
    { kind: 'spread' },
    { kind: 'own' },
    { kind: 'dynamic' },
  ),
);

const pathOf = (segment: fc.Arbitrary<Segment>): fc.Arbitrary<Path> =>
  fc.record({ root: arbitraryName, segments: fc.array(segment, { maxLength: 4 }) });

export const arbitraryPath: fc.Arbitrary<Path> = pathOf(arbitrarySegment);
export const arbitraryTarget: fc.Arbitrary<Path> = pathOf(staticSegment);

const arbitraryOperator = fc.oneof(
  fc.constantFrom('concat', 'States.Format', '+', 'if', 'source.x', 'a b', '$sum', 'list', 'sequence'),
  arbitraryName,
);

const span = arbitrarySpan;
const kind = <Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);

/** Numbers of every size, negative zero among them. */
const arbitraryNumber = fc.oneof(fc.nat(100), fc.double({ noNaN: true, noDefaultInfinity: true }));

export const arbitraryJson: fc.Arbitrary<JsonValue> = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.constantFrom<JsonValue[]>(null, true, false),
    arbitraryNumber,
    arbitraryName,
    fc.array(tie('json'), { maxLength: 3 }),
    // Own properties even of keys such as `__proto__`.
    fc
      .array(fc.tuple(fc.oneof(fc.constant('__proto__'), arbitraryName), tie('json')), { maxLength: 3 })
      .map((entries): JsonValue => Object.fromEntries(entries)),
  ),
})).json;

/** Any expression, of moderate depth. */
export const arbitraryExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => {
  const inner = tie('expression');
  const few = { maxLength: 3 };
  const depth = { depthSize: 'small', withCrossShrink: true } as const;
  return {
    expression: fc.oneof(
      depth,
      fc.record({ kind: kind('path'), path: arbitraryPath, span }),
      fc.record({ kind: kind('literal'), value: arbitraryJson, span }),
      fc.record({
        kind: kind('source'),
        of: inner,
        label: arbitraryLabelDeclaration,
        description: arbitraryName,
        span,
      }),
      fc.record({
        kind: kind('object'),
        fields: fc.array(fc.record({ name: arbitraryName, value: inner }), few),
        span,
      }),
      fc.record({ kind: kind('array'), items: fc.array(inner, few), span }),
      fc.record({ kind: kind('merge'), base: inner, over: inner, span }),
      fc.record({ kind: kind('get'), of: inner, segments: fc.array(arbitrarySegment, few), span }),
      fc.record({ kind: kind('conditional'), test: inner, then: inner, otherwise: inner, span }),
      fc.record({ kind: kind('apply'), operator: arbitraryOperator, args: fc.array(inner, few), span }),
    ),
  };
}).expression;

export const arbitraryBound: fc.Arbitrary<Bound> = fc.oneof(
  fc.constant<Bound>({ kind: 'none' }),
  fc.record({ kind: kind('default'), value: arbitraryNumber }),
  fc.record({ kind: kind('set'), value: arbitraryNumber }),
  fc.record({ kind: kind('dynamic'), from: arbitraryExpression }),
);
