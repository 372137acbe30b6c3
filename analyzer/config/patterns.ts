import picomatch from 'picomatch';
import type { FunctionDeclaration, StoreDeclaration, StoreKind } from '../../model/application.ts';
import type { Composition } from '../../model/ir.ts';
import type { Span } from '../../model/span.ts';
import type { NamePattern } from './types.ts';

export const STORE_KINDS: readonly StoreKind[] = [
  'table',
  'bucket',
  'queue',
  'topic',
  'bus',
  'stream',
  'log',
  'history',
  'secret',
  'parameter',
  'endpoint',
  'channel',
  'service',
];

/** Every word that may stand before the colon of a pattern. */
export const PATTERN_KINDS: readonly string[] = [...STORE_KINDS, 'store', 'function', 'activity', 'input', 'result'];

/** Something that patterns can name. */
export interface Nameable {
  readonly kinds: readonly string[];
  readonly names: readonly string[];
  /** The id, which patterns may use and messages do not offer. */
  readonly id: string;
  /** Names that count only behind a kind. */
  readonly namesOfKind?: readonly string[];
}

/** Kinds of store that belong to something and are called after it: `history of OrderWorkflow`, `callback of CallNurse`. */
const BELONGING: readonly StoreKind[] = ['history', 'log', 'channel'];

export function nameableStore(store: StoreDeclaration): Nameable {
  const owner = BELONGING.includes(store.kind) ? / of (.+)$/.exec(store.name)?.[1] : undefined;
  return {
    kinds: ['store', store.kind],
    names: [store.name, ...store.aliases],
    id: store.id,
    // `history:OrderWorkflow` is the history of the workflow; without the kind the name means the workflow alone.
    namesOfKind: owner === undefined ? [] : [owner],
  };
}

export const nameableFunction = (declared: FunctionDeclaration): Nameable => ({
  kinds: ['function', declared.kind],
  names: [declared.name, ...declared.aliases],
  id: declared.id,
});

/** A workflow, its input or its result. */
export const nameableComposition = (composition: Composition, kind: 'workflow' | 'input' | 'result'): Nameable => ({
  kinds: [kind],
  names: [composition.name],
  id: composition.id,
});

/** Takes `kind:` off the front when it is a kind that patterns know; anything else (an ARN) is all glob. */
export function patternOf(text: string, span: Span): NamePattern {
  const colon = text.indexOf(':');
  const kind = colon > 0 ? text.slice(0, colon) : '';
  return PATTERN_KINDS.includes(kind)
    ? { text, kind, glob: text.slice(colon + 1).trim(), span }
    : { text, kind: null, glob: text, span };
}

const matchers = new Map<string, (name: string) => boolean>();
/** Most compiled globs that are kept; beyond, the store is emptied. */
const MATCHERS_MAX = 4096;

/** Whether a name fits a glob: `*`, `?`, `[a-z]`, `{a,b}`; a star also stands for slashes. */
export function globMatches(glob: string, name: string): boolean {
  if (glob === name) return true;
  let matcher = matchers.get(glob);
  if (matcher === undefined) {
    matcher = picomatch(glob, { bash: true, dot: true, nonegate: true, strictBrackets: false });
    if (matchers.size >= MATCHERS_MAX) matchers.clear();
    matchers.set(glob, matcher);
  }
  return matcher(name);
}

export function matchesPattern(pattern: NamePattern, thing: Nameable): boolean {
  if (pattern.kind !== null && !thing.kinds.includes(pattern.kind)) return false;
  const names = [...thing.names, thing.id, ...(pattern.kind === null ? [] : (thing.namesOfKind ?? []))];
  return names.some((name) => globMatches(pattern.glob, name));
}

const WILDCARD = /[*?[\]{}()!+@]/g;
/** More than any name is long, so that a name in full always beats a glob. */
const EXACT_WEIGHT = 10_000;

/** How narrow a pattern is: a name in full beats a glob, more literal text beats less, then a named kind beats none. */
export function specificityOf(pattern: NamePattern): number {
  const literal = pattern.glob.replaceAll(WILDCARD, '').length;
  const isExact = literal === pattern.glob.length;
  return (isExact ? EXACT_WEIGHT : literal) * 2 + (pattern.kind === null ? 0 : 1);
}
