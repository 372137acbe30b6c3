import test from 'ava';
import { check } from '../../../analyzer/flow/index.ts';
import { stepId } from '../../../model/brand.ts';
import type { Composition, Expression, Step } from '../../../model/ir.ts';
import { spanAtStart } from '../../../model/span.ts';
import { APPLICATION, label, store, WARD } from './application.ts';

const span = spanAtStart('template.yaml');
const path = (root: string): Expression => ({ kind: 'path', path: { root, segments: [] }, span });
const key: Expression = { kind: 'literal', value: 'bed', span };
const effect = {
  operation: 'x',
  idempotent: null,
  timeoutSeconds: { kind: 'none' },
  heartbeatSeconds: { kind: 'none' },
  credentials: null,
  privileged: false,
} as const;
const patients = { kind: 'store', id: store('table', 'Patients').id, span } as const;

/** Writes its input to the table, reads it again and returns it. */
const steps: readonly Step[] = [
  {
    kind: 'write',
    id: stepId('w'),
    name: 'Keep',
    span,
    store: patients,
    key,
    value: path('input'),
    result: null,
    effect,
    next: stepId('r'),
  },
  {
    kind: 'read',
    id: stepId('r'),
    name: 'Read',
    span,
    store: patients,
    key,
    result: { root: 'x', segments: [] },
    effect,
    next: stepId('e'),
  },
  { kind: 'return', id: stepId('e'), name: 'End', span, value: path('x') },
];
const roundTrip: Composition = { ...WARD, body: { entry: stepId('w'), steps } };

function outcomes(text: string): Readonly<Record<string, string>> {
  const application = { ...APPLICATION, compositions: [roundTrip] };
  const { verdicts } = check(application, label(text, application));
  return Object.fromEntries(
    verdicts.filter(({ step }) => step === 'e').map(({ promise, outcome }) => [promise, outcome]),
  );
}

test('an axis that the label of a store does not name is no way to launder', (t) => {
  const common =
    'entries: { FrameWorkflow: untrusted }\nsinks: { "result:FrameWorkflow": { integrity: trusted, confidentiality: internal } }\n';
  t.like(outcomes(`${common}stores: { Patients: internal }`), { integrity: 'violated', confidentiality: 'satisfied' });
  t.like(outcomes(`${common}stores: { Patients: secret }`), { integrity: 'violated', confidentiality: 'violated' });
  // What is declared holds, whatever is written: that the write is refused is another verdict.
  t.like(outcomes(`${common}stores: { Patients: { integrity: trusted, confidentiality: internal } }`), {
    integrity: 'satisfied',
    confidentiality: 'satisfied',
  });
});
