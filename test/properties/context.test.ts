import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { openEnvelope, putEnvelope } from '../../monitor/enforcement/context/carriers.ts';
import { continueExecution } from '../../monitor/enforcement/context/path.ts';
import type { CarriedContext, ContextClaims } from '../../monitor/enforcement/context/types.ts';
import type { LabelDescription } from '../../model/label.ts';
import {
  AUDIENCE,
  CONFIDENTIALITY,
  EXECUTION,
  INTEGRITY,
  makeAuthority,
  makeClaims,
  NOW_MS,
  SPACE,
  taken,
} from '../unit/monitor/enforcement/context/support.ts';
import { holds } from './property.ts';

const expected = { audience: AUDIENCE, nowMs: NOW_MS };
const sorted = (values: readonly string[]): string[] => [...new Set(values)].sort();

const name = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .filter((text) => text.isWellFormed() && Buffer.byteLength(text) <= 60 && !text.includes('⊔'));
const setOf = (...names: string[]): fc.Arbitrary<readonly string[] | 'all'> =>
  fc.oneof(fc.constant('all' as const), fc.subarray(names).map(sorted));
const label: fc.Arbitrary<LabelDescription> = fc.record({
  confidentiality: fc.constantFrom(...CONFIDENTIALITY),
  integrity: fc.constantFrom(...INTEGRITY),
  region: setOf('is', 'no', 'uk'),
  tenant: setOf('harbour', 'auction', 'insurer'),
  marks: fc.subarray(['token', 'error', 'credential'] as const).map((marks) => [...marks].sort()),
});
const moment = fc.integer({ min: 0, max: 2 ** 47 });
const claims: fc.Arbitrary<ContextClaims> = fc.record({
  audience: fc.array(name, { maxLength: 3 }).map((names) => sorted([AUDIENCE, ...names])),
  holder: name,
  tenant: fc.option(name),
  label,
  dataExpiresAtMs: fc.option(moment),
  execution: fc.record({
    id: fc.oneof(fc.uuid(), name),
    composition: name,
    step: name,
    depth: fc.nat(2 ** 31),
    startedAtMs: moment,
    pathHash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  }),
  invocationId: fc.oneof(fc.uuid(), name),
  parentInvocationId: fc.option(fc.uuid()),
  maxUses: fc.integer({ min: 1, max: 16 }),
});

test('what is issued is what is verified', (t) => {
  const property = fc.property(claims, (given) => {
    const authority = makeAuthority();
    const context = taken(authority.verify(authority.issue(given, NOW_MS), expected));
    t.deepEqual({ ...context, ...given }, context);
  });
  holds(t, property, 200);
});

test('whatever is done to a token, it is refused', (t) => {
  const authority = makeAuthority();
  const token = authority.issue(makeClaims({ maxUses: 16 }), NOW_MS);
  const cut = fc.tuple(fc.nat(token.length), fc.nat(token.length), fc.string({ maxLength: 8 }));
  const property = fc.property(cut, ([from, count, inserted]) => {
    const mutated = token.slice(0, from) + inserted + token.slice(from + count);
    fc.pre(mutated !== token);
    t.false(authority.verify(mutated, expected).ok, mutated);
  });
  holds(t, property, 1_000);
});

test('no text makes it throw', (t) => {
  const authority = makeAuthority();
  const property = fc.property(fc.string({ unit: 'binary', maxLength: 1_200 }), (text) => {
    t.false(authority.verify(text, expected).ok);
  });
  holds(t, property, 300);
});

/** The label of the analyzer's algebra. */
function spaceLabel(description: LabelDescription): typeof SPACE.bottom {
  const { region, tenant, ...levels } = description;
  const resolved = SPACE.resolve(
    { ...levels, ...(region === 'all' ? {} : { region }), ...(tenant === 'all' ? {} : { tenant }) },
    SPACE.bottom,
  );
  if (!('label' in resolved)) throw new Error('every name is declared');
  return resolved.label;
}

test('a merged label is the join of the analyzer: never below any input', (t) => {
  const authority = makeAuthority();
  const base = taken(authority.verify(authority.issue(makeClaims(), NOW_MS), expected));
  const property = fc.property(fc.array(label, { minLength: 1, maxLength: 6 }), (labels) => {
    const contexts = labels.map((one, at): CarriedContext => ({ ...base, nonce: `n${at}`, label: one }));
    const merged = spaceLabel(taken(authority.merge(contexts)).label);
    for (const one of labels) t.true(SPACE.flowsTo(spaceLabel(one), merged));
    t.is(
      merged,
      labels.map(spaceLabel).reduce((left, right) => SPACE.join(left, right)),
    );
  });
  holds(t, property);
});

test('a payload comes out of its envelope as it went in', (t) => {
  const property = fc.property(fc.jsonValue(), fc.string(), (value, token) => {
    const { payload } = openEnvelope(value as null);
    t.deepEqual(openEnvelope(putEnvelope(payload, token)), { token, payload });
  });
  holds(t, property);
});

/** What one execution did, kept in the simplest way: every path as a list, every label as a set of marks. */
interface Branch {
  readonly execution: number;
  readonly path: readonly string[];
  readonly label: LabelDescription;
  readonly token: string;
  usesLeft: number;
}

type Action =
  | { readonly kind: 'start'; readonly label: LabelDescription; readonly maxUses: number }
  | { readonly kind: 'call' | 'fan-out' | 'retry'; readonly at: number; readonly label: LabelDescription }
  | { readonly kind: 'fan-in'; readonly at: number; readonly other: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('start' as const), label, maxUses: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constantFrom('call' as const, 'fan-out' as const, 'retry' as const), at: fc.nat(40), label }),
  fc.record({ kind: fc.constant('fan-in' as const), at: fc.nat(40), other: fc.nat(40) }),
);

/** Plays actions on an authority and on the naive reference, and compares after each. */
class Interleaving {
  readonly #authority = makeAuthority();
  readonly #branches: Branch[] = [];
  #executions = 0;

  play(one: Action): boolean {
    if (one.kind === 'start') return this.#start(one.label, one.maxUses);
    const branch = this.#branches[one.at % Math.max(1, this.#branches.length)];
    if (branch === undefined) return true;
    if (one.kind === 'fan-in') return this.#fanIn(branch, one.other);
    if (one.kind === 'retry') return this.#present(branch) !== 'wrong';
    const children = one.kind === 'call' ? ['Weigh'] : ['Weigh', 'Photograph'];
    const context = this.#present(branch);
    if (context === 'wrong') return false;
    if (context === null) return true;
    return children.every((step) => this.#issue(branch, context, { step, label: one.label }));
  }

  #start(first: LabelDescription, maxUses: number): boolean {
    const execution = this.#executions++;
    const given = makeClaims({ label: first, maxUses, execution: { ...EXECUTION, id: `landing-${execution}` } });
    const token = this.#authority.issue(given, NOW_MS);
    this.#branches.push({ execution, path: ['Weigh'], label: first, token, usesLeft: maxUses });
    return true;
  }

  /** The context, null when it is used up, `wrong` when authority and reference do not agree. */
  #present(branch: Branch): CarriedContext | null | 'wrong' {
    const verification = this.#authority.verify(branch.token, expected);
    if (verification.ok !== branch.usesLeft > 0) return 'wrong';
    if (!verification.ok) return verification.reason === 'replayed' ? null : 'wrong';
    branch.usesLeft -= 1;
    const { context } = verification;
    let execution = { ...EXECUTION, id: `landing-${branch.execution}` };
    for (const step of branch.path.slice(1)) execution = continueExecution(execution, step);
    const isSame = isDeepStrictEqual(context.execution, execution);
    return isSame && spaceLabel(context.label) === spaceLabel(branch.label) ? context : 'wrong';
  }

  #issue(branch: Branch, context: CarriedContext, next: { step: string; label: LabelDescription }): boolean {
    const joined = SPACE.describe(SPACE.join(spaceLabel(branch.label), spaceLabel(next.label)));
    const execution = continueExecution(context.execution, next.step);
    const token = this.#authority.issue(makeClaims({ label: joined, execution }), NOW_MS);
    this.#branches.push({ ...branch, path: [...branch.path, next.step], label: joined, token, usesLeft: 1 });
    return true;
  }

  #fanIn(branch: Branch, otherAt: number): boolean {
    const other = this.#branches[otherAt % this.#branches.length];
    if (other === undefined || other === branch) return true;
    const contexts = [this.#present(branch), this.#present(other)];
    if (contexts.includes('wrong')) return false;
    const given = contexts.filter((context) => context !== null && context !== 'wrong');
    if (given.length < 2) return true;
    const merged = this.#authority.merge(given);
    if (branch.execution !== other.execution) return !merged.ok && merged.reason === 'mixed';
    if (!merged.ok) return false;
    const joined = SPACE.join(spaceLabel(branch.label), spaceLabel(other.label));
    const depth = Math.max(branch.path.length, other.path.length) - 1;
    return spaceLabel(merged.context.label) === joined && merged.context.execution.depth === depth;
  }
}

test('interleaved executions with retries, fan-out and fan-in are what a naive reference says', (t) => {
  const property = fc.property(fc.array(action, { minLength: 1, maxLength: 60 }), (actions) => {
    const interleaving = new Interleaving();
    for (const one of actions) if (!interleaving.play(one)) return false;
    return true;
  });
  holds(t, property, 60);
});
