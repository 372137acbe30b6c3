import type { JsonValue } from '../../../model/json.ts';
import { isJsonObject } from '../runs/json.ts';

/** What stands for a value that is not shown. */
export const CONCEALED = '(masked)';

/** Names of fields that hold the payload: of OPA-Envoy's input and of ours. */
const PAYLOADS: ReadonlySet<string> = new Set(['parsed_body', 'body', 'rawBody', 'raw_body', 'parsed_query', 'query']);

/** Names of fields that hold a path with its query, which is part of the payload. */
const PATHS: ReadonlySet<string> = new Set(['path', ':path']);

/** Names of fields and headers that hold credentials. */
const CREDENTIAL = /passw|secret|token|credential|cookie|authori[sz]ation|api[-_]?key|private|signature|session/i;

/** Names of ours that only look like one of those. */
const HARMLESS: ReadonlySet<string> = new Set([':authority']);

/** Scalars of the payload that are compared with; an input with more is concealed altogether. */
const SCALARS_MAX = 20_000;

/** Length from which on a part of a text gives the text away, UTF-16 units. */
const PART_LENGTH_MIN = 4;

/**
 * Decides which values of an evaluation may be shown. Values of the payload and credentials are concealed twice: where they are read, by their path in the
 * input; and wherever they turn up again, by comparing with them.
 */
export class Concealer {
  readonly #texts = new Set<string>();
  /** Names of fields inside the payload: concealed as they are, and not where they are part of a text, since they are words of the language. */
  readonly #keys = new Set<string>();
  /** Texts of the input that are not concealed. */
  readonly #open = new Set<string>();
  readonly #numbers = new Set<number>();
  /** Paths of the input, `/`-joined, below which something is concealed. */
  readonly #holders = new Set<string>();
  #isOverfull = false;

  constructor(input: JsonValue) {
    this.#collect(input, [], false);
  }

  /** Whether a path of `input` leads to something concealed, or to something that holds it. */
  isConcealed(path: readonly string[]): boolean {
    return path.some((name, at) => isConcealing(name, path.slice(0, at))) || this.#holders.has(path.join('/'));
  }

  /** A value as it may be shown. */
  show(value: JsonValue): JsonValue {
    if (this.#isOverfull) return CONCEALED;
    if (typeof value === 'string') return this.#isKnown(value) ? CONCEALED : value;
    if (typeof value === 'number') return this.#numbers.has(value) ? CONCEALED : value;
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => this.show(item));
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value).map(([key, item]) => {
      const shown = this.#isKnown(key) ? CONCEALED : key;
      return [shown, CREDENTIAL.test(key) && isScalar(item) ? CONCEALED : this.show(item)] as const;
    });
    return Object.fromEntries(entries);
  }

  #isKnown(text: string): boolean {
    const folded = text.toLowerCase();
    if (this.#texts.has(folded) || this.#keys.has(folded)) return true;
    if (folded.length < PART_LENGTH_MIN || this.#open.has(folded)) return false;
    // What names something that is shown anyway, as the function, gives nothing away.
    let rest = folded;
    for (const open of this.#open) rest = rest.replaceAll(open, ' ');
    for (const known of this.#texts) {
      if (known.length >= PART_LENGTH_MIN && (known.includes(folded) || rest.includes(known))) return true;
    }
    return false;
  }

  #collect(value: JsonValue, path: readonly string[], isInside: boolean): void {
    if (this.#texts.size + this.#numbers.size + this.#keys.size + this.#open.size > SCALARS_MAX) {
      this.#isOverfull = true;
      return;
    }
    if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        const isConcealed = isInside || isConcealing(key, path);
        if (isInside) this.#keys.add(key.toLowerCase());
        else if (isConcealed || (PATHS.has(key) && hasQuery(item))) this.#conceal(path, item);
        this.#collect(item, [...path, key], isConcealed);
      }
    } else if (Array.isArray(value)) {
      for (const item of value as readonly JsonValue[]) this.#collect(item, path, isInside);
    } else if (isInside && typeof value === 'string' && value !== '') this.#texts.add(value.toLowerCase());
    else if (isInside && typeof value === 'number') this.#numbers.add(value);
    else if (!isInside && typeof value === 'string' && value.length >= PART_LENGTH_MIN)
      this.#open.add(value.toLowerCase());
  }

  /** Notes that something below a path is concealed. */
  #conceal(path: readonly string[], item: JsonValue): void {
    for (let length = 0; length <= path.length; length++) this.#holders.add(path.slice(0, length).join('/'));
    if (hasQuery(item) && typeof item === 'string') this.#texts.add(item.toLowerCase());
  }
}

const hasQuery = (value: JsonValue): boolean => typeof value === 'string' && value.includes('?');
const isScalar = (value: JsonValue): boolean => typeof value !== 'object' || value === null;

/** Whether a name in the input, below a path, holds the payload or a credential. What Weir established itself does not. */
function isConcealing(name: string, under: readonly string[]): boolean {
  if (under[0] === 'weir' || HARMLESS.has(name)) return false;
  return CREDENTIAL.test(name) || PAYLOADS.has(name);
}
