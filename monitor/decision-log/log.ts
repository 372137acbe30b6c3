import type { Evaluation } from '../../policies/engine/types.ts';
import type { JsonValue } from '../../model/json.ts';
import type { ActivePolicy } from '../enforcement/core/active-policy.ts';
import type { DecisionRecord, DecisionRecorder } from '../enforcement/core/record.ts';
import { makeEvent, type DecisionLogEvent, type EventSource } from './event.ts';
import { ERASE_EVERYTHING, maskEvent, readMaskRules } from './mask.ts';

/** Decisions that wait to be masked and written; further ones are lost and counted, and refused where they must be recorded. */
export const DECISIONS_QUEUED_MAX = 10_000;

/** Decisions written in one go, so that others get their turn in between. */
const BATCH_MAX = 256;

/** Entry points of the bundle, as in OPA's default configuration. */
export const MASK_ENTRYPOINT = 'system/log/mask';
export const DROP_ENTRYPOINT = 'system/log/drop';

/** Takes finished events; throws when they cannot be kept. */
export interface EventSink {
  write(lines: readonly string[]): void;
}

export interface DecisionLogOptions {
  readonly source: EventSource;
  /** The policy whose mask and drop decisions apply: the one that is active when the event is written. */
  readonly active: ActivePolicy;
  readonly sinks: readonly EventSink[];
  /** Calls that cannot be recorded are refused. */
  readonly mustRecord: boolean;
  /** Runs the task soon, outside of the decision. */
  readonly defer: (task: () => void) => void;
  /** Hears what cannot be written, once for each change. */
  readonly onProblem: (message: string | null) => void;
  /** Hears events as they are written: the tail. */
  readonly onEvent: (event: DecisionLogEvent) => void;
}

/** Counters; `lost` is what no sink has. */
export interface DecisionLogStats {
  recorded: number;
  written: number;
  /** Left out because the bundle's drop decision said so. */
  dropped: number;
  /** Input and result were erased because the mask decision failed. */
  maskFailures: number;
  lost: number;
}

/**
 * Turns records into masked events and hands them to the sinks, in order. Masking comes before anything is kept anywhere: what the mask removes never
 * reaches a disk.
 */
export class DecisionLog implements DecisionRecorder {
  readonly stats: DecisionLogStats = { recorded: 0, written: 0, dropped: 0, maskFailures: 0, lost: 0 };
  readonly #options: DecisionLogOptions;
  #queue: { readonly record: DecisionRecord; readonly sequence: number }[] = [];
  #sequence = 0;
  #isBusy = false;
  #isBroken = false;
  #idle: (() => void)[] = [];

  constructor(options: DecisionLogOptions) {
    this.#options = options;
  }

  record(record: DecisionRecord): boolean {
    // While no sink takes anything, a call that goes on would have no record. Refusals are still tried, and find out when it is over.
    if (this.#isBroken && this.#options.mustRecord && record.decision.effective === 'allow') return false;
    this.#sequence += 1;
    if (this.#queue.length >= DECISIONS_QUEUED_MAX) {
      this.stats.lost += 1;
      return false;
    }
    this.stats.recorded += 1;
    this.#queue.push({ record, sequence: this.#sequence });
    this.#schedule();
    return true;
  }

  /** Resolves when everything recorded so far was written or lost. */
  async flush(): Promise<void> {
    if (this.#queue.length === 0 && !this.#isBusy) return;
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve);
    });
  }

  #schedule(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#options.defer(() => {
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    const batch = this.#queue.slice(0, BATCH_MAX);
    this.#queue = this.#queue.slice(BATCH_MAX);
    const events: DecisionLogEvent[] = [];
    for (const { record, sequence } of batch) {
      const event = await this.#prepare(makeEvent(record, this.#options.source, sequence));
      if (event !== null) events.push(event);
    }
    this.#write(events);
    this.#isBusy = false;
    if (this.#queue.length > 0) {
      this.#schedule();
      return;
    }
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }

  #write(events: readonly DecisionLogEvent[]): void {
    if (events.length === 0) return;
    const lines = events.map((event) => JSON.stringify(event));
    const problems: string[] = [];
    for (const sink of this.#options.sinks) {
      try {
        sink.write(lines);
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
      }
    }
    const isLost = problems.length === this.#options.sinks.length && problems.length > 0;
    if (isLost) this.stats.lost += events.length;
    else this.stats.written += events.length;
    if (isLost !== this.#isBroken) this.#options.onProblem(isLost ? problems.join('; ') : null);
    this.#isBroken = isLost;
    for (const event of events) this.#options.onEvent(event);
  }

  /** Drops or masks by the bundle's own decisions; null when it is to be left out. */
  async #prepare(event: DecisionLogEvent): Promise<DecisionLogEvent | null> {
    const { active } = this.#options;
    const policy = active.current;
    // Without a policy nobody says what may be kept.
    if (policy === null) return maskEvent(event, ERASE_EVERYTHING);
    const ask = (entrypoint: string): Evaluation | Promise<Evaluation> =>
      active.evaluate(policy, { entrypoint, input: event, nowMs: Date.parse(event.timestamp), tenant: '' });
    const has = (entrypoint: string): boolean => policy.evaluator.entrypoints.includes(entrypoint);
    if (has(DROP_ENTRYPOINT)) {
      const dropped = await ask(DROP_ENTRYPOINT);
      if (dropped.kind === 'result' && dropped.value === true) {
        this.stats.dropped += 1;
        return null;
      }
    }
    if (!has(MASK_ENTRYPOINT)) return maskEvent(event, DEFAULT_RULES);
    const rules = rulesOf(await ask(MASK_ENTRYPOINT));
    if (rules === null) this.stats.maskFailures += 1;
    return maskEvent(event, rules ?? ERASE_EVERYTHING);
  }
}

function rulesOf(evaluation: Evaluation): ReturnType<typeof readMaskRules> {
  if (evaluation.kind === 'undefined') return [];
  return evaluation.kind === 'result' ? readMaskRules(evaluation.value) : null;
}

/** For bundles without a mask decision: credentials and bodies are erased. */
const DEFAULT_MASK: JsonValue = [
  ...['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'weir-context'].map(
    (name) => `/input/attributes/request/http/headers/${name}`,
  ),
  '/input/attributes/request/http/body',
  '/input/attributes/request/http/rawBody',
  '/input/parsed_body',
];
const DEFAULT_RULES = readMaskRules(DEFAULT_MASK) ?? ERASE_EVERYTHING;
