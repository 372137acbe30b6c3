import type { Premise } from '../../../analyzer/flow/premise.ts';
import type { Composition, Step } from '../../../model/ir.ts';
import type { Promise as PromiseKind } from '../../../model/verdict.ts';
import * as b from '../../unit/flow/build.ts';

/**
 * One composition per premise, as small as possible: without the premise, two runs that an observer must not tell apart differ in what it sees (`leak`), or
 * a verdict is lost that no run shows (`verdict`: authority, what may be released, robustness). `c0` is the composition that runs; `in.x` is secret.
 */
export interface MutantCase {
  readonly premise: Premise;
  readonly name: string;
  readonly compositions: readonly Composition[];
  readonly setting: b.Setting;
  readonly strict: boolean;
  readonly shows: 'leak' | { readonly step: string; readonly promise: PromiseKind };
}

export const SECRET_X = { c0: b.shape({}, { x: { confidentiality: 'secret' }, list: { confidentiality: 'secret' } }) };
export const X = (): ReturnType<typeof b.read> => b.read('in.x');
export const LOW_STORE = { accepts: b.SPACE.bottom };
export const flow = (...steps: readonly Step[]): Composition => b.composition('c0', steps);
export const tell = (id: string, next: string | null): Step => b.write(id, 'out', b.literal(1), next);

interface Parts {
  readonly compositions: readonly Composition[];
  readonly setting?: b.Setting;
  readonly strict?: boolean;
  readonly verdict?: { readonly step: string; readonly promise: PromiseKind };
}

export function shown(premise: Premise, name: string, parts: Parts): MutantCase {
  const stores = { out: LOW_STORE, ...parts.setting?.stores };
  const setting = { entries: SECRET_X, ...parts.setting, stores };
  return {
    premise,
    name,
    compositions: parts.compositions,
    setting,
    strict: parts.strict ?? false,
    shows: parts.verdict ?? 'leak',
  };
}

export const SECRET = b.SECRET;
export const OPEN_FUNCTION = { f: {} };
export const guarded = (body: readonly Step[], ...after: readonly Step[]): Composition =>
  flow(b.tryStep('try', b.region(...body), [{ next: 'sorry', binds: 'e' }], 'end'), ...after, b.end('end'));
