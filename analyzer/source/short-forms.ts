import type { Span } from '../../model/span.ts';
import { listNode, mapNode, scalarNode } from './nodes.ts';
import type { DataNode, ScalarNode } from './types.ts';

/**
 * Names that CloudFormation accepts as short-form tags (Template Reference, "Intrinsic function reference"). Other tags of a document, e.g.
 * those of other tools, are left alone.
 */
const SHORT_FORMS: ReadonlySet<string> = new Set([
  'And', 'Base64', 'Cidr', 'Condition', 'Contains', 'EachMemberEquals', 'EachMemberIn', 'Equals', 'FindInMap', 'ForEach', 'GetAtt', 'GetAZs',
  'GetStackOutput', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or', 'Ref', 'RefAll', 'Select', 'Split', 'Sub', 'ToJsonString', 'Transform',
  'ValueOf', 'ValueOfAll',
]); // prettier-ignore

const WITHOUT_PREFIX: ReadonlySet<string> = new Set(['Ref', 'Condition']);

/** Whether a tag is one of CloudFormation's. */
export function isShortForm(tag: string): boolean {
  return tag.startsWith('!') && SHORT_FORMS.has(tag.slice(1));
}

/**
 * The long form of a tagged value: `!Sub x` is `{"Fn::Sub": x}`; `!GetAtt a.b` has its parts apart.
 *
 * @param tagSpan where the tag stands; it becomes the span of the key
 */
export function longForm(tag: string, value: DataNode, tagSpan: Span): DataNode {
  const name = tag.slice(1);
  const key = WITHOUT_PREFIX.has(name) ? name : `Fn::${name}`;
  const parts = key === 'Fn::GetAtt' && value.kind === 'scalar' ? splitAttribute(value) : value;
  const span = { file: tagSpan.file, start: tagSpan.start, end: value.span.end };
  return mapNode([{ key, keySpan: tagSpan, value: parts }], span, tag);
}

/** The logical id ends at the first dot; everything behind it is the attribute, which may have dots. */
function splitAttribute(node: ScalarNode): DataNode {
  const text = node.value;
  const dot = typeof text === 'string' ? text.indexOf('.') : -1;
  if (typeof text !== 'string' || dot < 0) return node;
  const part = (from: number, to: number): ScalarNode =>
    scalarNode({
      value: text.slice(from, to),
      raw: text.slice(from, to),
      span: node.spanOf(from, to),
      place: (first, last) => node.spanOf(from + first, from + last),
    });
  return listNode([part(0, dot), part(dot + 1, text.length)], node.span);
}
