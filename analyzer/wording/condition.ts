import type { Expression } from '../../model/ir.ts';
import { pathText, wayText, type WordsOf } from './variables.ts';

/** Longest condition that is told, in UTF-16 units; of a longer one the words that fit. */
export const CONDITION_LENGTH_MAX = 600;
/** Deepest nesting of operators that is spelt out. */
const CONDITION_DEPTH_MAX = 8;
/** Arguments of one function and items of one list that are spelt out. */
const ARGUMENTS_MAX = 8;

/** A guard as its author would write it: `$.score ≥ 600 and $.country = "CH"`. */
export function conditionText(guard: Expression, wordsOf: WordsOf): string {
  const text = new Condition(wordsOf).text(guard, 0);
  if (text.length <= CONDITION_LENGTH_MAX) return text;
  const start = text.slice(0, CONDITION_LENGTH_MAX - 2);
  return `${start.slice(0, Math.max(start.lastIndexOf(' '), 1))} …`;
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

/** Binds its arguments closer than `and` and `or` do. */
const isLoose = (expression: Expression): boolean =>
  expression.kind === 'conditional' ||
  (expression.kind === 'apply' && expression.args.length > 1 && /^(?:and|or)$/.test(nameOf(expression.operator)));

/** An operator without the language that it comes from. */
const nameOf = (operator: string): string => operator.slice(operator.indexOf(':') + 1);

class Condition {
  readonly #wordsOf: WordsOf;

  constructor(wordsOf: WordsOf) {
    this.#wordsOf = wordsOf;
  }

  text(expression: Expression, depth: number): string {
    if (depth > CONDITION_DEPTH_MAX) return '…';
    const inner = (part: Expression): string => this.text(part, depth + 1);
    switch (expression.kind) {
      case 'path':
        return pathText(expression.path, this.#wordsOf);
      case 'literal':
        return JSON.stringify(expression.value);
      case 'apply':
        return this.#apply(nameOf(expression.operator), expression.args, depth);
      case 'get':
        return `${this.#part(expression.of, depth)}${wayText(expression.segments)}`;
      case 'source':
        return this.text(expression.of, depth);
      case 'conditional':
        return `if ${inner(expression.test)} then ${inner(expression.then)} else ${inner(expression.otherwise)}`;
      case 'array':
        return `[${this.#list(expression.items, depth)}]`;
      case 'merge':
      case 'object':
        return '{…}';
    }
  }

  /** In parentheses when what stands around it would take it apart. */
  #part(expression: Expression, depth: number): string {
    const text = this.text(expression, depth + 1);
    return isLoose(expression) ? `(${text})` : text;
  }

  #list(items: readonly Expression[], depth: number): string {
    const shown = items.slice(0, ARGUMENTS_MAX).map((item) => this.text(item, depth + 1));
    return [...shown, ...(items.length > ARGUMENTS_MAX ? ['…'] : [])].join(', ');
  }

  #apply(name: string, args: readonly Expression[], depth: number): string {
    const [first, second] = args;
    if (first === undefined) return `${name}()`;
    if (second === undefined) return this.#unary(name, first, depth);
    if (name === 'and' || name === 'or') return args.map((each) => this.#part(each, depth)).join(` ${name} `);
    if (/^is[A-Z]/.test(name) && second.kind === 'literal' && typeof second.value === 'boolean') {
      return `${this.#part(first, depth)} is ${second.value ? '' : 'not '}${kindWord(name)}`;
    }
    const symbol = SYMBOLS.get(name.toLowerCase().replace(/^(?:string|numeric|boolean|timestamp)|path$/g, ''));
    if (symbol !== undefined && args.length === 2) {
      return `${this.#part(first, depth)} ${symbol} ${this.#part(second, depth)}`;
    }
    return `${name}(${this.#list(args, depth)})`;
  }

  #unary(name: string, only: Expression, depth: number): string {
    // A value that is taken as a list or as a truth is still that value to a reader.
    if (name === 'sequence' || name === 'list' || name === 'truthy') return this.text(only, depth);
    if (name === 'not') return `not ${this.#part(only, depth)}`;
    return /^is[A-Z]/.test(name)
      ? `${this.#part(only, depth)} is ${kindWord(name)}`
      : `${name}(${this.text(only, depth + 1)})`;
  }
}

/** `isPresent` to `present`. */
const kindWord = (name: string): string => name.slice('is'.length).toLowerCase();
