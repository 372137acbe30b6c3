import type { DiagnosticArea } from './area.ts';

/** The command line. */
export const CLI: DiagnosticArea = {
  CLI001: { title: 'a file or folder does not exist', help: 'Correct the path.' },
  CLI002: { title: 'a file is too large to read', help: 'Split it, or add it to `ignore` in weir.yaml.' },
  CLI003: { title: 'a file or folder cannot be read', help: 'Give read access, or add it to `ignore` in weir.yaml.' },
  CLI004: { title: 'there are too many files', help: 'Name the folders to check, or add others to `ignore`.' },
  CLI005: { title: 'an option or argument is wrong', help: 'Run the command with `--help`.' },
  CLI006: { title: 'the configuration is not usable', help: 'Correct what the diagnostics before it say.' },
  CLI007: { title: 'a file cannot be written', help: 'Correct the path or give write access.' },
  CLI008: { title: 'the baseline is not readable', help: 'Write it again with `weir baseline`.' },
  CLI009: { title: 'a revision cannot be read', help: 'Name a revision that this git repository has.' },
  CLI010: { title: 'a suppression has no reason', help: 'Write `weir-ignore RULE -- reason`.' },
  CLI011: { title: 'a suppression has expired', help: 'Fix what it covers, or give it a new reason and date.' },
  CLI012: { title: 'a suppression covers no finding', help: 'Remove it, or move it to the place it is meant for.' },
  CLI013: { title: 'a suppression names no rule', help: 'Correct the rule; `weir rules` lists all.' },
  CLI014: { title: 'a suppression is not readable', help: 'Write `weir-ignore RULE -- reason until YYYY-MM-DD`.' },
  CLI015: { title: 'the base revision could not be analysed', help: 'All findings count as new; correct the base.' },
  CLI016: {
    title: 'a rule or finding is not known',
    help: 'Use a rule id or a fingerprint that `weir check` printed.',
  },
  CLI017: { title: 'a question cannot be asked here', help: 'Run `weir init --yes`, or run it on a terminal.' },
  CLI018: { title: 'a file is not text', help: 'Save it as UTF-8, or leave it out.' },
  CLI019: { title: 'a file is not UTF-8', help: 'Save it as UTF-8; what could be read of it is analysed.' },
  CLI020: { title: 'a file is empty', help: 'Write the workflow, or remove the file.' },
  CLI021: { title: 'no workflow was found', help: 'Name a file or folder that holds definitions or templates.' },
  CLI022: { title: 'a command is not known', help: 'Run `weir --help` to see all commands.' },
  CLI023: { title: 'a workflow could not be represented, which is a defect of weir', help: 'Report it with the file.' },
};
