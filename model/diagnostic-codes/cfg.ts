import type { DiagnosticArea } from './area.ts';

/** The configuration file. */
export const CFG: DiagnosticArea = {
  CFG001: { title: 'the file is no configuration', help: 'Keep one YAML document with `version: 1` or no version.' },
  CFG002: { title: 'a value has the wrong form', help: 'Write the form that the message names.' },
  CFG003: { title: 'a key is not known', help: 'Correct the key; the message names the nearest one.' },
  CFG004: { title: 'a word is not one of those that are known', help: 'Use one of the words that the message lists.' },
  CFG005: { title: 'a level, region or tenant is not declared', help: 'Add it under `lattice`, or use another.' },
  CFG006: { title: 'a path is not readable', help: 'Write `$.field`, `$["field"]` or `$.list[*].field`.' },
  CFG007: { title: 'a label is ambiguous', help: 'Name one level per axis, as a map where a name has two meanings.' },
  CFG008: { title: 'a key is missing', help: 'Add the key that the message names.' },
  CFG009: { title: 'a digest or date is not readable', help: 'Write `sha256:` and 64 digits, or YYYY-MM-DD.' },
  CFG010: {
    title: 'a release lowers an axis that it may not',
    help: 'Declassifiers lower confidentiality, region and tenant; endorsers lower integrity.',
  },
  CFG011: { title: 'an authority is not declared', help: 'Add it under `authorities`.' },
  CFG012: { title: 'a rule is turned off without a reason', help: 'Add `reason:`.' },
  CFG013: {
    title: 'a pattern matches nothing',
    help: 'Correct the name, or remove the entry; `weir check --show-config` lists the names there are.',
  },
  CFG014: {
    title: 'two declarations contradict each other',
    help: 'Remove one, or make one pattern narrower: a full name beats a glob, longer text beats shorter.',
  },
  CFG015: { title: 'a required function is not clear', help: 'Name exactly one function that the workflows call.' },
  CFG016: { title: 'a requirement is on something that is no store', help: 'Name the store that the data reaches.' },
  CFG017: { title: 'a rule is not known', help: 'Correct the id; `weir rules` lists all.' },
  CFG018: { title: 'a label beside a thing is not readable', help: 'Write `weir: label <level>`.' },
};
