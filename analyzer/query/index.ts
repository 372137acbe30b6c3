/** Everything a rule may use besides the model. */
export { adviseFixes, prepareAdvice, type AdviceContext } from './advice.ts';
export { buildRuleContext, type RuleContextParts } from './context.ts';
export { countOf, describeAxis, describeOrigin, describePlace, describeSink, listNames } from './describe.ts';
export { readsAny, rootsIn, textOf, variesWith } from './dependence.ts';
export {
  brokenPromises,
  flowOf,
  guardOf,
  isOpenQuestion,
  messageKeyOf,
  reportVerdict,
  violatedSteps,
  type FlowReportOptions,
} from './flow.ts';
export { groupFindings, isFingerprintOf } from './group.ts';
export { idleRules } from './idle.ts';
export { lookupIn, type Lookup } from './lookup.ts';
export { decodeRuleMetadata } from './metadata.ts';
export { reportPlaces, type Place } from './places.ts';
export { runRules, runRulesByPlace } from './run.ts';
export { moreSensitive, sensitivityOf, type Sensitivity } from './sensitivity.ts';
export { insideAny } from './spans.ts';
export { cyclesOf, isLimited, placedIn, placedSteps, type PlacedStep } from './structure.ts';
export type { Rule, RuleContext, RuleReport } from './types.ts';
