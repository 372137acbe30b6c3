import { tally } from '../common/findings.ts';
import type { Reporter } from '../types.ts';

/** One JSON object per line: diagnostics, findings, then a summary with the coverage. */
export const jsonl: Reporter = {
  name: 'jsonl',
  title: 'one JSON object per line, for pipes and log collectors',
  render: (result) => {
    const { version, tool, status, coverage } = result;
    const lines = [
      ...result.diagnostics.map((diagnostic) => ({ type: 'diagnostic', ...diagnostic })),
      ...result.findings.map((finding) => ({ type: 'finding', ...finding })),
      { type: 'summary', version, tool, status, tally: tally(result), coverage },
    ];
    return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
  },
};
