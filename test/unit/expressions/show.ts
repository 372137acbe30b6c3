import type { Expression, Segment } from '../../../model/ir.ts';

const MARKS = { anyElement: '[*]', anyChild: '.*', spread: '[]', own: '.own', dynamic: '..' } as const;

const segmentText = (segment: Segment): string => {
  if (segment.kind === 'field') return /^[A-Za-z_]\w*$/.test(segment.name) ? `.${segment.name}` : `['${segment.name}']`;
  return segment.kind === 'index' ? `[${segment.index}]` : MARKS[segment.kind];
};

/** One line of text for an expression, for expectations in tests. */
export function show(expression: Expression): string {
  switch (expression.kind) {
    case 'path':
      return expression.path.root + expression.path.segments.map(segmentText).join('');
    case 'literal':
      return JSON.stringify(expression.value);
    case 'source':
      return `source<${(expression.label.marks ?? []).join(',')}>(${show(expression.of)})`;
    case 'object':
      return `{${expression.fields.map((field) => `${field.name}: ${show(field.value)}`).join(', ')}}`;
    case 'array':
      return `[${expression.items.map(show).join(', ')}]`;
    case 'merge':
      return `(${show(expression.base)} + ${show(expression.over)})`;
    case 'get':
      return `(${show(expression.of)})${expression.segments.map(segmentText).join('')}`;
    case 'conditional':
      return `if ${show(expression.test)} then ${show(expression.then)} else ${show(expression.otherwise)}`;
    case 'apply':
      return `${expression.operator}(${expression.args.map(show).join(', ')})`;
  }
}
