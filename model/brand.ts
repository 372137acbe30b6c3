declare const brand: unique symbol;

/** A string that is only interchangeable with strings of the same name, so that ids cannot be mixed up. */
export type Brand<Name extends string> = string & { readonly [brand]: Name };

/** Id of a composition: `<platform>:<file>#<path or name>`. */
export type CompositionId = Brand<'CompositionId'>;
/** Id of a function that a composition may call, e.g. `aws-lambda:ChargeCard` or `aws-api:rekognition:detectLabels`. */
export type FunctionId = Brand<'FunctionId'>;
/** Id of a place that keeps or shows data (table, queue, topic, log, ...), e.g. `aws-dynamodb:Patients`. */
export type StoreId = Brand<'StoreId'>;
/** Id of a step, unique in its composition. */
export type StepId = Brand<'StepId'>;
/** Id of a rule, `WEIR-<AREA>-<nnn>`. */
export type RuleId = Brand<'RuleId'>;

export const compositionId = (text: string): CompositionId => text as CompositionId;
export const functionId = (text: string): FunctionId => text as FunctionId;
export const storeId = (text: string): StoreId => text as StoreId;
export const stepId = (text: string): StepId => text as StepId;
export const ruleId = (text: string): RuleId => text as RuleId;
