import type { DiagnosticArea } from './area.ts';

/** Infrastructure templates. */
export const TPL: DiagnosticArea = {
  TPL002: { title: 'a definition is no state machine', help: 'Give it a map with StartAt and States.' },
  TPL003: {
    title: 'a state machine has no definition',
    help: 'Give it Definition, DefinitionString, DefinitionUri or DefinitionS3Location.',
  },
  TPL004: {
    title: 'a definition is only known after deployment',
    help: 'Write it as text, Fn::Sub or Fn::Join, or in a file of its own.',
  },
  TPL005: {
    title: 'a definition is kept in a bucket',
    help: 'Check the template before it is packaged, with the path of the local file.',
  },
  TPL006: {
    title: 'a definition file cannot be read',
    help: 'Correct the path, which is relative to the template, or build the file before the check.',
  },
  TPL007: {
    title: 'a definition depends on a condition',
    help: 'Only the first alternative is analysed; write the alternatives as state machines of their own to have each checked.',
  },
  TPL008: {
    title: 'a macro makes resources that are not seen',
    help: 'Check the processed template, which has the resources written out.',
  },
  TPL009: {
    title: 'a placeholder of a definition has no value',
    help: 'Give it one in DefinitionSubstitutions; it stays as text otherwise.',
  },
  TPL010: {
    title: 'variables of a configuration are too many to follow',
    help: 'Write the state machines with fewer nested ${file()} and ${self:} variables.',
  },
  TPL011: {
    title: 'the document of an API cannot be read',
    help: 'Keep it in the repository and name its path relative to the template; what it starts is not known otherwise.',
  },
};
