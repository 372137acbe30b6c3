import type { DiagnosticArea } from './area.ts';

/** Reading JSON, JSON5 and YAML sources. */
export const SRC: DiagnosticArea = {};
