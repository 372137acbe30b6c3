import { createHash } from 'node:crypto';
import {
  createContextAuthority,
  type ContextAuthorityOptions,
  type WeirContextAuthority,
} from '../../../../../monitor/enforcement/context/authority.ts';
import { generateJwk, NO_END_MS, readKeySet } from '../../../../../monitor/enforcement/context/keys.ts';
import type { ContextLattice } from '../../../../../monitor/enforcement/context/label-join.ts';
import { startExecution } from '../../../../../monitor/enforcement/context/path.ts';
import type {
  CarriedContext,
  ContextClaims,
  ContextVerification,
} from '../../../../../monitor/enforcement/context/types.ts';
import { compileLabelSpace, DEFAULT_LABEL_SPACE_DECLARATION } from '../../../../../model/label-space.ts';
import type { LabelSpace } from '../../../../../model/label.ts';
import type { LevelTable } from '../../../../../model/policy-data.ts';

/** A Tuesday in March, well away from zero. */
export const NOW_MS = Date.UTC(2027, 2, 16, 9, 41, 7, 250);
export const ISSUER = 'quay-cabinet-4';
export const AUDIENCE = 'openfaas:grade-catch';

const declaration = {
  ...DEFAULT_LABEL_SPACE_DECLARATION,
  // Two levels that are side by side: their join is neither of them.
  confidentiality: {
    covers: [
      ['landing', 'open'],
      ['vessel', 'open'],
      ['sealed', 'landing'],
      ['sealed', 'vessel'],
    ] as const,
  },
  regions: ['is', 'no', 'uk'],
  tenants: ['harbour', 'auction', 'insurer'],
};

function compile(): LabelSpace {
  const outcome = compileLabelSpace(declaration, {
    file: 'weir.yaml',
    start: { line: 1, column: 1, offset: 0 },
    end: { line: 1, column: 1, offset: 0 },
  });
  if (!outcome.ok) throw new Error('the space of these tests is one');
  return outcome.value;
}

/** The algebra that the analyzer uses, to compare with. */
export const SPACE = compile();
export const CONFIDENTIALITY = ['landing', 'open', 'sealed', 'vessel'] as const;
export const INTEGRITY = ['authenticated', 'trusted', 'untrusted'] as const;

function tableOf(axis: 'confidentiality' | 'integrity', names: readonly string[]): LevelTable {
  const labelOf = (name: string): LabelSpace['bottom'] => {
    const resolved = SPACE.resolve({ [axis]: name }, SPACE.bottom);
    if (!('label' in resolved)) throw new Error(`${name} is a level`);
    return resolved.label;
  };
  const rows = <Cell>(cell: (left: string, right: string) => Cell): Record<string, Record<string, Cell>> =>
    Object.fromEntries(
      names.map((left) => [left, Object.fromEntries(names.map((right) => [right, cell(left, right)]))]),
    );
  const join = rows((left, right) => SPACE.describe(SPACE.join(labelOf(left), labelOf(right)))[axis]);
  const flowsTo = Object.fromEntries(
    names.map((left) => [
      left,
      Object.fromEntries(
        names.flatMap((right) =>
          SPACE.flowsTo(labelOf(left), labelOf(right)) ? [[right, true as const] as const] : [],
        ),
      ),
    ]),
  );
  return {
    flowsTo,
    join,
    bottom: SPACE.describe(SPACE.bottom)[axis],
    top: SPACE.describe(SPACE.top)[axis],
  };
}

export const LATTICE: ContextLattice = {
  confidentiality: tableOf('confidentiality', CONFIDENTIALITY),
  integrity: tableOf('integrity', INTEGRITY),
};

/** A key that is valid from `notBeforeMs` until `notAfterMs`, as a member of a key set. */
export function makeJwk(notBeforeMs = 0, notAfterMs = NO_END_MS): ReturnType<typeof generateJwk> {
  return generateJwk({ notBeforeMs, notAfterMs });
}

export const keySet = (...keys: readonly object[]): ReturnType<typeof readKeySet> =>
  readKeySet(JSON.stringify({ keys }));

/** Nonces of a run are different and the same in every run. */
export function countingBytes(): (size: number) => Buffer {
  let count = 0;
  return (size) => createHash('sha256').update(String(count++)).digest().subarray(0, size);
}

const SHARED_JWK = makeJwk();

export function makeAuthority(options: Partial<ContextAuthorityOptions> = {}): WeirContextAuthority {
  return createContextAuthority({
    keys: keySet(SHARED_JWK),
    issuer: ISSUER,
    lattice: () => LATTICE,
    memory: { startedAtMs: () => NOW_MS - 5_000_000, snapshot: null },
    randomBytes: countingBytes(),
    ...options,
  });
}

export const EXECUTION = startExecution({
  id: '6d1f1f0e-3a51-4c0e-9a55-0f1f1b7c2d11',
  composition: 'aws-step-functions:landing.asl.json#Landing',
  step: 'Weigh',
  startedAtMs: NOW_MS - 900,
});

export function makeClaims(changes: Partial<ContextClaims> = {}): ContextClaims {
  return {
    audience: [AUDIENCE, 'openfaas:print-tag'],
    holder: 'openfaas:weigh-crate',
    tenant: 'harbour',
    label: { confidentiality: 'vessel', integrity: 'authenticated', region: ['is', 'no'], tenant: 'all', marks: [] },
    dataExpiresAtMs: null,
    execution: EXECUTION,
    invocationId: '0b8e2a34-77f1-4f3d-8a44-2f6b8ad0c9e7',
    parentInvocationId: null,
    ...changes,
  };
}

/** The context, or the test ends. */
export function taken(verification: ContextVerification): CarriedContext {
  if (!verification.ok) throw new Error(`refused: ${verification.reason}`);
  return verification.context;
}
