import picocolors from 'picocolors';
import type {
  Change,
  ChangeGroup,
  ReplayCounts,
  ReplayReport,
  Unreplayed,
} from '../../../../policies/authoring/replay/replay.ts';
import type { ChangeKind } from '../../../../policies/authoring/replay/verdict.ts';
import { renderSuites, type TestCase } from '../../../../reports/junit/suites.ts';
import { uriOf } from '../../../../reports/sarif/places.ts';
import { printable } from '../../printable.ts';
import { VERSION } from '../../version.ts';

/** What was replayed with what. */
export interface ReplayNames {
  readonly log: string;
  readonly target: string;
  /** Of the candidate; empty for a folder. */
  readonly revision: string;
}

/** Rows of each table that people are shown; the other formats have all that are listed. */
const ROWS_MAX = 20;

const WORDS: Readonly<Record<ChangeKind, string>> = {
  'newly-allowed': 'newly allowed',
  'newly-denied': 'newly denied',
  reasons: 'other reasons',
  value: 'other value',
};

/** A table of the changes, what was not replayed, and the counts. */
export function prettyReplay(report: ReplayReport, names: ReplayNames, color: boolean): string {
  const paint = picocolors.createColors(color);
  const { changes, groups, unreplayed } = report;
  const rows = changes.slice(0, ROWS_MAX).map(rowOf);
  const hidden = changes.length + report.changesNotListed - rows.length;
  const missing = unreplayed.slice(0, ROWS_MAX).map((each) => `${names.log}:${each.line} ${unreplayedText(each)}`);
  const missingHidden = unreplayed.length + report.unreplayedNotListed - missing.length;
  const sections = [
    section(paint.bold('Changes'), [...table(HEADER, rows), ...more(hidden)]),
    groups.length < 2
      ? ''
      : section(
          paint.bold('By kind'),
          table(['', 'decisions', 'entry point', 'details', 'first line'], groups.slice(0, ROWS_MAX).map(groupRow)),
        ),
    section(paint.bold('Not replayed'), [...missing.map(printable), ...more(missingHidden)]),
    `${countLines(report.counts).join('\n')}\n`,
  ];
  return sections.filter((text) => text !== '').join('\n');
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;

const more = (count: number): readonly string[] =>
  count === 0 ? [] : [`and ${count} more: \`--format json\` lists as many as \`--limit\` says`];

const HEADER = ['line', 'decision', '', 'function', 'entry point', 'details'];

const rowOf = ({ line, decisionId, kind, functionId, entrypoint, details }: Change): readonly string[] => [
  String(line),
  decisionId,
  WORDS[kind],
  functionId,
  entrypoint,
  details.join(' '),
];

const groupRow = ({ kind, count, entrypoint, details, firstLine }: ChangeGroup): readonly string[] => [
  WORDS[kind],
  String(count),
  entrypoint,
  details.join(' '),
  String(firstLine),
];

/** Longest cell, UTF-16 units. */
const CELL_LENGTH_MAX = 80;

/** Columns of equal width without those that are empty in all rows; no lines for no rows. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const safe = rows.map((cells) =>
    cells.map((cell) => printable(cell).replaceAll('\n', ' ').slice(0, CELL_LENGTH_MAX)),
  );
  const used = header.map((_, column) => safe.some((cells) => (cells[column] ?? '') !== ''));
  const shown = [header, ...safe].map((cells) => cells.filter((_, column) => used[column] === true));
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map((cells) => (cells[column] ?? '').length)));
  return shown.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const unreplayedText = ({ decisionId, kind, reason }: Unreplayed): string =>
  kind === 'bad' ? `not readable: ${reason}` : `${decisionId}: ${reason}`;

function countLines(counts: ReplayCounts): readonly string[] {
  const { unchanged, newlyAllowed, newlyDenied, reasons, value, notReplayable, bad, other } = counts;
  const changed = newlyAllowed + newlyDenied + reasons + value;
  const kinds = [
    ...(newlyAllowed > 0 ? [`${newlyAllowed} newly allowed`] : []),
    ...(newlyDenied > 0 ? [`${newlyDenied} newly denied`] : []),
    ...(reasons > 0 ? [`${reasons} with other reasons`] : []),
    ...(value > 0 ? [`${value} with another value`] : []),
  ];
  const missing = [
    ...(notReplayable > 0 ? [`${notReplayable} not replayable`] : []),
    ...(bad > 0 ? [`${bad} places not readable`] : []),
    ...(other > 0 ? [`${other} lines that are no decisions`] : []),
  ];
  return [
    `replayed   ${unchanged + changed} decisions: ${unchanged} unchanged, ${changed} changed${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}`,
    ...(missing.length === 0 ? [] : [`left out   ${missing.join(', ')}`]),
  ];
}

function changeText({ decisionId, kind, before, after, entrypoint, details }: Change): string {
  const verdicts = before.verdict === after.verdict ? before.verdict : `${before.verdict} → ${after.verdict}`;
  return `Decision ${decisionId} of ${entrypoint} is ${WORDS[kind]} (${verdicts})${details.length === 0 ? '' : `: ${details.join(', ')}`}`;
}

/** One suite: a failing case for each change that is listed, a skipped one for what was not replayed, and one for all that did not change. */
export function junitOfReplay(report: ReplayReport, names: ReplayNames): string {
  const changes = report.changes.map((change): TestCase => ({
    name: `line ${change.line}: ${change.decisionId}`,
    state: 'failure',
    message: changeText(change),
    text: [`${names.log}:${change.line}`, ...change.details],
  }));
  const missing = report.unreplayed.map((each): TestCase => ({
    name: `line ${each.line}: ${each.decisionId === '' ? 'not readable' : each.decisionId}`,
    state: 'skipped',
    message: each.reason,
    text: [],
  }));
  const { unchanged } = report.counts;
  const same: TestCase = { name: `${unchanged} decisions are unchanged`, state: 'passed', message: '', text: [] };
  const facts = Object.entries(report.counts).map(([name, count]) => ({ name, value: String(count) }));
  return renderSuites('weir policy replay', {
    about: [
      {
        name: 'replay',
        properties: [
          ...facts,
          { name: 'changesNotListed', value: String(report.changesNotListed) },
          { name: 'unreplayedNotListed', value: String(report.unreplayedNotListed) },
        ],
      },
    ],
    suites: [{ name: names.log, cases: [...(unchanged > 0 ? [same] : []), ...changes, ...missing] }],
  });
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const RULES: readonly {
  readonly id: ChangeKind;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
}[] = [
  { id: 'newly-allowed', level: 'error', text: 'The candidate allows what was denied.' },
  { id: 'newly-denied', level: 'warning', text: 'The candidate denies what was allowed.' },
  { id: 'reasons', level: 'note', text: 'The candidate comes to the same verdict for other reasons.' },
  { id: 'value', level: 'warning', text: 'The candidate answers with another value.' },
];

/** SARIF 2.1.0 (OASIS): one result for each change that is listed, at its line of the log. */
export function sarifOfReplay(report: ReplayReport, names: ReplayNames): string {
  const place = (line: number): object => ({
    physicalLocation: { artifactLocation: { uri: uriOf(names.log) }, region: { startLine: line } },
  });
  const results = report.changes.map((change) => ({
    ruleId: change.kind,
    ruleIndex: RULES.findIndex(({ id }) => id === change.kind),
    level: RULES.find(({ id }) => id === change.kind)?.level ?? 'warning',
    message: { text: changeText(change) },
    locations: [place(change.line)],
    partialFingerprints: { 'decisionId/v1': change.decisionId },
    properties: {
      entrypoint: change.entrypoint,
      function: change.functionId,
      before: change.before,
      after: change.after,
    },
  }));
  const notifications = report.unreplayed.map((each) => ({
    level: each.kind === 'bad' ? 'error' : 'warning',
    message: { text: unreplayedText(each) },
    locations: [place(each.line)],
  }));
  const run = {
    tool: {
      driver: {
        name: 'Weir policy replay',
        semanticVersion: VERSION,
        rules: RULES.map(({ id, level, text }) => ({
          id,
          shortDescription: { text },
          defaultConfiguration: { level },
        })),
      },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [{ executionSuccessful: report.counts.bad === 0, toolExecutionNotifications: notifications }],
    results,
    properties: {
      candidate: names.target,
      counts: report.counts,
      changesNotListed: report.changesNotListed,
      unreplayedNotListed: report.unreplayedNotListed,
    },
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}
