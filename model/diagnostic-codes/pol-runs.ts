import type { DiagnosticArea } from './area.ts';

/** Running policies while they are written: `weir policy test`, `replay`, `explain` and `bench`. Part of the area POL. */
export const POL_RUNS: DiagnosticArea = {
  POL101: { title: 'there are no policies at a path', help: 'Name a folder of policies or a Rego file.' },
  POL102: {
    title: 'a data document is not readable, or two conflict',
    help: 'Correct it, or keep each value in one file.',
  },
  POL103: { title: 'the policies do not compile', help: 'Correct them; `weir policy check` says more.' },
  POL104: {
    title: 'an example is not as it has to be',
    help: 'The format of `examples.yaml` is described in policies/rego/README.md.',
  },
  POL105: { title: 'the policies cannot be compiled to Wasm', help: 'Correct what the compiler says.' },
  POL106: {
    title: 'an entry point is missing or unknown',
    help: 'Annotate a rule with `# entrypoint: true`, or name one with --entrypoint.',
  },
  POL107: { title: 'the engine refuses the compiled policy', help: 'Correct what its own code, of area ENG, says.' },
  POL108: {
    title: 'a decision log cannot be read',
    help: 'Name a file of decision log events: JSON lines or arrays, also compressed.',
  },
  POL109: {
    title: 'a decision log has no event that can be used',
    help: 'Name another log, or record inputs and decisions in it.',
  },
  POL110: {
    title: 'a bundle cannot be read',
    help: 'Name a bundle that `weir policy build` wrote, or a folder of policies.',
  },
  POL111: { title: 'an input document is not readable', help: 'Write one JSON object.' },
  POL112: { title: 'a decision is not in the log', help: 'Give its `decision_id` as the log has it.' },
  POL113: { title: 'the log does not keep what a decision rested on', help: 'Give the input with --input.' },
  POL114: { title: 'there are no examples to measure with', help: 'Write an `examples.yaml` beside the policies.' },
  POL115: { title: 'there are too many or too large files', help: 'Name a smaller folder, or split the files.' },
};
