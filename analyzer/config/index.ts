export { elementBeside, elementsOf, type Element } from './beside.ts';
export { labelApplication, NO_NATIVE_LABELS, type NativeLabels } from './apply.ts';
export { DEFAULT_CONFIGURATION, loadConfiguration, SECTIONS } from './load.ts';
export { readNativeLabels } from './native.ts';
export { didYouMean, nearNames } from './near.ts';
export { globMatches } from './patterns.ts';
export { readSuppressionText, SUPPRESSION_WORD } from './suppression-text.ts';
export type * from './types.ts';
