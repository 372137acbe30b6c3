/** Flags, width and precision of one verb, as they stand in the format. */
export interface Directive {
  readonly verb: string;
  readonly isPlus: boolean;
  readonly isMinus: boolean;
  readonly isSharp: boolean;
  readonly isSpace: boolean;
  readonly isZero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

const codePoints = (text: string): number => Array.from(text).length;

/** Fills up to the width, in code points. Zeros go after the sign of numbers; text is filled with zeros as it stands. */
export function pad(text: string, { width, isMinus, isZero }: Directive, sign = ''): string {
  const missing = (width ?? 0) - codePoints(text) - sign.length;
  if (missing <= 0) return sign + text;
  if (isMinus) return sign + text + ' '.repeat(missing);
  return isZero ? sign + '0'.repeat(missing) + text : ' '.repeat(missing) + sign + text;
}
