/** Findings that list several places of a workflow: what is said about one place never covers another, whenever it was added. */
import test from 'ava';
import type { ReportedFinding } from '../../../model/finding.ts';
import { Repository } from './run.ts';

const RULE = 'WEIR-TOKEN-002';

interface Wait {
  readonly comment?: string;
  /** Stands in a Map. */
  readonly inside?: Readonly<Record<string, Wait>>;
}

/** States in a row that wait for ever for an answer. */
function waits(states: Readonly<Record<string, Wait>>): unknown {
  const names = Object.keys(states);
  const stateOf = (name: string, at: number): unknown => ({
    ...(states[name]?.comment === undefined ? {} : { Comment: states[name].comment }),
    ...(states[name]?.inside === undefined
      ? {
          Type: 'Task',
          Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          Parameters: { QueueUrl: `https://queues.example/${name}`, 'MessageBody.$': '$$.Task.Token' },
        }
      : { Type: 'Map', MaxConcurrency: 1, ItemProcessor: waits(states[name].inside) }),
    ...(at + 1 < names.length ? { Next: names[at + 1] } : { End: true }),
  });
  return { StartAt: names[0], States: Object.fromEntries(names.map((name, at) => [name, stateOf(name, at)])) };
}

const definition = (states: Readonly<Record<string, Wait>>): string => `${JSON.stringify(waits(states), null, 2)}\n`;

function lines(findings: readonly ReportedFinding[]): readonly string[] {
  return findings
    .filter(({ ruleId }) => ruleId === RULE)
    .map(({ message, suppression, baselineState }) => {
      const state = suppression === null ? (baselineState ?? 'counts') : `suppressed: ${suppression.reason}`;
      return `${state}: ${/heartbeat at (.*)\.$/.exec(message.what)?.[1] ?? message.what}`;
    });
}

test('a baseline shows a place that is added, by its name, and nothing when one is removed', (t) => {
  const repository = new Repository(t, { 'rounds.asl.json': definition({ AskWard: {}, AskLab: {} }) });
  t.regex(repository.weir(['baseline']).err, /2 findings written/);
  t.regex(
    repository.read('weir-baseline.json'),
    /"place": "AskLab"[^]*"place": "AskWard"|"place": "AskWard"[^]*"place": "AskLab"/,
  );
  const check = (): readonly string[] => lines(repository.result(['--baseline', 'weir-baseline.json']).result.findings);
  t.deepEqual(check(), ['unchanged: AskWard and AskLab']);
  repository.write('rounds.asl.json', definition({ AskFamily: {}, AskWard: {}, AskLab: {} }));
  t.deepEqual(check(), ['new: AskFamily', 'unchanged: AskWard and AskLab']);
  repository.write('rounds.asl.json', definition({ AskLab: {} }));
  t.deepEqual(check(), ['unchanged: AskLab']);
});

test('--changed-since shows a place that is added', (t) => {
  const repository = new Repository(t, { 'rounds.asl.json': definition({ AskWard: {} }) });
  repository.git('init', '-q', '-b', 'main');
  repository.commitAll('rounds');
  repository.write('rounds.asl.json', definition({ AskWard: {}, AskLab: {} }));
  t.deepEqual(lines(repository.result(['--changed-since', 'main']).result.findings), [
    'unchanged: AskWard',
    'new: AskLab',
  ]);
});

test('a suppression at a state covers that state alone, also when later ones are added or stand inside', (t) => {
  const comment = `weir-ignore ${RULE} -- the ward answers by hand`;
  const repository = new Repository(t, {
    'rounds.asl.json': definition({ AskWard: { comment }, AskLab: {}, EachBed: { comment, inside: { AskBed: {} } } }),
  });
  const { result } = repository.result();
  t.deepEqual(lines(result.findings), ['suppressed: the ward answers by hand: AskWard', 'counts: AskLab and AskBed']);
  t.deepEqual(
    result.diagnostics.map(({ code, span }) => `${code} line ${span.start.line}`),
    ['CLI012 line 24'],
  );
});

test('a suppression in weir.yaml covers the states it names, or a workflow', (t) => {
  const repository = new Repository(t, { 'rounds.asl.json': definition({ AskWard: {}, AskLab: {} }) });
  const check = (place: string): readonly string[] => {
    repository.write(
      'weir.yaml',
      `suppressions: [{ rule: ${RULE}, file: rounds.asl.json, place: ${place}, reason: by hand }]\n`,
    );
    return lines(repository.result().result.findings);
  };
  t.deepEqual(check('AskLab'), ['counts: AskWard', 'suppressed: by hand: AskLab']);
  t.deepEqual(check('rounds'), ['suppressed: by hand: AskWard and AskLab']);
});

test('what was printed can be explained, whichever places were suppressed', (t) => {
  const comment = `weir-ignore ${RULE} -- the ward answers by hand`;
  const states = { AskWard: { comment }, AskLab: {}, AskFamily: {} };
  const repository = new Repository(t, { 'rounds.asl.json': definition(states) });
  const printed = repository.result().result.findings.find(({ suppression }) => suppression === null);
  const fingerprints = [printed?.fingerprint, ...(printed?.related ?? []).map(({ fingerprint }) => fingerprint)];
  t.is(fingerprints.length, 3);
  for (const fingerprint of fingerprints) {
    const { code, out } = repository.weir(['explain', fingerprint ?? '']);
    t.is(code, 0);
    t.regex(out, /at AskWard, AskLab and AskFamily\./);
  }
});
