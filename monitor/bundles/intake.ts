import { applyDelta } from '../../policies/bundle/delta.ts';
import { checkOrder, type HighWaterMark } from '../../policies/bundle/order.ts';
import { refusal } from '../../policies/bundle/refusal.ts';
import type { BundleOutcome, VerifiedBundle } from '../../policies/bundle/types.ts';
import { verifyArchive, verifyBundle, type VerifyOptions } from '../../policies/bundle/verify.ts';

/** A bundle that may be activated. */
export interface Candidate {
  readonly bundle: VerifiedBundle;
  /** `same`: the content that is in force already. */
  readonly order: 'newer' | 'same';
  readonly isDelta: boolean;
}

/**
 * Examines what a source gave: verification, application of a delta to the bundle in force, and order. Errors: those of verification, BND052, BND053,
 * BND060, BND061.
 *
 * @param active what a delta is applied to; null when nothing is in force.
 */
export async function examine(
  bytes: Uint8Array,
  options: VerifyOptions,
  { active, mark }: { readonly active: VerifiedBundle | null; readonly mark: HighWaterMark | null },
): Promise<BundleOutcome<Candidate>> {
  const outcome = await verifyArchive(bytes, options);
  if (!outcome.ok) return outcome;
  const archive = outcome.value;
  let bundle: VerifiedBundle;
  if (archive.kind === 'delta') {
    if (active === null) {
      return { ok: false, refusal: refusal('BND052', 'the bundle is a delta, and no bundle is in force') };
    }
    const applied = applyDelta(active, archive.delta);
    if (!applied.ok) return applied;
    bundle = applied.value;
  } else {
    ({ bundle } = archive);
  }
  const order = checkOrder(options.verification.rollback, mark, bundle);
  return order.ok ? { ok: true, value: { bundle, order: order.value, isDelta: archive.kind === 'delta' } } : order;
}

/** Examines what was kept, exactly like what comes from a source: a snapshot and the deltas after it. Errors: as {@link examine}. */
export async function examineChain(
  archives: readonly Uint8Array[],
  options: VerifyOptions,
  mark: HighWaterMark | null,
): Promise<BundleOutcome<VerifiedBundle>> {
  let active: VerifiedBundle | null = null;
  for (const bytes of archives) {
    const candidate: BundleOutcome<Candidate> = await examine(bytes, options, { active, mark: null });
    if (!candidate.ok) return candidate;
    if (active !== null && !candidate.value.isDelta) {
      return { ok: false, refusal: refusal('BND080', 'a kept delta was replaced by a snapshot') };
    }
    active = candidate.value.bundle;
  }
  if (active === null) return { ok: false, refusal: refusal('BND080', 'there is no kept bundle') };
  const order = checkOrder(options.verification.rollback, mark, active);
  return order.ok ? { ok: true, value: active } : order;
}

/** The newest of archives whose order is not known; null when none is good. */
export async function newestOf(
  archives: readonly Uint8Array[],
  options: VerifyOptions,
): Promise<{ readonly bundle: VerifiedBundle; readonly bytes: Uint8Array } | null> {
  let newest: { readonly bundle: VerifiedBundle; readonly bytes: Uint8Array } | null = null;
  for (const bytes of archives) {
    const outcome = await verifyBundle(bytes, options);
    if (!outcome.ok) continue;
    if (newest === null || outcome.value.sequence > newest.bundle.sequence) newest = { bundle: outcome.value, bytes };
  }
  return newest;
}
