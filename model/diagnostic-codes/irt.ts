import type { DiagnosticArea } from './area.ts';

/** The text form of the IR. */
export const IRT: DiagnosticArea = {
  IRT001: {
    title: 'something else is expected here',
    help: 'Write what the message names; the grammar is in model/ir-text/README.md.',
  },
  IRT002: {
    title: 'a character, string, name or place cannot be read',
    help: 'Correct the text; strings and quoted names are written as in JSON.',
  },
  IRT003: {
    title: 'nested too deep',
    help: 'Assign inner parts to variables, or make them compositions of their own.',
  },
  IRT004: { title: 'the text is too long', help: 'Split the application into several texts.' },
  IRT005: { title: 'unknown version of the text form', help: 'Print the application again with this version of weir.' },
  IRT006: { title: 'a word is not one of those allowed', help: 'Use one of the words that the message names.' },
  IRT007: {
    title: 'a region has neither steps nor an entry',
    help: 'Write a step, or `entry` and the id of the step that is meant.',
  },
  IRT008: { title: 'a key is repeated in a json value', help: 'Remove one of the two.' },
};
