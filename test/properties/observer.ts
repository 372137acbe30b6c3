import type { CheckResult } from '../../analyzer/flow/index.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Label, LabelSpace } from '../../model/label.ts';

type ResultTyping = CheckResult['compositions'][number]['result'];

interface Tree {
  own: Label;
  rest: Label;
  readonly fields: Map<string, Tree>;
  readonly indexes: Map<number, Tree>;
  element: Tree | null;
}

/** Puts the flat list of result labels back into a tree. Field names of generated programs have no dots or brackets. */
function treeOf(typing: ResultTyping): Tree {
  const nodes = new Map<string, Tree>();
  for (const { path, own, rest } of [...typing].sort((a, b) => a.path.length - b.path.length)) {
    const node: Tree = { own, rest, fields: new Map(), indexes: new Map(), element: null };
    nodes.set(path, node);
    const match = /^(.*?)(?:\.([^.[\]]+)|\[(\d+|\*)\])$/.exec(path);
    const parent = match?.[1] === undefined ? undefined : nodes.get(match[1]);
    if (match === null || parent === undefined) continue;
    if (match[2] !== undefined) parent.fields.set(match[2], node);
    else if (match[3] === '*') parent.element = node;
    else parent.indexes.set(Number(match[3]), node);
  }
  const root = nodes.get('$');
  if (root === undefined) throw new Error('observer: the result has labels');
  return root;
}

/** What of a value an observer may see, given its labels: everything else is left out. */
export function visiblePart(
  value: JsonValue,
  typing: ResultTyping,
  eye: { readonly observer: Label; readonly space: LabelSpace },
): JsonValue {
  const isSeen = (label: Label): boolean => eye.space.exceeds(label, eye.observer).length === 0;
  const uniform = (label: Label): Tree => ({
    own: label,
    rest: label,
    fields: new Map(),
    indexes: new Map(),
    element: null,
  });
  const look = (at: JsonValue, tree: Tree): JsonValue => {
    const seesOwn = isSeen(tree.own);
    if (Array.isArray(at)) {
      const items = at as readonly JsonValue[];
      const elements = items.map((item, index) =>
        look(item, tree.indexes.get(index) ?? tree.element ?? uniform(tree.rest)),
      );
      // Reading an element tells that there is one.
      return seesOwn ? { list: elements } : 'hidden';
    }
    if (typeof at === 'object' && at !== null) {
      const fields = at as Readonly<Record<string, JsonValue>>;
      const names = [...new Set([...Object.keys(fields), ...tree.fields.keys()])].sort();
      const seen = names.flatMap((name) => {
        const part = tree.fields.get(name);
        const label = part ?? uniform(tree.rest);
        if (part === undefined && !isSeen(tree.rest)) return [];
        const shown = look(fields[name] ?? null, label);
        return shown === null || shown === 'hidden' ? [] : [[name, shown] as const];
      });
      if (!seesOwn && seen.length === 0) return 'hidden';
      return { ...(seesOwn ? { type: 'object' } : {}), fields: Object.fromEntries(seen) };
    }
    return seesOwn && isSeen(tree.rest) ? at : 'hidden';
  };
  return look(value, treeOf(typing));
}
