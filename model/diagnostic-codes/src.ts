import type { DiagnosticArea } from './area.ts';

/** Reading JSON, JSON5 and YAML sources. */
export const SRC: DiagnosticArea = {
  SRC001: {
    title: 'the syntax is wrong',
    help: 'Correct the syntax at the place; the document is not analysed until then.',
  },
  SRC002: { title: 'the document is nested too deeply', help: 'Move parts of it into documents of their own.' },
  SRC003: {
    title: 'a key stands more than once in a map',
    help: 'Remove all but one; the last one is taken here, other readers differ.',
  },
  SRC004: {
    title: 'the document is too large once its aliases are expanded',
    help: 'Write it with fewer nested aliases, or in several documents.',
  },
  SRC005: { title: 'the file is too large', help: 'Split it, or leave it out of the analysis.' },
  SRC006: { title: 'an alias has no anchor', help: 'Define the anchor earlier in the same document.' },
  SRC007: { title: 'a merge key has no map', help: 'Give `<<` an alias of a map, or a list of such aliases.' },
};
