import { compare, objectOf, setOf } from '../value/compare.ts';
import { isRegoArray, RegoObject, RegoSet, type RegoValue } from '../value/rego-value.ts';
import { BuiltinRefusal, type HostBuiltins } from './builtin.ts';
import { integerOf } from './operands.ts';

/** A path in a value: keys of objects, indexes of arrays, items of sets. */
type Path = readonly RegoValue[];

/** Operations of one patch. */
const OPERATIONS_MAX = 1000;

/** A JSON Pointer (RFC 6901) or an array of segments. OPA strips any number of leading slashes. */
export function pathOf(value: RegoValue | undefined): Path | undefined {
  if (value === '') return [];
  if (typeof value === 'string') {
    return value
      .replace(/^\/+/, '')
      .split('/')
      .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return value !== undefined && isRegoArray(value) ? value : undefined;
}

const INDEX = /^(?:0|[1-9]\d*)$/;

/** Index into an array; `-` is the end. */
function indexOf(segment: RegoValue, length: number): number | undefined {
  if (segment === '-') return length;
  if (typeof segment === 'string') return INDEX.test(segment) ? Number(segment) : undefined;
  const index = integerOf(segment);
  return index !== undefined && index >= 0n && index <= BigInt(length) ? Number(index) : undefined;
}

function childOf(value: RegoValue, segment: RegoValue): RegoValue | undefined {
  if (value instanceof RegoObject) return value.entries.find(([key]) => compare(key, segment) === 0)?.[1];
  if (value instanceof RegoSet) return value.items.find((item) => compare(item, segment) === 0);
  if (!isRegoArray(value)) return undefined;
  const index = indexOf(segment, value.length);
  return index === undefined ? undefined : value[index];
}

const valueAt = (value: RegoValue, path: Path): RegoValue | undefined =>
  path.reduce<RegoValue | undefined>((at, segment) => (at === undefined ? undefined : childOf(at, segment)), value);

/** The value with the part at a path replaced by what `change` makes of its holder; undefined when the path leads nowhere. */
function changeAt(
  value: RegoValue,
  path: Path,
  change: (holder: RegoValue, segment: RegoValue) => RegoValue | undefined,
): RegoValue | undefined {
  const [segment, ...rest] = path;
  if (segment === undefined) return undefined;
  if (rest.length === 0) return change(value, segment);
  const child = childOf(value, segment);
  const changed = child === undefined ? undefined : changeAt(child, rest, change);
  return changed === undefined ? undefined : withChild(value, segment, changed);
}

function withChild(value: RegoValue, segment: RegoValue, child: RegoValue): RegoValue | undefined {
  if (value instanceof RegoObject) {
    return objectOf([...value.entries.filter(([key]) => compare(key, segment) !== 0), [segment, child]]);
  }
  if (value instanceof RegoSet) return setOf([...value.items.filter((item) => compare(item, segment) !== 0), child]);
  if (!isRegoArray(value)) return undefined;
  const index = indexOf(segment, value.length);
  return index === undefined ? undefined : value.with(index, child);
}

function add(value: RegoValue, path: Path, added: RegoValue): RegoValue | undefined {
  if (path.length === 0) return added;
  return changeAt(value, path, (holder, segment) => {
    if (holder instanceof RegoObject) return withChild(holder, segment, added);
    if (holder instanceof RegoSet) return compare(segment, added) === 0 ? setOf([...holder.items, added]) : undefined;
    if (!isRegoArray(holder)) return undefined;
    const index = indexOf(segment, holder.length);
    return index === undefined || index > holder.length ? undefined : holder.toSpliced(index, 0, added);
  });
}

function remove(value: RegoValue, path: Path): RegoValue | undefined {
  return changeAt(value, path, (holder, segment) => {
    if (childOf(holder, segment) === undefined) return undefined;
    if (holder instanceof RegoObject) return objectOf(holder.entries.filter(([key]) => compare(key, segment) !== 0));
    if (holder instanceof RegoSet) return setOf(holder.items.filter((item) => compare(item, segment) !== 0));
    if (!isRegoArray(holder)) return undefined;
    const index = indexOf(segment, holder.length);
    return index === undefined ? undefined : holder.toSpliced(index, 1);
  });
}

function applyOperation(value: RegoValue, operation: RegoObject): RegoValue | undefined {
  const path = pathOf(operation.get('path'));
  const operand = operation.get('value');
  if (path === undefined) return undefined;
  switch (operation.get('op')) {
    case 'add':
      return operand === undefined ? undefined : add(value, path, operand);
    case 'remove':
      if (path.length === 0) throw new BuiltinRefusal('json.patch removes the whole value');
      return remove(value, path);
    case 'replace': {
      if (operand === undefined) return undefined;
      if (path.length === 0) return operand;
      const removed = remove(value, path);
      return removed && add(removed, path, operand);
    }
    case 'move':
    case 'copy': {
      const from = pathOf(operation.get('from'));
      const moved = from === undefined ? undefined : valueAt(value, from);
      if (from === undefined || moved === undefined) return undefined;
      if (operation.get('op') === 'copy') return add(value, path, moved);
      if (from.length === 0) throw new BuiltinRefusal('json.patch moves the whole value');
      const removed = remove(value, from);
      return removed === undefined ? undefined : add(removed, path, moved);
    }
    case 'test': {
      const found = valueAt(value, path);
      return found !== undefined && operand !== undefined && compare(found, operand) === 0 ? value : undefined;
    }
    default:
      return undefined;
  }
}

function patch(value: RegoValue | undefined, operations: RegoValue | undefined): RegoValue | undefined {
  if (operations === undefined || !isRegoArray(operations)) return undefined;
  if (operations.length > OPERATIONS_MAX)
    throw new BuiltinRefusal(`json.patch is given more than ${OPERATIONS_MAX} operations`);
  let patched = value;
  for (const operation of operations) {
    if (patched === undefined || !(operation instanceof RegoObject)) return undefined;
    patched = applyOperation(patched, operation);
  }
  return patched;
}

/** JSON Patch (RFC 6902), also for sets. */
export const PATCH_BUILTINS: HostBuiltins = {
  'json.patch': ([value, operations]) => patch(value, operations),
};
