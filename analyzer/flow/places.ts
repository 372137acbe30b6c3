import type { Path } from '../../model/ir.ts';

/** A path that is the same object wherever it is written. */
export interface Place {
  readonly path: Path;
  readonly text: string;
  /** The places that contain it, innermost first. */
  readonly above: readonly Place[];
}

/** Interns the paths of one graph. */
export class Places {
  readonly #known = new Map<string, Place>();

  of(path: Path): Place {
    const text = JSON.stringify([path.root, path.segments]);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const outer = path.segments.length === 0 ? null : this.of({ ...path, segments: path.segments.slice(0, -1) });
    const made = { path, text, above: outer === null ? [] : [outer, ...outer.above] };
    this.#known.set(text, made);
    return made;
  }
}

/** The places that no other of them contains, in a fixed order. */
export function outermost(places: ReadonlySet<Place>): readonly Place[] {
  const outer = [...places].filter((place) => !place.above.some((above) => places.has(above)));
  return outer.sort((a, b) => (a.text < b.text ? -1 : 1));
}
