import type { DiagnosticArea } from './area.ts';

/** Amazon States Language definitions. */
export const ASL: DiagnosticArea = {
  ASL001: { title: 'a required field is missing', help: 'Add the field.' },
  ASL002: {
    title: 'a field is not allowed here',
    help: 'Remove the field, or correct its name; the service refuses fields that it does not know.',
  },
  ASL003: {
    title: 'a field belongs to the other query language',
    help: 'Use the field of the query language of this state, or give the state another QueryLanguage.',
  },
  ASL004: { title: 'a value has the wrong form', help: 'Give the kind of value that the field takes.' },
  ASL005: { title: 'two fields exclude each other', help: 'Keep one of the fields.' },
  ASL006: {
    title: 'a transition leads to no state',
    help: 'Name a state of the same machine; a branch or processor cannot be left by a transition.',
  },
  ASL007: { title: 'no state ends the machine', help: 'Give some state `End: true`, or add a Succeed or Fail state.' },
  ASL008: { title: 'a state cannot be reached', help: 'Lead a transition to the state, or remove it.' },
  ASL009: {
    title: 'a state type does not exist',
    help: 'Use Task, Pass, Choice, Wait, Succeed, Fail, Parallel or Map.',
  },
  ASL010: {
    title: 'two states have the same name',
    help: 'Rename one: names are unique in the whole state machine, branches and processors included.',
  },
  ASL011: { title: 'the name of a state is too long', help: 'Use at most 80 characters.' },
  ASL012: {
    title: 'a wildcard for errors stands where it hides others',
    help: 'Write `States.ALL` alone in its ErrorEquals, in the last retrier or catcher.',
  },
  ASL013: { title: 'ErrorEquals names no error', help: 'Name at least one error, or `States.ALL`.' },
  ASL014: {
    title: 'a query language is unknown or cannot be chosen here',
    help: 'Use JSONPath or JSONata; a machine that is JSONata at the top has no JSONPath states.',
  },
  ASL015: { title: 'a number is out of range', help: 'Give a number in the range that the field takes.' },
  ASL016: {
    title: 'a choice rule does not test exactly one thing',
    help: 'Give the rule one comparison, or one of And, Or and Not.',
  },
  ASL017: {
    title: 'the name of a variable is not valid',
    help: 'Use letters, digits and underscores, at most 80 characters, and not the name `states`.',
  },
  ASL018: {
    title: 'a task waits for a token that it does not send',
    help: 'Send `$$.Task.Token` (JSONata: `$states.context.Task.Token`) in the request, else nobody can resume the execution.',
  },
  ASL019: {
    title: 'a reserved error name does not exist',
    help: 'Names that start with `States.` belong to the language; correct the name or choose one of your own.',
  },
  ASL020: {
    title: 'an express workflow cannot wait for this',
    help: 'Express workflows only support request-response; use a standard workflow for `.sync`, `.waitForTaskToken`, activities and distributed maps.',
  },
  ASL021: { title: 'machines are nested too deep', help: 'Make inner machines workflows of their own.' },
};
