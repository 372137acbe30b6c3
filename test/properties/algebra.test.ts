import test from 'ava';
import { check, type CheckResult } from '../../analyzer/flow/index.ts';
import type { Region, Step } from '../../model/ir.ts';
import type { Label } from '../../model/label.ts';
import type { Labelling } from '../../model/labelling.ts';
import { generate } from './generator/generator.ts';
import { allLabels, labelAtRandom } from './generator/labelling.ts';
import { Random } from './generator/random.ts';
import type { Case } from './non-interference.ts';

/** Laws of the checker over generated applications; the seed of a failing case is part of its message. */
const CASES = 400;

const subjects = Array.from({ length: CASES }, (_, at): Case => {
  const seed = 100_000 + at;
  const { application, space } = generate(seed);
  return { application, labelling: labelAtRandom(space, application, seed), seed };
});

const run = (subject: Case, labelling: Labelling = subject.labelling): CheckResult =>
  check(subject.application, labelling, { witnesses: false });
const key = (verdict: CheckResult['verdicts'][number]): string =>
  `${verdict.composition}/${verdict.step} ${verdict.promise} ${verdict.sink.id ?? ''}`;
const openOrViolated = (result: CheckResult): Set<string> =>
  new Set(
    result.verdicts.filter((verdict) => verdict.outcome === 'violated' || verdict.outcome === 'undecided').map(key),
  );

test('the same question has the same answer', (t) => {
  for (const subject of subjects.slice(0, 100)) {
    const options = { witnesses: true };
    t.deepEqual(
      check(subject.application, subject.labelling, options).verdicts,
      check(subject.application, subject.labelling, options).verdicts,
      `seed ${subject.seed}`,
    );
  }
});

test('higher labels on inputs never remove a violation and never lower a label', (t) => {
  for (const subject of subjects) {
    const { space, entries } = subject.labelling;
    const random = new Random(subject.seed);
    const labels = allLabels(space);
    const raise = (label: Label): Label => (random.chance(50) ? space.join(label, random.pick(labels)) : label);
    const raised = new Map(
      [...entries].map(([id, shape]) => [
        id,
        {
          ...shape,
          label: raise(shape.label),
          parts: shape.parts.map((part) => ({ ...part, label: raise(part.label) })),
        },
      ]),
    );
    const [low, high] = [run(subject), run(subject, { ...subject.labelling, entries: raised })];
    const lost = [...openOrViolated(low)].filter((each) => !openOrViolated(high).has(each));
    t.deepEqual(lost, [], `seed ${subject.seed}`);
    for (const [step, typing] of low.raw) {
      const other = high.raw.get(step);
      t.true(
        other !== undefined &&
          space.flowsTo(typing.output, other.output) &&
          space.flowsTo(typing.control, other.control),
        `seed ${subject.seed}, ${step}`,
      );
    }
  }
});

test('a declassifier that lowers never adds a finding about confidentiality', (t) => {
  for (const subject of subjects) {
    const { space, functions } = subject.labelling;
    const release = {
      axes: ['confidentiality', 'region', 'tenant'],
      from: space.top,
      to: space.bottom,
      authority: 'office',
      requires: space.top,
      compositions: null,
      digest: null,
      origin: { description: 'test', span: null },
    } as const;
    const without = new Map([...functions].map(([id, signature]) => [id, { ...signature, release: null }]));
    const added = new Map(
      [...without].map(([id, signature], at) => [id, at === 0 ? { ...signature, release } : signature]),
    );
    const before = openOrViolated(run(subject, { ...subject.labelling, functions: without }));
    const after = openOrViolated(run(subject, { ...subject.labelling, functions: added }));
    t.deepEqual(
      [...after].filter((each) => !before.has(each) && / (confidentiality|region|tenant) /.test(each)),
      [],
      `seed ${subject.seed}`,
    );
  }
});

/** The same program with the arms of every `parallel` the other way round. */
function turned(region: Region): Region {
  const turn = (step: Step): Step => {
    switch (step.kind) {
      case 'parallel':
        return { ...step, arms: step.arms.map(turned).reverse() };
      case 'race':
        return { ...step, arms: step.arms.map(turned) };
      case 'forEach':
      case 'loop':
      case 'try':
        return { ...step, body: turned(step.body) };
      default:
        return step;
    }
  };
  return { ...region, steps: region.steps.map(turn) };
}

test('the order of independent branches changes no label inside them', (t) => {
  let compared = 0;
  for (const subject of subjects) {
    const text = JSON.stringify(subject.application.compositions);
    // A position in the result array is an observation of the order, so programs that look at single results are left out.
    if (!text.includes('"parallel"') || text.includes('"index"')) continue;
    const compositions = subject.application.compositions.map((each) => ({ ...each, body: turned(each.body) }));
    const [before, after] = [run(subject), run({ ...subject, application: { ...subject.application, compositions } })];
    t.deepEqual(openOrViolated(after), openOrViolated(before), `seed ${subject.seed}`);
    compared += 1;
  }
  t.true(compared > 20, `${compared} programs compared`);
});
