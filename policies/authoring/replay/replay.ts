import type { Evaluation } from '../../engine/types.ts';
import type { Candidate } from './candidate.ts';
import { readLoggedDecision, type LoggedDecision } from './logged-decision.ts';
import { readLog, type LogItem } from './read-log.ts';
import { changeOf, verdictOf, verdictOfEvaluation, type ChangeKind, type Verdict } from './verdict.ts';

/** A decision that the candidate makes in another way. Has ids and places, never data of the request. */
export interface Change {
  readonly line: number;
  readonly decisionId: string;
  readonly timestamp: string;
  readonly entrypoint: string;
  readonly functionId: string;
  readonly kind: ChangeKind;
  readonly before: Verdict;
  readonly after: Verdict;
  /** E.g. `+WEIR-RUN-003` for a reason that is new. */
  readonly details: readonly string[];
}

/** Something in the log that was not replayed. */
export interface Unreplayed {
  readonly line: number;
  /** Empty when the place is not readable. */
  readonly decisionId: string;
  readonly kind: 'not-replayable' | 'bad';
  readonly reason: string;
}

/** Changes of one kind with the same details. */
export interface ChangeGroup {
  readonly kind: ChangeKind;
  readonly entrypoint: string;
  readonly details: readonly string[];
  readonly count: number;
  readonly firstLine: number;
}

/** Everything of the log is in exactly one of these. */
export interface ReplayCounts {
  readonly unchanged: number;
  readonly newlyAllowed: number;
  readonly newlyDenied: number;
  readonly reasons: number;
  readonly value: number;
  /** Decisions that cannot be made again, e.g. because a mask took away what the policy reads. */
  readonly notReplayable: number;
  /** Places that are not readable. */
  readonly bad: number;
  /** JSON that is no decision. */
  readonly other: number;
}

export interface ReplayReport {
  readonly counts: ReplayCounts;
  /** In the order of the log, at most as many as asked for. */
  readonly changes: readonly Change[];
  readonly changesNotListed: number;
  readonly unreplayed: readonly Unreplayed[];
  readonly unreplayedNotListed: number;
  /** Sorted by count, largest first. */
  readonly groups: readonly ChangeGroup[];
  /** Changes in more kinds than {@link GROUPS_MAX}. */
  readonly changesNotGrouped: number;
  /** Why decisions were not replayable, with how many of them. */
  readonly notReplayableReasons: Readonly<Record<string, number>>;
  /** Revisions that made the logged decisions, sorted, at most {@link REVISIONS_MAX}. */
  readonly loggedRevisions: readonly string[];
}

/** Kinds of changes that are counted apart. */
export const GROUPS_MAX = 1_000;
/** Reasons that are counted apart; what comes after is `other reasons`. */
const REASONS_MAX = 100;
/** Revisions that are listed. */
export const REVISIONS_MAX = 50;

/**
 * Makes the decisions of a log again with a candidate and collects what changes. Reads the log piece by piece: memory does not grow with it.
 *
 * @param log bytes of the log
 * @param listedMax changes, and places that were not replayed, that are listed; all are counted
 */
export async function replayLog(
  candidate: Candidate,
  log: AsyncIterable<Uint8Array>,
  { listedMax }: { readonly listedMax: number },
): Promise<ReplayReport> {
  const tally = new Tally(listedMax);
  for await (const items of readLog(log)) {
    for (const item of items) {
      const step = replayItem(candidate, item, tally);
      // A vetted policy answers at once; waiting for each would take longer than the evaluation.
      if (step instanceof Promise) await step;
    }
  }
  return tally.report();
}

function replayItem(candidate: Candidate, item: LogItem, tally: Tally): Promise<void> | undefined {
  if (item.kind === 'bad') {
    tally.unreplayed({ line: item.line, decisionId: '', kind: 'bad', reason: item.reason });
    return undefined;
  }
  const event = readLoggedDecision(item.text, item.line);
  switch (event.kind) {
    case 'other':
      tally.other();
      return undefined;
    case 'bad':
      tally.unreplayed({ line: item.line, decisionId: '', kind: 'bad', reason: event.reason });
      return undefined;
    case 'not-replayable':
      tally.unreplayed({ line: item.line, ...event });
      return undefined;
    case 'decision':
      return replayDecision(candidate, event.decision, tally);
  }
}

function replayDecision(candidate: Candidate, decision: LoggedDecision, tally: Tally): Promise<void> | undefined {
  const { line, decisionId, entrypoint, input, nowMs } = decision;
  const reason = obstacleOf(candidate, decision);
  if (reason !== null) {
    tally.unreplayed({ line, decisionId, kind: 'not-replayable', reason });
    return undefined;
  }
  const judge = (evaluation: Evaluation): void => {
    tally.decided(decision, evaluation);
  };
  const evaluation = candidate.evaluator.evaluate({ entrypoint, input, nowMs, tenant: '' });
  if (!(evaluation instanceof Promise)) {
    judge(evaluation);
    return undefined;
  }
  return evaluation.then(judge);
}

/** Why a decision cannot be made again by this candidate; null when it can. */
function obstacleOf({ evaluator, references }: Candidate, { entrypoint, altered }: LoggedDecision): string | null {
  if (!evaluator.entrypoints.includes(entrypoint)) return `the candidate has no entry point \`${entrypoint}\``;
  const read = references?.[entrypoint] ?? [[]];
  for (const [root, ...path] of altered) {
    if (root === 'input' && read.some((reference) => isPrefix(reference, path) || isPrefix(path, reference))) {
      return `the log masks what the policy reads: /input/${path.join('/')}`;
    }
    const isVerdict = path.length === 0 || path[0] === 'allow' || path[0] === 'allowed';
    if (root === 'result' && isVerdict) return 'the log masks the verdict';
  }
  return null;
}

const isPrefix = (prefix: readonly string[], path: readonly string[]): boolean =>
  prefix.length <= path.length && prefix.every((part, at) => path[at] === part);

/** Counts, and keeps a bounded part of what it counts. */
class Tally {
  readonly #listedMax: number;
  readonly #counts = {
    unchanged: 0,
    'newly-allowed': 0,
    'newly-denied': 0,
    reasons: 0,
    value: 0,
    notReplayable: 0,
    bad: 0,
    other: 0,
  };
  readonly #changes: Change[] = [];
  readonly #unreplayed: Unreplayed[] = [];
  readonly #groups = new Map<string, { group: ChangeGroup; count: number }>();
  readonly #reasons = new Map<string, number>();
  readonly #revisions = new Set<string>();
  #ungrouped = 0;

  constructor(listedMax: number) {
    this.#listedMax = listedMax;
  }

  other(): void {
    this.#counts.other++;
  }

  unreplayed({ line, decisionId, kind, reason }: Unreplayed): void {
    if (kind === 'bad') this.#counts.bad++;
    else {
      this.#counts.notReplayable++;
      const known = this.#reasons.has(reason) || this.#reasons.size < REASONS_MAX ? reason : 'other reasons';
      this.#reasons.set(known, (this.#reasons.get(known) ?? 0) + 1);
    }
    if (this.#unreplayed.length < this.#listedMax) this.#unreplayed.push({ line, decisionId, kind, reason });
  }

  decided(decision: LoggedDecision, evaluation: Evaluation): void {
    for (const revision of decision.revisions) if (this.#revisions.size < REVISIONS_MAX) this.#revisions.add(revision);
    const isWhole = !decision.altered.some(([root]) => root === 'result');
    const change = changeOf(decision.result, evaluation, isWhole);
    if (change === null) {
      this.#counts.unchanged++;
      return;
    }
    this.#counts[change.kind]++;
    this.#group(decision, change);
    if (this.#changes.length >= this.#listedMax) return;
    const { line, decisionId, timestamp, entrypoint, functionId } = decision;
    const [before, after] = [verdictOf(decision.result), verdictOfEvaluation(evaluation)];
    this.#changes.push({ line, decisionId, timestamp, entrypoint, functionId, ...change, before, after });
  }

  #group({ entrypoint, line }: LoggedDecision, { kind, details }: Pick<Change, 'kind' | 'details'>): void {
    const key = JSON.stringify([kind, entrypoint, details]);
    const known = this.#groups.get(key);
    if (known !== undefined) known.count++;
    else if (this.#groups.size >= GROUPS_MAX) this.#ungrouped++;
    else this.#groups.set(key, { group: { kind, entrypoint, details, count: 1, firstLine: line }, count: 1 });
  }

  report(): ReplayReport {
    const { 'newly-allowed': newlyAllowed, 'newly-denied': newlyDenied, ...counts } = this.#counts;
    const changed = newlyAllowed + newlyDenied + counts.reasons + counts.value;
    const groups = [...this.#groups.values()].map(({ group, count }) => ({ ...group, count }));
    return {
      counts: { ...counts, newlyAllowed, newlyDenied },
      changes: this.#changes,
      changesNotListed: changed - this.#changes.length,
      unreplayed: this.#unreplayed,
      unreplayedNotListed: counts.notReplayable + counts.bad - this.#unreplayed.length,
      groups: groups.sort((one, other) => other.count - one.count || one.firstLine - other.firstLine),
      changesNotGrouped: this.#ungrouped,
      notReplayableReasons: Object.fromEntries([...this.#reasons].sort(([one], [other]) => (one < other ? -1 : 1))),
      loggedRevisions: [...this.#revisions].sort(),
    };
  }
}
