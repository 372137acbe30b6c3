import { readLoggedDecision, type LoggedDecision } from '../replay/logged-decision.ts';
import { readLog } from '../replay/read-log.ts';
import { isJson, isJsonObject, type JsonObject } from '../runs/json.ts';
import { done, refused, type RunOutcome } from '../runs/outcome.ts';

/** A decision of a log, with what it was made from. */
export interface FoundDecision extends Pick<LoggedDecision, 'entrypoint' | 'nowMs' | 'line'> {
  readonly input: JsonObject;
  /** JSON Pointers of what a mask took from the input or replaced in it: rules that read these may have decided otherwise then. */
  readonly altered: readonly string[];
}

/**
 * Finds a decision in a log by its id, without reading on after it.
 *
 * Errors: POL112 it is not there; POL113 its input is not in the log, or no policy made it.
 */
export async function findDecision(log: AsyncIterable<Uint8Array>, id: string): Promise<RunOutcome<FoundDecision>> {
  let bad = 0;
  for await (const items of readLog(log)) {
    for (const item of items) {
      if (item.kind === 'bad') bad++;
      // Reading every event as JSON would take long; an id stands in it as it is.
      if (item.kind === 'bad' || !item.text.includes(id)) continue;
      const event = readLoggedDecision(item.text, item.line);
      if (event.kind === 'not-replayable' && event.decisionId === id) return notKept(id, event.reason);
      if (event.kind === 'decision' && event.decision.decisionId === id) return foundOf(event.decision);
    }
  }
  const unread = bad === 0 ? '' : `; ${bad} places of the log are not readable`;
  return refused(
    'POL112',
    `there is no decision \`${id}\` in the log${unread}`,
    'Give its `decision_id` as the log has it.',
  );
}

const notKept = (id: string, reason: string): RunOutcome<never> =>
  refused('POL113', `decision \`${id}\` cannot be made again: ${reason}`, 'Give the input with --input.');

function foundOf({ decisionId, line, entrypoint, nowMs, input, altered }: LoggedDecision): RunOutcome<FoundDecision> {
  const plain: unknown = JSON.parse(
    JSON.stringify(input, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
  );
  if (!isJson(plain) || !isJsonObject(plain)) return notKept(decisionId, 'its input is nested too deeply');
  return done({
    entrypoint,
    nowMs,
    line,
    input: plain,
    altered: altered.filter(([root]) => root === 'input').map((path) => `/${path.join('/')}`),
  });
}
