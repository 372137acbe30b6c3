import type { DiagnosticArea } from './area.ts';

/** Data selection languages. */
export const EXP: DiagnosticArea = {};
