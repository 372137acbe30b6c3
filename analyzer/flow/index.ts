export { check, type CheckOptions, type CheckResult } from './check.ts';
export { PREMISES, type Premise } from './premise.ts';
