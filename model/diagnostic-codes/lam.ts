import type { DiagnosticArea } from './area.ts';

/** Lambda runtimes that cannot be guarded. */
export const LAM: DiagnosticArea = {
  LAM001: {
    title: 'there is no Lambda Runtime API',
    help: 'Start the wrapper where Lambda, its emulator or the component starts the runtime.',
  },
  LAM002: {
    title: 'the runtime takes several invocations at once',
    help: 'Deploy the function with one invocation per execution environment.',
  },
};
