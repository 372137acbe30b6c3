/** A second, slow and plain implementation of finite orders: the reference the compiled one is compared with. */
export interface NaiveOrder {
  readonly names: readonly string[];
  /** `[higher, lower]` pairs as declared. */
  readonly pairs: readonly (readonly [string, string])[];
  isBelow(lower: string, higher: string): boolean;
  upperBounds(names: readonly string[]): readonly string[];
  lowerBounds(names: readonly string[]): readonly string[];
}

/** Reflexive and transitive closure by reachability; the pairs may be cyclic. */
export function naiveOrder(names: readonly string[], pairs: readonly (readonly [string, string])[]): NaiveOrder {
  const reach = new Map(names.map((name) => [name, new Set([name])]));
  for (let isGrowing = true; isGrowing;) {
    isGrowing = false;
    for (const [higher, lower] of pairs) {
      const of = reach.get(lower);
      const more = [...(reach.get(higher) ?? [])].filter((name) => of?.has(name) === false);
      for (const name of more) of?.add(name);
      isGrowing ||= more.length > 0;
    }
  }
  const isBelow = (lower: string, higher: string): boolean => reach.get(lower)?.has(higher) ?? false;
  return {
    names,
    pairs,
    isBelow,
    upperBounds: (of) => names.filter((name) => of.every((each) => isBelow(each, name))),
    lowerBounds: (of) => names.filter((name) => of.every((each) => isBelow(name, each))),
  };
}

/** The members with no other member below (`minimal`) or above (`maximal`) them. */
export function extremes(order: NaiveOrder, of: readonly string[], side: 'minimal' | 'maximal'): string[] {
  const beats = (other: string, name: string): boolean =>
    other !== name && (side === 'minimal' ? order.isBelow(other, name) : order.isBelow(name, other));
  return of.filter((name) => !of.some((other) => beats(other, name))).sort();
}

/** The least upper bound, null when there is none. */
export function naiveJoin(order: NaiveOrder, a: string, b: string): string | null {
  const upper = order.upperBounds([a, b]);
  return upper.find((name) => upper.every((other) => order.isBelow(name, other))) ?? null;
}

/** The greatest lower bound, null when there is none. */
export function naiveMeet(order: NaiveOrder, a: string, b: string): string | null {
  const lower = order.lowerBounds([a, b]);
  return lower.find((name) => lower.every((other) => order.isBelow(other, name))) ?? null;
}

export function isNaiveLattice(order: NaiveOrder): boolean {
  return order.names.every((a) =>
    order.names.every((b) => naiveJoin(order, a, b) !== null && naiveMeet(order, a, b) !== null),
  );
}

/** Every pair of levels, each once. */
export function pairsOf(names: readonly string[]): [string, string][] {
  return names.flatMap((a, at) => names.slice(at + 1).map((b): [string, string] => [a, b]));
}
