import type { DiagnosticArea } from './area.ts';

/** The command line. */
export const CLI: DiagnosticArea = {};
