import type { DiagnosticArea } from './area.ts';

/** Amazon States Language definitions. */
export const ASL: DiagnosticArea = {};
