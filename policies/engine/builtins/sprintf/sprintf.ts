import type { RegoValue } from '../../value/rego-value.ts';
import { BuiltinRefusal } from '../builtin.ts';
import type { Directive } from './directive.ts';
import { formatOperand, formatOperandOf, plainText, type FormatOperand } from './verbs.ts';

/** Longest text; also what widths and precisions may add up to, characters. */
const LENGTH_MAX = 1_000_000;
/** Largest width or precision. Go takes a million. */
const WIDTH_MAX = 1000;

const DIRECTIVE = /([+\-# 0]*)(?:\[([^\]]*)\])?(\*|\d*)(?:\.(?:\[([^\]]*)\])?(\*|\d*))?(?:\[([^\]]*)\])?/y;

/**
 * `fmt.Sprintf` of Go for the operands that Rego has.
 *
 * @throws BuiltinRefusal for forms that are not reproduced.
 */
export function sprintf(format: string, values: readonly RegoValue[]): string {
  return new Printer(format, values.map(formatOperandOf)).print();
}

class Printer {
  readonly #format: string;
  readonly #operands: readonly FormatOperand[];
  #at = 0;
  #next = 0;
  /** Operands were chosen by number: unused ones are then not an error. */
  #isReordered = false;

  constructor(format: string, operands: readonly FormatOperand[]) {
    this.#format = format;
    this.#operands = operands;
  }

  print(): string {
    let text = '';
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at);
      text += this.#format.slice(this.#at, percent === -1 ? undefined : percent);
      if (percent === -1) break;
      this.#at = percent + 1;
      text += this.#directive();
      if (text.length > LENGTH_MAX) throw new BuiltinRefusal('sprintf writes a text that is too long');
    }
    return text + this.#extra();
  }

  #extra(): string {
    if (this.#isReordered || this.#next >= this.#operands.length) return '';
    const left = this.#operands.slice(this.#next).map((operand) => {
      const type = operand.type === 'big.Int' ? '*big.Int' : operand.type;
      return `${type}=${plainText(operand)}`;
    });
    return `%!(EXTRA ${left.join(', ')})`;
  }

  #directive(): string {
    DIRECTIVE.lastIndex = this.#at;
    const [all = '', flags = '', first, width = '', second, precision, third] = DIRECTIVE.exec(this.#format) ?? [];
    this.#at += all.length;
    const verb = this.#verb();
    if (verb === undefined) return '%!(NOVERB)';
    const problems: string[] = [];
    let isBadIndex = !this.#choose(first);
    const widthValue = this.#size(width, problems, 'BADWIDTH');
    isBadIndex = !this.#choose(second) || isBadIndex;
    const precisionValue = precision === '' ? 0 : this.#size(precision ?? '', problems, 'BADPREC');
    isBadIndex = !this.#choose(third) || isBadIndex;
    const isMinus = flags.includes('-') || (widthValue !== undefined && widthValue < 0);
    const directive: Directive = {
      verb,
      isPlus: flags.includes('+'),
      isMinus,
      isSharp: flags.includes('#'),
      isSpace: flags.includes(' '),
      isZero: flags.includes('0') && !isMinus,
      width: widthValue === undefined ? undefined : Math.abs(widthValue),
      precision: precisionValue !== undefined && precisionValue < 0 ? undefined : precisionValue,
    };
    return problems.join('') + this.#written(directive, isBadIndex);
  }

  #written(directive: Directive, isBadIndex: boolean): string {
    const { verb } = directive;
    if (verb === '%') return '%';
    if (isBadIndex) return `%!${verb}(BADINDEX)`;
    const operand = this.#operands[this.#next];
    if (operand === undefined) return `%!${verb}(MISSING)`;
    this.#next++;
    return formatOperand(directive, operand);
  }

  #verb(): string | undefined {
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) return undefined;
    const verb = String.fromCodePoint(code);
    this.#at += verb.length;
    return verb;
  }

  /** Goes to the operand with a number; false when there is none. */
  #choose(index: string | undefined): boolean {
    if (index === undefined) return true;
    this.#isReordered = true;
    const number = /^\d{1,6}$/.test(index) ? Number(index) : 0;
    if (number < 1 || number > this.#operands.length) return false;
    this.#next = number - 1;
    return true;
  }

  /** A width or precision, from the format or, for `*`, from an operand. */
  #size(text: string, problems: string[], problem: string): number | undefined {
    if (text === '') return undefined;
    if (text !== '*') return bounded(Number(text));
    const operand = this.#operands[this.#next];
    if (operand !== undefined) this.#next++;
    if (operand?.type !== 'int64') {
      problems.push(`%!(${problem})`);
      return undefined;
    }
    const size = bounded(Number(operand.value));
    if (problem === 'BADPREC' && size < 0) {
      problems.push('%!(BADPREC)');
      return undefined;
    }
    return size;
  }
}

function bounded(size: number): number {
  if (Math.abs(size) > WIDTH_MAX) throw new BuiltinRefusal(`sprintf writes widths and precisions up to ${WIDTH_MAX}`);
  return size;
}
