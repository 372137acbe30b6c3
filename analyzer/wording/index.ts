export { conditionText } from './condition.ts';
export { wordWitness, type StepLookup } from './hops.ts';
export { pathText, pathWords, plainWords, targetWords, type VariableWords, type WordsOf } from './variables.ts';
