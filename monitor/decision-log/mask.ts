import type { JsonValue } from '../../model/json.ts';
import type { DecisionLogEvent } from './event.ts';

/** Rules of one mask decision; more are a defect of the policy, and the event is erased instead. */
export const MASK_RULES_MAX = 1_000;

/** One instruction of `system/log/mask`, in OPA's form. */
export type MaskRule =
  | { readonly op: 'remove'; readonly path: readonly string[] }
  | { readonly op: 'upsert'; readonly path: readonly string[]; readonly value: JsonValue };

const MASKABLE = ['input', 'result'] as const;
type Maskable = (typeof MASKABLE)[number];

/** What has to be erased when nobody says what may stay. */
export const ERASE_EVERYTHING: readonly MaskRule[] = MASKABLE.map((part) => ({ op: 'remove', path: [part] }));

/**
 * Reads the answer of the mask policy: a set of paths (`"/input/password"`) and of objects with `op`, `path` and `value`. Null when any of it is not
 * understood: a mask that is carried out by half leaks the other half.
 */
export function readMaskRules(value: JsonValue): readonly MaskRule[] | null {
  if (!Array.isArray(value) || value.length > MASK_RULES_MAX) return null;
  const rules = (value as readonly JsonValue[]).map(readMaskRule);
  return rules.some((rule) => rule === null) ? null : rules.filter((rule) => rule !== null);
}

function readMaskRule(item: JsonValue): MaskRule | null {
  if (typeof item === 'string') return withPath(item, (path) => ({ op: 'remove', path }));
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return null;
  const { op, path, value } = item as Readonly<Record<string, JsonValue>>;
  if (typeof path !== 'string') return null;
  if (op === undefined || op === 'remove') return withPath(path, (parts) => ({ op: 'remove', path: parts }));
  return op === 'upsert' ? withPath(path, (parts) => ({ op, path: parts, value: value ?? null })) : null;
}

/** OPA splits at slashes and takes percent-encoding off; there is no `~1` as in JSON Pointer. */
function withPath(text: string, make: (path: readonly string[]) => MaskRule): MaskRule | null {
  if (!text.startsWith('/')) return null;
  try {
    const parts = text.slice(1).split('/').map(decodeURIComponent);
    return (MASKABLE as readonly string[]).includes(parts[0] ?? '') ? make(parts) : null;
  } catch {
    return null;
  }
}

/** Applies the rules to copies of what they touch; the event that came in stays as it is. */
export function maskEvent(event: DecisionLogEvent, rules: readonly MaskRule[]): DecisionLogEvent {
  if (rules.length === 0) return event;
  const parts: Partial<Record<Maskable, JsonValue>> = {};
  for (const part of MASKABLE) {
    const value = event[part];
    if (value !== undefined) parts[part] = value;
  }
  const erased: string[] = [];
  const masked: string[] = [];
  for (const rule of rules) {
    if (!apply(parts, rule)) continue;
    (rule.op === 'remove' ? erased : masked).push(`/${rule.path.map(encodeURIComponent).join('/')}`);
  }
  const bare: Partial<Record<Maskable, JsonValue>> & DecisionLogEvent = { ...event };
  for (const part of MASKABLE) Reflect.deleteProperty(bare, part);
  return {
    ...bare,
    ...parts,
    ...(erased.length === 0 ? {} : { erased: erased.sort() }),
    ...(masked.length === 0 ? {} : { masked: masked.sort() }),
  };
}

/** @returns whether there was anything to remove or replace. */
function apply(parts: Partial<Record<Maskable, JsonValue>>, rule: MaskRule): boolean {
  const [name, ...rest] = rule.path;
  const part = MASKABLE.find((each) => each === name);
  if (part === undefined) return false;
  const root = parts[part];
  if (root === undefined) return false;
  if (rest.length === 0) {
    if (rule.op === 'upsert') parts[part] = rule.value;
    else Reflect.deleteProperty(parts, part);
    return true;
  }
  const changed = changeAt(root, rest, rule);
  if (changed === null) return false;
  parts[part] = changed;
  return true;
}

/** A copy with the change, sharing what was not touched; null when there is no such place. */
function changeAt(node: JsonValue, path: readonly string[], rule: MaskRule): JsonValue | null {
  const [key, ...rest] = path;
  if (key === undefined || typeof node !== 'object' || node === null) return null;
  if (Array.isArray(node)) return changeInList(node as readonly JsonValue[], { key, rest, rule });
  const object = node as Readonly<Record<string, JsonValue>>;
  const child = Object.hasOwn(object, key) ? object[key] : undefined;
  if (rest.length === 0) {
    if (rule.op === 'upsert') return { ...object, [key]: rule.value };
    if (child === undefined) return null;
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  }
  if (child === undefined && rule.op === 'remove') return null;
  const changed = changeAt(child ?? {}, rest, rule);
  return changed === null ? null : { ...object, [key]: changed };
}

function changeInList(
  list: readonly JsonValue[],
  { key, rest, rule }: { readonly key: string; readonly rest: readonly string[]; readonly rule: MaskRule },
): JsonValue | null {
  const index = /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
  const child = list[index];
  if (child === undefined) return null;
  if (rest.length === 0) return rule.op === 'upsert' ? list.with(index, rule.value) : list.toSpliced(index, 1);
  const changed = changeAt(child, rest, rule);
  return changed === null ? null : list.with(index, changed);
}
