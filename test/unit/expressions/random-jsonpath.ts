/** Random JSONPath selections that know their own value, so that neither the parser nor the lowering is trusted. */
import type { JsonValue } from '../../../model/json.ts';
import { NAMES, type Random } from './random.ts';

/** Values of the variables a selection may read. */
export interface Inputs {
  readonly input: JsonValue;
  readonly v: JsonValue;
}

/** A selection's text with its value by the semantics of the Jayway library; null instead of a result when it fails at run time. */
export interface Case {
  readonly text: string;
  /** Whether the lowered expression gives this very value, not only labels for it. */
  readonly isExact: boolean;
  evaluate(inputs: Inputs): { readonly value: JsonValue } | null;
}

interface Step {
  readonly text: string;
  readonly isDefinite: boolean;
  readonly isExact: boolean;
  /** What the step selects in one value. */
  select(value: JsonValue, inputs: Inputs): readonly JsonValue[];
}

const isArray = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue): value is { readonly [key: string]: JsonValue } =>
  value !== null && typeof value === 'object' && !isArray(value);

const childrenOf = (value: JsonValue): readonly JsonValue[] =>
  isArray(value) ? value : isObject(value) ? Object.values(value) : [];

const fieldOf = (value: JsonValue, name: string): readonly JsonValue[] => {
  const found = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return found === undefined ? [] : [found];
};

const elementOf = (value: JsonValue, index: number): readonly JsonValue[] => {
  const found = isArray(value) ? value.at(index) : undefined;
  return found === undefined ? [] : [found];
};

const descendantsOf = (value: JsonValue): readonly JsonValue[] => [value, ...childrenOf(value).flatMap(descendantsOf)];

function definite(random: Random): Step {
  const name = random.pick(NAMES);
  const index = random.pick([0, 1, 2, -1]);
  if (random.chance(0.3)) {
    return { text: `[${index}]`, isDefinite: true, isExact: true, select: (value) => elementOf(value, index) };
  }
  const text = random.pick([`.${name}`, `['${name}']`, `["${name}"]`]);
  return { text, isDefinite: true, isExact: true, select: (value) => fieldOf(value, name) };
}

function indefinite(random: Random): Step {
  const plain = { isDefinite: false, isExact: false };
  const [one, two] = [random.pick(NAMES), random.pick(NAMES)];
  const start = random.integer(3);
  const end = random.integer(4);
  switch (random.integer(7)) {
    case 0:
    case 1:
      return { ...plain, isExact: true, text: random.pick(['[*]', '.*']), select: childrenOf };
    case 2:
      return {
        ...plain,
        text: `[${start}:${end}]`,
        select: (value) => (isArray(value) ? value.slice(start, end) : []),
      };
    case 3:
      return { ...plain, text: '[0,1]', select: (value) => [...elementOf(value, 0), ...elementOf(value, 1)] };
    case 4:
      return {
        ...plain,
        text: random.pick([`..${one}`, `..['${one}']`]),
        select: (value) => descendantsOf(value).flatMap((each) => fieldOf(each, one)),
      };
    case 5:
      return {
        ...plain,
        text: `['${one}','${two}'][*]`,
        select: (value) => [one, two].flatMap((name) => fieldOf(value, name)).flatMap(childrenOf),
      };
    default:
      return filter(random);
  }
}

interface Condition {
  readonly text: string;
  holds(item: JsonValue, inputs: Inputs): boolean;
}

function condition(random: Random, depth: number): Condition {
  const name = random.pick(NAMES);
  const other = random.pick(NAMES);
  const same = (one: readonly JsonValue[], two: readonly JsonValue[]): boolean =>
    one.length > 0 && two.length > 0 && JSON.stringify(one) === JSON.stringify(two);
  const roll = random.integer(depth > 0 ? 6 : 3);
  if (roll === 0) return { text: `@.${name}`, holds: (item) => fieldOf(item, name).length > 0 };
  if (roll === 1) return { text: `@.${name} == 1`, holds: (item) => same(fieldOf(item, name), [1]) };
  if (roll === 2) {
    return {
      text: `@.${name} == $.${other}`,
      holds: (item, inputs) => same(fieldOf(item, name), fieldOf(inputs.input, other)),
    };
  }
  const [left, right] = [condition(random, depth - 1), condition(random, depth - 1)];
  if (roll === 3) return { text: `!(${left.text})`, holds: (item, inputs) => !left.holds(item, inputs) };
  if (roll === 4) {
    const text = `${left.text} && (${right.text})`;
    return { text: `(${text})`, holds: (item, inputs) => left.holds(item, inputs) && right.holds(item, inputs) };
  }
  return {
    text: `(${left.text} || ${right.text})`,
    holds: (item, inputs) => left.holds(item, inputs) || right.holds(item, inputs),
  };
}

function filter(random: Random): Step {
  const test = condition(random, 1);
  return {
    text: `[?(${test.text})]`,
    isDefinite: false,
    isExact: false,
    select: (value, inputs) =>
      (isArray(value) ? value : isObject(value) ? [value] : []).filter((item) => test.holds(item, inputs)),
  };
}

/** A path over `$` or `$v`. */
export function randomJsonPath(random: Random): Case {
  const root = random.pick(['$', '$', '$', '$v']);
  const steps = Array.from({ length: random.integer(5) }, () =>
    random.chance(0.7) ? definite(random) : indefinite(random),
  );
  const isDefinite = steps.every((step) => step.isDefinite);
  return {
    text: root + steps.map((step) => step.text).join(''),
    isExact: steps.every((step) => step.isExact) && steps.filter((step) => !step.isDefinite).length <= 1,
    evaluate: (inputs) => {
      let found: readonly JsonValue[] = [root === '$' ? inputs.input : inputs.v];
      for (const step of steps) found = found.flatMap((value) => step.select(value, inputs));
      if (!isDefinite) return { value: found };
      const [only] = found;
      return only === undefined ? null : { value: only };
    },
  };
}
