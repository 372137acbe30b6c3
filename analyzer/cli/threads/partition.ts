import type { Application } from '../../../model/application.ts';
import type { CompositionId } from '../../../model/brand.ts';
import type { Composition } from '../../../model/ir.ts';
import { idsUsedBy } from '../../../model/walk.ts';
import type { Labelling } from '../../../model/labelling.ts';

/**
 * Splits the compositions of an application into parts that do not influence one another (no calls between them, no store in common, also not through
 * what functions write or what triggers), and spreads these over at most `count` groups of about equal size.
 */
export function partition(
  application: Application,
  labelling: Labelling,
  count: number,
): readonly (readonly CompositionId[])[] {
  const parts = new DisjointSets();
  for (const composition of application.compositions) {
    for (const id of influencesOf(composition, labelling)) parts.unite(composition.id, id);
  }
  for (const { target, from } of application.triggers) if (from !== null) parts.unite(target.id, from);
  const byRoot = new Map<string, Composition[]>();
  for (const composition of application.compositions) {
    const root = parts.find(composition.id);
    byRoot.set(root, [...(byRoot.get(root) ?? []), composition]);
  }
  const sizeOf = (group: readonly Composition[]): number =>
    group.reduce((sum, { unitCount }) => sum + unitCount + 1, 0);
  const ordered = [...byRoot.values()].sort(
    (a, b) => sizeOf(b) - sizeOf(a) || ((a[0]?.id ?? '') < (b[0]?.id ?? '') ? -1 : 1),
  );
  const groups = Array.from({ length: Math.max(1, count) }, () => ({ size: 0, ids: [] as CompositionId[] }));
  for (const part of ordered) {
    const smallest = groups.reduce((least, group) => (group.size < least.size ? group : least));
    smallest.size += sizeOf(part);
    smallest.ids.push(...part.map(({ id }) => id));
  }
  return groups.filter(({ ids }) => ids.length > 0).map(({ ids }) => ids.sort());
}

function influencesOf(composition: Composition, labelling: Labelling): readonly string[] {
  const used = idsUsedBy(composition);
  const written = used.functions.flatMap((id) => labelling.functions.get(id)?.effects.map(({ store }) => store) ?? []);
  return [...used.compositions, ...used.stores, ...written];
}

class DisjointSets {
  readonly #parents = new Map<string, string>();

  find(name: string): string {
    let at = name;
    for (let parent = this.#parents.get(at); parent !== undefined; parent = this.#parents.get(at)) at = parent;
    if (at !== name) this.#parents.set(name, at);
    return at;
  }

  unite(left: string, right: string): void {
    const [a, b] = [this.find(left), this.find(right)];
    if (a !== b) this.#parents.set(a, b);
  }
}
