import { numberOf, type RegoValue } from '../value/rego-value.ts';
import { BuiltinRefusal, type HostBuiltins } from './builtin.ts';
import { decimalText, fractionOf, multiply, toFloat64Bits, type Fraction } from './decimals.ts';
import { integer, onTexts } from './operands.ts';

const NUMBER_AND_UNIT = /^([+-]?(?:[\d.]|[+-])*(?:[eE][+-]?\d+)?)(.*)$/s;
const LONG_EXPONENT = /[eE][+-]?\d{7,}/;

/** Amount and unit: `10.2` and `gb`. The `e` of an exponent is followed by digits, that of exa is not. */
function split(text: string): { readonly amount: string; readonly unit: string } | undefined {
  if (text.includes(' ') || LONG_EXPONENT.test(text)) return undefined;
  const [, amount = '', unit = ''] = NUMBER_AND_UNIT.exec(text) ?? [];
  return amount === '' ? undefined : { amount, unit };
}

/** Powers of ten beyond which an amount is not computed. */
const POWER_MAX = 400;

function amountOf(text: string): Fraction | undefined {
  const exponent = /[eE]([+-]?\d+)$/.exec(text)?.[1];
  if (exponent !== undefined && Math.abs(Number(exponent)) > POWER_MAX) {
    throw new BuiltinRefusal('the exponent of the amount is too large');
  }
  return fractionOf(text, POWER_MAX);
}

const BYTE_UNITS: ReadonlyMap<string, bigint> = new Map(
  ['k', 'm', 'g', 't', 'p', 'e'].flatMap((letter, at) => {
    const [decimal, binary] = [1000n ** BigInt(at + 1), 1024n ** BigInt(at + 1)];
    return [
      [letter, decimal],
      [`${letter}b`, decimal],
      [`${letter}i`, binary],
      [`${letter}ib`, binary],
    ] as const;
  }),
);

/** OPA multiplies with mantissas of 64 bits and drops what is left behind the point; so do we. */
function parseBytes(text: string): RegoValue | undefined {
  const parts = split(text.toLowerCase().replaceAll('"', ''));
  if (parts === undefined) return undefined;
  const factor = parts.unit === '' ? 1n : BYTE_UNITS.get(parts.unit);
  const amount = amountOf(parts.amount);
  if (factor === undefined || amount === undefined) return undefined;
  const product = toFloat64Bits(multiply(toFloat64Bits(amount), { numerator: factor, denominator: 1n }));
  return integer(product.numerator / product.denominator);
}

/** The double that is nearest to a thousandth: what OPA multiplies milli units with. */
const MILLI: Fraction = { numerator: 1_152_921_504_606_847n, denominator: 1n << 60n };

function siFactor(unit: string): Fraction | undefined {
  const name = unit.slice(0, 1) + unit.slice(1).toLowerCase();
  if (name === '') return { numerator: 1n, denominator: 1n };
  if (name === 'm') return MILLI;
  const power = ['k', 'm', 'g', 't', 'p', 'e'].indexOf(name.slice(0, 1).toLowerCase()) + 1;
  if (power === 0 || !['', 'i'].includes(name.slice(1))) return undefined;
  return { numerator: (name.length === 2 ? 1024n : 1000n) ** BigInt(power), denominator: 1n };
}

const UNIT_DECIMALS = 10;

function parseUnits(text: string): RegoValue | undefined {
  const parts = split(text.replaceAll('"', ''));
  if (parts === undefined) return undefined;
  const factor = siFactor(parts.unit);
  const amount = amountOf(parts.amount);
  if (factor === undefined || amount === undefined) return undefined;
  const product = multiply(amount, factor);
  if (product.numerator % product.denominator === 0n) return integer(product.numerator / product.denominator);
  return numberOf(decimalText(product, UNIT_DECIMALS));
}

/** Amounts with units. */
export const UNIT_BUILTINS: HostBuiltins = {
  'units.parse': onTexts(1, (text = '') => parseUnits(text)),
  'units.parse_bytes': onTexts(1, (text = '') => parseBytes(text)),
};
