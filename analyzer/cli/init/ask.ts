import { confirm, isCancel, select } from '@clack/prompts';
import type { Proposal, ProposedLevel } from './propose.ts';
import { PROPOSED_LEVELS } from './propose.ts';

/** Who answers the questions of `weir init`: a person at a terminal, or a test. */
export interface Asker {
  /** The level the user chose; `later` leaves the question as a comment in the file; null ends the command. */
  level(proposal: Proposal): Promise<ProposedLevel | 'later' | null>;
  /** Null ends the command. */
  confirm(question: string): Promise<boolean | null>;
}

const NAMES: Readonly<Record<Proposal['section'], string>> = {
  sources: 'What is the most confidential data in it?',
  stores: 'What is the most confidential data it keeps?',
  sinks: 'What is the most confidential data that may go there?',
};

/** Asks at the terminal. */
export const terminalAsker: Asker = {
  level: async ({ pattern, looksLike, level, section }) => {
    const answer = await select<ProposedLevel | 'later'>({
      message: `\`${pattern}\` looks like ${looksLike}. ${NAMES[section]}`,
      initialValue: level,
      options: [
        ...PROPOSED_LEVELS.map((value) => ({ value, label: value })),
        { value: 'later' as const, label: 'decide later', hint: 'stays a comment in weir.yaml' },
      ],
    });
    return isCancel(answer) ? null : answer;
  },
  confirm: async (question) => {
    const answer = await confirm({ message: question });
    return isCancel(answer) ? null : answer;
  },
};
