import { createHash } from 'node:crypto';
import { BUNDLE_LIMITS, type BundleLimits } from '../../policies/bundle/limits.ts';
import { markOf, type HighWaterMark } from '../../policies/bundle/order.ts';
import { refusal } from '../../policies/bundle/refusal.ts';
import type { BundleRefusal, VerifiedBundle } from '../../policies/bundle/types.ts';
import type { VerifyOptions } from '../../policies/bundle/verify.ts';
import { ConfirmationAge } from './age.ts';
import { LONG_POLL_GAP_MS, pollDelayMs, retryDelayMs } from './delays.ts';
import { examine, examineChain, newestOf, type Candidate } from './intake.ts';
import { ACTIVATION_TIMEOUT_MS, waitFor, type BundleManagerOptions } from './options.ts';
import { BundleStore } from './store.ts';
import { ARCHIVES_MAX, type StoredState } from './stored-state.ts';
import type { ActivationOutcome, BundleEvent, BundleStatus, FetchOutcome } from './types.ts';

/** What came of one poll. */
export type PollOutcome =
  | { readonly kind: 'activated' | 'unchanged' }
  | { readonly kind: 'failed'; readonly refusal: BundleRefusal; readonly retryAfterMs: number | null };

type BundleAnswer = Extract<FetchOutcome, { readonly kind: 'bundle' }>;

interface Active {
  readonly bundle: VerifiedBundle;
  readonly from: 'store' | 'source';
  readonly activatedAtMs: number;
  /** SHA-256 of the snapshot and of the deltas after it. */
  readonly archives: readonly string[];
}

/** Confirmations are written at most this often, milliseconds: disks of small nodes wear out. */
const CONFIRMATION_WRITE_MS = 30_000;

/**
 * Keeps one bundle up to date: loads the last good one from disk, asks the source, verifies, tries and activates, and keeps the bytes for the next start.
 * Whatever goes wrong, what was in force stays in force, and its age grows.
 */
export class BundleManager {
  readonly #options: BundleManagerOptions;
  readonly #limits: BundleLimits;
  readonly #store: BundleStore;
  readonly #age: ConfirmationAge;
  readonly #stop = new AbortController();
  #active: Active | null = null;
  #mark: HighWaterMark | null = null;
  #etag: string | null = null;
  #lastModified: string | null = null;
  #acceptsDelta = true;
  #isLongPolling: boolean;
  #isReportedStale = false;
  #confirmationWrittenAtMs = Number.NEGATIVE_INFINITY;
  #lastError: BundleStatus['lastError'] = null;
  readonly #counts = { polls: 0, confirmed: 0, activated: 0, refused: 0, failed: 0 };
  #polling: Promise<PollOutcome> | null = null;
  #loop: Promise<void> | null = null;

  constructor(options: BundleManagerOptions) {
    this.#options = options;
    this.#limits = options.limits ?? BUNDLE_LIMITS;
    this.#store = new BundleStore(options.storeFolder, options.name);
    this.#age = new ConfirmationAge(options.clock);
    this.#isLongPolling = options.polling.longPollSeconds !== null;
  }

  /** Loads what was kept, then begins to ask the source. Resolves when a kept bundle is in force or there is no good one. Call it once. */
  async start(): Promise<void> {
    await this.load();
    this.#loop = this.#run();
  }

  /** Ends everything that is under way; what is in force stays in force. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.#polling;
  }

  status(): BundleStatus {
    const { confirmedAtMs, ageMs } = this.#age;
    const active = this.#active;
    const { maxStalenessMs, name } = this.#options;
    return {
      name,
      active:
        active === null
          ? null
          : {
              revision: active.bundle.revision,
              sequence: active.bundle.sequence,
              sha256: active.bundle.sha256,
              keyId: active.bundle.keyId,
              from: active.from,
              activatedAtMs: active.activatedAtMs,
            },
      confirmedAtMs,
      ageMs,
      isStale: maxStalenessMs !== null && ageMs > maxStalenessMs,
      lastError: this.#lastError,
      counts: { ...this.#counts },
    };
  }

  /** Loads, verifies and tries the kept bundle. {@link start} does it; by itself it is for tools that only look. */
  async load(): Promise<void> {
    const stored = await this.#store.load(this.#limits.archiveBytesMax);
    if (!stored.ok) {
      this.#note({ kind: 'refused', refusal: stored.refusal, from: 'store' });
      const state = await this.#store.loadState();
      this.#mark = state?.mark ?? null;
      if (stored.refusal.code === 'BND081') await this.#recover();
      return;
    }
    if (stored.value === null) return;
    const { state, archives } = stored.value;
    this.#mark = state.mark;
    const outcome = await examineChain(archives, this.#verifyOptions(), state.mark);
    if (!outcome.ok) {
      this.#note({ kind: 'refused', refusal: outcome.refusal, from: 'store' });
      return;
    }
    const isTried = await this.#tryBundle(outcome.value, 'store');
    if (!isTried) return;
    this.#enter(outcome.value, { from: 'store', archives: state.archives });
    this.#age.resume(state.confirmedAtMs);
    if (state.address === this.#options.source.address) {
      this.#etag = state.etag;
      this.#lastModified = state.lastModified;
    }
  }

  /** Asks the source once, now. While a poll is under way its outcome is returned. */
  poll(): Promise<PollOutcome> {
    this.#polling ??= this.#pollOnce()
      .catch((error: unknown) => {
        // A defect of ours must not end the polling: what is in force stays so, and its age tells.
        const what = error instanceof Error ? error.message : String(error);
        return this.#refused(refusal('BND084', `an internal error kept the bundle from being examined: ${what}`));
      })
      .finally(() => {
        this.#polling = null;
      });
    return this.#polling;
  }

  async #run(): Promise<void> {
    const { polling, random, clock, wait = waitFor } = this.#options;
    let failures = 0;
    while (!this.#isStopped()) {
      const waitSeconds = this.#waitSeconds();
      const startedNs = clock.monotonicNs();
      const outcome = await this.poll();
      let delayMs = pollDelayMs(polling, random());
      if (outcome.kind === 'failed') {
        failures += 1;
        delayMs = retryDelayMs(polling, { failures, retryAfterMs: outcome.retryAfterMs, random: random() });
      } else {
        failures = 0;
        // A server that answers `unchanged` at once does not hold requests, whatever it says; asking again at once would only heat it.
        const heldMs = Number((clock.monotonicNs() - startedNs) / 1_000_000n);
        const isHeld = waitSeconds !== null && (outcome.kind === 'activated' || heldMs >= waitSeconds * 500);
        if (isHeld && this.#waitSeconds() !== null) delayMs = LONG_POLL_GAP_MS;
      }
      if (!this.#isStopped()) await wait(delayMs, this.#stop.signal);
    }
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  #waitSeconds(): number | null {
    return this.#isLongPolling && this.#active !== null ? this.#options.polling.longPollSeconds : null;
  }

  async #pollOnce(): Promise<PollOutcome> {
    this.#counts.polls += 1;
    const answer = await this.#options.source.fetch({
      etag: this.#etag,
      lastModified: this.#lastModified,
      waitSeconds: this.#waitSeconds(),
      acceptsDelta: this.#acceptsDelta && this.#active !== null,
      archiveBytesMax: this.#limits.archiveBytesMax,
      signal: this.#stop.signal,
    });
    if (answer.kind === 'failed') {
      if (!this.#isStopped()) this.#note({ kind: 'failed', refusal: answer.refusal, from: 'source' });
      return answer;
    }
    if (answer.kind === 'unchanged') {
      await this.#confirm(null);
      return { kind: 'unchanged' };
    }
    this.#isLongPolling = answer.isLongPolling && this.#options.polling.longPollSeconds !== null;
    return this.#take(answer);
  }

  /** Verifies and activates what the source gave. */
  async #take(answer: BundleAnswer): Promise<PollOutcome> {
    const active = this.#active;
    if (active !== null && sha256Of(answer.bytes) === active.bundle.sha256) {
      await this.#confirm(answer);
      return { kind: 'unchanged' };
    }
    const outcome = await examine(answer.bytes, this.#verifyOptions(), {
      active: active?.bundle ?? null,
      mark: this.#mark,
    });
    if (!outcome.ok) {
      // A delta that does not fit is followed by a request for the whole bundle.
      if (outcome.refusal.code === 'BND052' || outcome.refusal.code === 'BND053') this.#forgetSource();
      return this.#refused(outcome.refusal);
    }
    const { value: candidate } = outcome;
    const isInForce =
      active !== null && candidate.order === 'same' && markOf(active.bundle).digest === this.#mark?.digest;
    if (!isInForce && !(await this.#tryBundle(candidate.bundle, 'source'))) {
      return this.#failedPoll();
    }
    await this.#adopt(candidate, answer, isInForce);
    return { kind: isInForce ? 'unchanged' : 'activated' };
  }

  async #adopt(candidate: Candidate, answer: BundleAnswer, isInForce: boolean): Promise<void> {
    const before = this.#active;
    const sha256 = sha256Of(answer.bytes);
    const archives = candidate.isDelta ? [...(before?.archives ?? []), sha256] : [sha256];
    if (isInForce) {
      this.#active = before === null ? null : { ...before, bundle: { ...before.bundle, sha256 }, archives };
    } else {
      this.#enter(candidate.bundle, { from: 'source', archives });
    }
    this.#mark = markOf(candidate.bundle);
    this.#etag = answer.etag;
    this.#lastModified = answer.lastModified;
    // The chain is bounded: the next answer must be a whole bundle again, also when nothing changed since.
    this.#acceptsDelta = archives.length < ARCHIVES_MAX;
    if (!this.#acceptsDelta) this.#forgetSource();
    this.#confirmed();
    await this.#save(answer.bytes);
  }

  #forgetSource(): void {
    this.#etag = null;
    this.#lastModified = null;
    this.#acceptsDelta = false;
  }

  /** The source says that what is in force is current. */
  async #confirm(answer: BundleAnswer | null): Promise<void> {
    if (answer !== null) {
      this.#acceptsDelta = true;
      this.#etag = answer.etag;
      this.#lastModified = answer.lastModified;
    }
    this.#confirmed();
    const { clock } = this.#options;
    const nowMs = Number(clock.monotonicNs() / 1_000_000n);
    if (nowMs - this.#confirmationWrittenAtMs < CONFIRMATION_WRITE_MS) return;
    await this.#save(null);
  }

  #confirmed(): void {
    this.#age.confirm();
    this.#isReportedStale = false;
    this.#lastError = null;
    this.#counts.confirmed += 1;
    const revision = this.#active?.bundle.revision;
    if (revision !== undefined) this.#options.report({ kind: 'confirmed', revision });
  }

  async #save(added: Uint8Array | null): Promise<void> {
    const active = this.#active;
    const { confirmedAtMs } = this.#age;
    if (active === null || this.#mark === null || confirmedAtMs === null) return;
    this.#confirmationWrittenAtMs = Number(this.#options.clock.monotonicNs() / 1_000_000n);
    const state: StoredState = {
      archives: active.archives,
      mark: this.#mark,
      confirmedAtMs,
      address: this.#options.source.address,
      etag: this.#etag,
      lastModified: this.#lastModified,
    };
    const saved = await this.#store.save(state, added);
    if (!saved.ok) this.#note({ kind: 'failed', refusal: saved.refusal, from: 'store' });
  }

  async #recover(): Promise<void> {
    const newest = await newestOf(await this.#store.recover(this.#limits.archiveBytesMax), this.#verifyOptions());
    if (newest === null || !(await this.#tryBundle(newest.bundle, 'store'))) return;
    this.#mark = markOf(newest.bundle);
    this.#enter(newest.bundle, { from: 'store', archives: [newest.bundle.sha256] });
  }

  /** Lets the evaluator be made and tried. @returns whether it works and decides now. */
  async #tryBundle(bundle: VerifiedBundle, from: 'store' | 'source'): Promise<boolean> {
    const outcome = await this.#tried(bundle);
    if (outcome.ok) return true;
    this.#note({
      kind: 'refused',
      refusal: refusal('BND063', `the policy ${bundle.revision} was tried and failed: ${outcome.reason}`),
      from,
    });
    return false;
  }

  async #tried(bundle: VerifiedBundle): Promise<ActivationOutcome> {
    const { activate, activationTimeoutMs = ACTIVATION_TIMEOUT_MS } = this.#options;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(activationTimeoutMs)]);
    const ended = new Promise<ActivationOutcome>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve({ ok: false, reason: 'it did not end in time' });
      });
    });
    try {
      return await Promise.race([activate(bundle, signal), ended]);
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #enter(bundle: VerifiedBundle, { from, archives }: Pick<Active, 'from' | 'archives'>): void {
    this.#active = { bundle, from, activatedAtMs: this.#options.clock.nowMs(), archives };
    this.#counts.activated += 1;
    this.#options.report({ kind: 'activated', revision: bundle.revision, sequence: bundle.sequence, from });
  }

  #refused(reason: BundleRefusal): PollOutcome {
    this.#note({ kind: 'refused', refusal: reason, from: 'source' });
    return this.#failedPoll();
  }

  #failedPoll(): PollOutcome {
    if (this.#lastError === null) throw new Error('invariant: a failed poll has a reason');
    const { code, message, help } = this.#lastError;
    return { kind: 'failed', refusal: { code, message, help }, retryAfterMs: null };
  }

  #note(event: Extract<BundleEvent, { readonly kind: 'refused' | 'failed' }>): void {
    this.#lastError = { ...event.refusal, atMs: this.#options.clock.nowMs() };
    this.#counts[event.kind] += 1;
    this.#options.report(event);
    const { isStale, ageMs } = this.status();
    if (!isStale || this.#isReportedStale) return;
    this.#isReportedStale = true;
    this.#options.report({ kind: 'stale', ageMs });
  }

  #verifyOptions(): VerifyOptions {
    const { name, verification, clock } = this.#options;
    return { name, verification, nowMs: clock.nowMs(), limits: this.#limits };
  }
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
