import type { DiagnosticArea } from './area.ts';

/** The configuration file. */
export const CFG: DiagnosticArea = {};
