import type { DataNode, MapEntry, MapNode, ScalarNode } from '../../source/types.ts';
import type { Expression, ObjectField } from '../../../model/ir.ts';
import { arrayOf, literal, objectOf } from '../build.ts';
import { lowerIntrinsicText } from '../intrinsics/index.ts';
import { lowerPathText } from '../jsonpath/index.ts';
import { absent, Lowering, TEMPLATE_DEPTH_MAX } from '../lowering.ts';
import type { Selection, SelectionScope } from '../types.ts';

const DYNAMIC_SUFFIX = '.$';

/**
 * Lowers a payload template (Parameters, ResultSelector, ItemSelector, Assign of a JSONPath state): a key that ends in `.$` has a path or an
 * intrinsic function as its value and loses the suffix; everything else is constant.
 */
export function lowerPayloadTemplate(node: DataNode, scope: SelectionScope): Selection {
  const lowering = new Lowering(scope);
  return lowering.finish(lowerNode(node, lowering, 0));
}

/** Lowers the value of one `.$` key, or of a field that takes either: a path, or a call when it does not start with `$`. */
export function lowerPathOrIntrinsic(node: ScalarNode, scope: SelectionScope): Selection {
  const lowering = new Lowering(scope);
  return lowering.finish(lowerDynamic(node, lowering));
}

function lowerNode(node: DataNode, lowering: Lowering, depth: number): Expression {
  if (depth > TEMPLATE_DEPTH_MAX) {
    lowering.report('EXP044', `the template is nested deeper than ${TEMPLATE_DEPTH_MAX}`, node.span);
    return lowering.opaque('template that is nested too deep', node.span);
  }
  switch (node.kind) {
    case 'scalar':
      return literal(node.value, node.span);
    case 'list':
      return arrayOf(
        node.items.map((item) => lowerNode(item, lowering, depth + 1)),
        node.span,
      );
    case 'map':
      return lowerMap(node, lowering, depth);
  }
}

function lowerMap(node: MapNode, lowering: Lowering, depth: number): Expression {
  const fields = new Map<string, ObjectField>();
  for (const entry of node.entries) {
    const isDynamic = entry.key.endsWith(DYNAMIC_SUFFIX);
    const name = isDynamic ? entry.key.slice(0, -DYNAMIC_SUFFIX.length) : entry.key;
    if (fields.has(name)) {
      lowering.report('EXP040', `the template sets \`${name}\` twice`, entry.keySpan);
    }
    const value = isDynamic ? lowerEntry(entry, lowering) : lowerNode(entry.value, lowering, depth + 1);
    fields.set(name, { name, value });
  }
  return objectOf([...fields.values()], node.span);
}

function lowerEntry(entry: MapEntry, lowering: Lowering): Expression {
  const { value, key } = entry;
  if (value.kind === 'scalar' && typeof value.value === 'string') return lowerDynamic(value, lowering);
  lowering.report('EXP042', `the value of \`${key}\` is no string`, value.span);
  return absent(value.span);
}

function lowerDynamic(node: ScalarNode, lowering: Lowering): Expression {
  const text = typeof node.value === 'string' ? node.value : '';
  return text.startsWith('$') || !/^[A-Za-z_]/.test(text)
    ? lowerPathText(node, lowering)
    : lowerIntrinsicText(node, lowering);
}
