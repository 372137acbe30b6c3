import { entriesOf, listNode, mapNode, valueAt, type DataNode, type MapEntry, type MapNode } from '../source/index.ts';

/** Sections of SAM's `Globals` by the type they apply to. */
const SECTIONS: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'Function',
  'AWS::Serverless::Api': 'Api',
  'AWS::Serverless::HttpApi': 'HttpApi',
  'AWS::Serverless::SimpleTable': 'SimpleTable',
  'AWS::Serverless::StateMachine': 'StateMachine',
};

/** Deepest level to which properties are merged; deeper ones are taken from the resource. */
const MERGE_DEPTH_MAX = 16;

/** Properties of a SAM resource with those of `Globals` filled in. */
export function withGlobals(properties: MapNode | null, root: MapNode, writtenType: string): MapNode | null {
  const section = SECTIONS[writtenType];
  const globals = section === undefined ? null : valueAt(root, 'Globals', section);
  if (globals?.kind !== 'map') return properties;
  return properties === null ? globals : mergeMaps(globals, properties);
}

/** Maps are merged, lists appended, everything else replaced (SAM specification, "Globals section", overridable properties). */
function merge(base: DataNode, own: DataNode, depth: number): DataNode {
  if (base.kind === 'map' && own.kind === 'map' && depth < MERGE_DEPTH_MAX) return mergeMaps(base, own, depth);
  if (base.kind === 'list' && own.kind === 'list') return listNode([...base.items, ...own.items], own.span);
  return own;
}

/** One map with the entries of both; `own` wins. */
export function mergeMaps(base: MapNode, own: MapNode, depth = 0): MapNode {
  const entries = new Map<string, MapEntry>(base.entries.map((entry) => [entry.key, entry]));
  for (const entry of entriesOf(own)) {
    const inherited = entries.get(entry.key);
    const value = inherited === undefined ? entry.value : merge(inherited.value, entry.value, depth + 1);
    entries.set(entry.key, { ...entry, value });
  }
  return mapNode([...entries.values()], own.span, own.tag);
}
