import { createHash } from 'node:crypto';
import type { LabelDescription } from '../../../model/label.ts';
import { joinLabels, type ContextLattice } from './label-join.ts';
import { ANY_AUDIENCE } from './limits.ts';
import { joinPaths } from './path.ts';
import { JOINED_NAMES, NONCE_BYTES } from './token.ts';
import type { CarriedContext, ContextVerification } from './types.ts';

const HASH_CHARACTERS = 32;

const sorted = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

/** One name, or all of them in order when several meet: a contract that admits the meeting names exactly this. */
function meet(names: readonly string[]): string {
  return sorted(names.flatMap((name) => name.split(JOINED_NAMES))).join(JOINED_NAMES);
}

function joinAll(lattice: ContextLattice, contexts: readonly CarriedContext[]): LabelDescription | null {
  let joined: LabelDescription | null = contexts[0]?.label ?? null;
  for (const { label } of contexts) {
    if (joined === null) return null;
    joined = joinLabels(lattice, joined, label);
  }
  return joined;
}

function earliest(moments: readonly (number | null)[]): number | null {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function isOneExecution(contexts: readonly CarriedContext[]): boolean {
  const [first, ...others] = contexts;
  return others.every(
    (other) =>
      other.execution.id === first?.execution.id &&
      other.execution.composition === first.execution.composition &&
      other.tenant === first.tenant,
  );
}

/** The functions that every context is for; one that is for any does not narrow the others. */
function commonAudience(contexts: readonly CarriedContext[]): readonly string[] {
  const narrow = contexts.filter(({ audience }) => !audience.includes(ANY_AUDIENCE));
  const [first, ...others] = narrow;
  if (first === undefined) return [ANY_AUDIENCE];
  return sorted(first.audience).filter((name) => others.every(({ audience }) => audience.includes(name)));
}

/**
 * Joins verified contexts of one execution. The order does not matter, and one that is given twice counts once. The label is the join, the depth the
 * greatest, times the strictest; names that differ stand side by side, so that no one of them is taken for the caller.
 */
export function mergeContexts(
  contexts: readonly CarriedContext[],
  options: { readonly lattice: ContextLattice; readonly issuer: string; readonly inputsMax: number },
): ContextVerification {
  const distinct = [...new Map(contexts.map((context) => [context.nonce, context])).values()].sort((left, right) =>
    left.nonce < right.nonce ? -1 : 1,
  );
  const [first] = distinct;
  if (first === undefined) return { ok: false, reason: 'malformed' };
  if (distinct.length > options.inputsMax) return { ok: false, reason: 'too-large' };
  if (distinct.length === 1) return { ok: true, context: first };
  if (!isOneExecution(distinct)) return { ok: false, reason: 'mixed' };
  const audience = commonAudience(distinct);
  if (audience.length === 0) return { ok: false, reason: 'wrong-audience' };
  const label = joinAll(options.lattice, distinct);
  if (label === null) return { ok: false, reason: 'unknown-label' };
  const digest = createHash('sha256')
    .update(`weir-merge/1 ${distinct.map(({ nonce }) => nonce).join(' ')}`)
    .digest();
  const executions = distinct.map(({ execution }) => execution);
  return {
    ok: true,
    context: {
      version: 1,
      nonce: digest.toString('base64url', 0, NONCE_BYTES),
      audience,
      issuedAtMs: Math.max(...distinct.map(({ issuedAtMs }) => issuedAtMs)),
      expiresAtMs: Math.min(...distinct.map(({ expiresAtMs }) => expiresAtMs)),
      issuer: options.issuer,
      holder: meet(distinct.map(({ holder }) => holder)),
      tenant: first.tenant,
      label,
      dataExpiresAtMs: earliest(distinct.map(({ dataExpiresAtMs }) => dataExpiresAtMs)),
      execution: {
        id: first.execution.id,
        composition: first.execution.composition,
        step: meet(executions.map(({ step }) => step)),
        depth: Math.max(...executions.map(({ depth }) => depth)),
        startedAtMs: Math.min(...executions.map(({ startedAtMs }) => startedAtMs)),
        pathHash: joinPaths(executions.map(({ pathHash }) => pathHash)),
      },
      invocationId: `merge-${digest.toString('hex').slice(0, HASH_CHARACTERS)}`,
      parentInvocationId: null,
      maxUses: 1,
    },
  };
}
