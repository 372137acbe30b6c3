import { PLACEHOLDER_LENGTH_MAX } from './limits.ts';

/** JSON text whose placeholders outside strings are replaced by strings of the same length, so that offsets stay. */
export interface MaskedText {
  readonly masked: string;
  /** The placeholders that were replaced, by offset. */
  readonly bare: ReadonlyMap<number, string>;
}

/** Finds `${…}` placeholders that stand where JSON expects a value. Those inside strings and comments stay as they are. */
export function embeddedPlaceholders(text: string): MaskedText {
  const bare = new Map<number, string>();
  const parts: string[] = [];
  let kept = 0;
  for (let at = 0; at < text.length;) {
    const unit = text[at];
    if (unit === '"') at = endOfString(text, at);
    else if (unit === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) at = endOfComment(text, at);
    else if (unit === '$' && text[at + 1] === '{') {
      const placeholder = /^\$\{[^}"\n]*\}/.exec(text.slice(at, at + PLACEHOLDER_LENGTH_MAX))?.[0];
      if (placeholder !== undefined) {
        bare.set(at, placeholder);
        parts.push(text.slice(kept, at), `"${' '.repeat(placeholder.length - 2)}"`);
        kept = at + placeholder.length;
      }
      at += placeholder?.length ?? 2;
    } else at += 1;
  }
  parts.push(text.slice(kept));
  return { masked: parts.join(''), bare };
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function endOfComment(text: string, start: number): number {
  const isLine = text[start + 1] === '/';
  const end = text.indexOf(isLine ? '\n' : '*/', start + 2);
  return end < 0 ? text.length : end + (isLine ? 1 : 2);
}
