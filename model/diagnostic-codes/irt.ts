import type { DiagnosticArea } from './area.ts';

/** The text form of the IR. */
export const IRT: DiagnosticArea = {};
