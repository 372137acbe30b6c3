/** Data selection languages as label-aware selections: text and templates in, IR expressions out. */
export { lowerIntrinsic } from './intrinsics/index.ts';
export { INTRINSIC_NAMES } from './intrinsics/lower.ts';
export { lowerJsonPath } from './jsonpath/index.ts';
export { parseReferencePath } from './jsonpath/reference.ts';
export { isJsonata, lowerJsonata, lowerJsonataTemplate } from './jsonata/index.ts';
export { lowerPathOrIntrinsic, lowerPayloadTemplate } from './templates/payload.ts';
export type { ReferencePath, Selection, SelectionNote, SelectionScope } from './types.ts';
