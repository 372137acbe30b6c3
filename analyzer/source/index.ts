export { parseDocument, parseEmbedded, spanIn } from './parse.ts';
export { entriesOf, itemsOf, listNode, mapNode, mapOf, scalarNode, textOf, toJson, valueAt } from './nodes.ts';
export type * from './types.ts';
