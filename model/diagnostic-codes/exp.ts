import type { DiagnosticArea } from './area.ts';

/** Data selection languages. */
export const EXP: DiagnosticArea = {
  EXP001: {
    title: 'a JSONPath is malformed',
    help: "Write a path that starts with `$`, `$$` or `$name` and goes on with `.field`, `['field']` or `[0]`.",
  },
  EXP002: {
    title: 'a JSONPath function does not exist',
    help: 'Use a function of the JSONPath library such as `length()`, or an intrinsic function.',
  },
  EXP003: {
    title: 'a workflow variable is never assigned',
    help: 'Assign the variable in an earlier state, or correct its name.',
  },
  EXP004: { title: 'a selection is too long', help: 'Split the expression into several fields or states.' },
  EXP020: {
    title: 'an intrinsic function does not exist',
    help: 'Use one of the intrinsic functions of the States Language; names are case-sensitive.',
  },
  EXP021: {
    title: 'an intrinsic function has the wrong number of arguments',
    help: 'Give the arguments that the function takes.',
  },
  EXP022: {
    title: 'a format has more or fewer places than values',
    help: 'Write one `{}` for each value; escape literal braces with a backslash.',
  },
  EXP023: {
    title: 'a constant argument is not allowed here',
    help: 'Give the kind of argument that the function takes.',
  },
  EXP024: {
    title: 'a call of an intrinsic function is malformed',
    help: 'Write `States.Name(…)` with strings in single quotes, or start the value with `$` for a path.',
  },
  EXP040: {
    title: 'a payload template sets a field twice',
    help: 'Remove the key or its `.$` form; only one of them can be sent.',
  },
  EXP042: {
    title: 'the value of a `.$` key is no string',
    help: 'Give a path or an intrinsic function as a string, or drop the suffix `.$` from the key.',
  },
  EXP044: {
    title: 'a template or an expression is nested too deep',
    help: 'Flatten it: give its inner parts fields, variables or states of their own.',
  },
  EXP060: { title: 'a JSONata expression is malformed', help: 'Correct the expression at the position given.' },
  EXP061: {
    title: 'a string looks like JSONata but is a constant',
    help: 'Remove the spaces around `{% … %}`; the string must start and end with the delimiters.',
  },
  EXP062: {
    title: 'a JSONata selection has no context',
    help: 'Start at `$states.input`, `$states.result`, `$states.context` or a variable; `$` and `$$` have no value here.',
  },
  EXP063: {
    title: 'a JSONata function does not exist',
    help: 'Use a function of JSONata or Step Functions with `$` before its name, or define it in the expression.',
  },
  EXP064: { title: 'a JSONata function has too few arguments', help: 'Give the arguments that the function takes.' },
  EXP065: {
    title: 'a JSONata function is not available',
    help: 'Use `$parse` for JSON text, or compute the value in a function.',
  },
  EXP066: {
    title: 'a part of `$states` has no value here',
    help: 'Use `$states.input` or `$states.context`; `result` and `errorOutput` only exist after a task or in a catcher.',
  },
};
