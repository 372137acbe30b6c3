export { pieceTogether } from './pieces.ts';
export { isRelevant, readTemplates } from './read.ts';
export type * from './types.ts';
