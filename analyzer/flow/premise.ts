/**
 * The premises of the typing rules, by name. The checker asks {@link PremiseSwitch.holds} wherever a premise is used, so that tests can switch
 * one off and show that the suite finds the leak ("premise mutants"). Production code always passes {@link allPremises}.
 */
export const PREMISES = [
  // Values assigned under pc carry it: at the assignment and, for what an assignment did not reach, where the ways meet.
  'assigned-pc',
  'assign-own-of-ancestors',
  'call-argument-bound',
  'call-pc-bound',
  'call-result-argument',
  'call-result-output',
  'call-error-argument',
  'call-error-declared',
  'read-content',
  'read-key',
  'read-inferred-content',
  'write-value-bound',
  'write-key-bound',
  'write-pc-bound',
  'write-answer',
  'store-error',
  'await-content',
  'await-error',
  'conditional-test',
  'source-label',
  'branch-arm-pc',
  'branch-earlier-guards',
  'branch-join',
  'branch-raise-exits',
  'loop-guard',
  'forEach-length',
  'forEach-element',
  'forEach-tolerated-error',
  'forEach-error',
  'forEach-sequential',
  'parallel-pc',
  'parallel-error',
  'race-winner',
  'try-handler-pc',
  'try-handler-state',
  'try-normal-path',
  'try-payload',
  'retry-loop',
  'raise-error-label',
  'release-authority',
  'release-input',
  'release-robustness-data',
  'release-robustness-control',
  'return-pc',
  'return-bound',
  'failure-bound',
  'composition-entry',
  'composition-pc',
  'composition-error',
  'composition-refusal',
  'composition-result',
  'opaque-top',
  'computed-limit',
  'credentials',
  'trigger-existence',
  'dynamic-target-result',
  'dynamic-target-flow',
  'unresolved-result',
  'journal-names',
  'journal-data',
  'journal-failure',
  'journal-error',
  'strict-termination',
  'strict-journal-failure',
  'strict-cancellation',
] as const;

export type Premise = (typeof PREMISES)[number];

/** Says which premises hold. */
export interface PremiseSwitch {
  holds(premise: Premise): boolean;
}

export const allPremises: PremiseSwitch = { holds: () => true };

/** Every premise but one; for tests only. */
export function withoutPremise(off: Premise): PremiseSwitch {
  return { holds: (premise) => premise !== off };
}
