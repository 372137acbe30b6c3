import type { DiagnosticArea } from './area.ts';

/** Evaluation of compiled policies. */
export const ENG: DiagnosticArea = {
  ENG001: { title: 'the module is no WebAssembly', help: 'Build the bundle again; the file was cut off or changed.' },
  ENG002: {
    title: 'the module is no compiled policy',
    help: 'Build it with `weir policy build`, which makes `opa` compile for WebAssembly.',
  },
  ENG003: {
    title: 'the interface version of the module is not supported',
    help: 'Build it with the version of `opa` that `weir policy build` uses.',
  },
  ENG004: {
    title: 'the policy calls a builtin function that is not provided',
    help: 'Use another function; the list of builtins says what is refused and why.',
  },
  ENG005: { title: 'the data is no JSON', help: 'Build the bundle again; `data.json` must be one JSON document.' },
  ENG006: {
    title: 'the policy needs more memory than it may have',
    help: 'Make the data smaller, or raise the memory limit of the evaluator.',
  },
  ENG007: { title: 'the policy fails when it is tried', help: 'Run its tests with `weir policy test`.' },
  ENG008: { title: 'no worker could be started', help: 'Look at the message; the machine may be out of memory.' },
  ENG009: { title: 'the input is larger than the limit', help: 'Send less, or raise the limit of the evaluator.' },
  ENG010: { title: 'the input is nested deeper than the limit', help: 'Send data that is less deep.' },
  ENG011: { title: 'the input is no object', help: 'Give an object as input; JSON cannot hold cycles.' },
  ENG012: { title: 'the entry point does not exist', help: 'Use one of those that the bundle was built with.' },
};
