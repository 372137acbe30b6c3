import type { Expression, Path, Segment } from '../../model/ir.ts';

/** Longest condition on an edge, in UTF-16 units. */
const CONDITION_LENGTH_MAX = 60;
/** Deepest nesting of operators that is spelt out. */
const CONDITION_DEPTH_MAX = 5;
/** Arguments of one operator and items of one list that are spelt out. */
const ARGUMENTS_MAX = 4;

/** A guard in a few words, as its author would say it: `score ≥ 600 and country = "CH"`. */
export function describeCondition(guard: Expression): string {
  const text = words(guard, 0);
  return text.length > CONDITION_LENGTH_MAX ? `${text.slice(0, CONDITION_LENGTH_MAX - 1)}…` : text;
}

function words(expression: Expression, depth: number): string {
  if (depth > CONDITION_DEPTH_MAX) return '…';
  switch (expression.kind) {
    case 'path':
      return pathWords(expression.path);
    case 'literal':
      return JSON.stringify(expression.value);
    case 'apply':
      return applyWords(expression.operator, expression.args, depth);
    case 'get':
      return `${words(expression.of, depth + 1)}${tail(expression.segments)}`;
    case 'source':
      return words(expression.of, depth + 1);
    case 'conditional':
      return `if ${words(expression.test, depth + 1)} then ${words(expression.then, depth + 1)} else ${words(expression.otherwise, depth + 1)}`;
    case 'array':
      return `[${listWords(expression.items, depth)}]`;
    case 'merge':
    case 'object':
      return '{…}';
  }
}

/** The variable is left out where fields follow: users know the fields, and the variable is often the front end's own. */
function pathWords({ root, segments }: Path): string {
  const way = tail(segments).replace(/^\./, '');
  const name = root.startsWith('var:') ? `$${root.slice('var:'.length)}` : root;
  if (way === '') return name;
  return root.startsWith('var:') || way.startsWith('[') ? `${name}${tail(segments)}` : way;
}

const tail = (segments: readonly Segment[]): string => segments.map(segmentWords).join('');

function segmentWords(segment: Segment): string {
  switch (segment.kind) {
    case 'field':
      return `.${segment.name}`;
    case 'index':
      return `[${segment.index}]`;
    case 'anyElement':
    case 'anyChild':
      return '[*]';
    case 'dynamic':
      return '[…]';
    case 'spread':
    case 'own':
      return '';
  }
}

function listWords(items: readonly Expression[], depth: number): string {
  const shown = items.slice(0, ARGUMENTS_MAX).map((item) => words(item, depth + 1));
  return [...shown, ...(items.length > ARGUMENTS_MAX ? ['…'] : [])].join(', ');
}

const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['equals', '='],
  ['lessthan', '<'],
  ['greaterthan', '>'],
  ['lessthanequals', '≤'],
  ['greaterthanequals', '≥'],
  ['matches', 'matches'],
  ['=', '='],
  ['!=', '≠'],
  ['<', '<'],
  ['>', '>'],
  ['<=', '≤'],
  ['>=', '≥'],
  ['&', '&'],
  ['+', '+'],
  ['-', '-'],
  ['*', '×'],
  ['/', '÷'],
  ['%', 'mod'],
  ['in', 'in'],
]);

function applyWords(operator: string, args: readonly Expression[], depth: number): string {
  const name = operator.slice(operator.indexOf(':') + 1);
  const [first, second] = args;
  if (first === undefined) return `${name}()`;
  if (args.length === 1) return unaryWords(name, first, depth);
  if (name === 'and' || name === 'or') {
    const text = args.map((each) => words(each, depth + 1)).join(` ${name} `);
    return depth === 0 ? text : `(${text})`;
  }
  if (/^is[A-Z]/.test(name) && second?.kind === 'literal' && typeof second.value === 'boolean') {
    return `${words(first, depth + 1)} is ${second.value ? '' : 'not '}${name.slice('is'.length).toLowerCase()}`;
  }
  const symbol = SYMBOLS.get(name.toLowerCase().replace(/^(?:string|numeric|boolean|timestamp)|path$/g, ''));
  if (symbol !== undefined && second !== undefined && args.length === 2) {
    return `${words(first, depth + 1)} ${symbol} ${words(second, depth + 1)}`;
  }
  return `${name}(${listWords(args, depth)})`;
}

function unaryWords(name: string, only: Expression, depth: number): string {
  const text = words(only, depth + 1);
  // A value that is taken as a list or a number is still that value to a reader.
  if (name === 'sequence' || name === 'list') return text;
  if (name === 'not') return `not ${text}`;
  const kind = /^is([A-Z]\w*)$/.exec(name)?.[1];
  return kind === undefined ? `${name}(${text})` : `${text} is ${kind.toLowerCase()}`;
}
