import type { DiagnosticArea } from './area.ts';

/** Infrastructure templates. */
export const TPL: DiagnosticArea = {};
