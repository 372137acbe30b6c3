import type { Label } from '../../model/label.ts';
import type { Labelling } from '../../model/labelling.ts';

/** Whether something with this label may be seen by an observer; what has none (`null`) is seen by nobody. */
export function isVisible(label: Label | null, observer: Label, { space }: Pick<Labelling, 'space'>): boolean {
  return label !== null && space.exceeds(label, observer).length === 0;
}

/** The bound of a sink: who may see what arrives there. Null when nothing is declared. */
export function sinkLabel(id: string | null, kind: string, labelling: Labelling): Label | null {
  if (kind === 'unknown') return labelling.space.bottom;
  const find = <Value>(map: ReadonlyMap<string, Value>): Value | undefined => [...map].find(([key]) => key === id)?.[1];
  if (kind === 'function') return find(labelling.functions)?.accepts ?? null;
  if (kind === 'result') return find(labelling.results)?.accepts ?? null;
  return find(labelling.stores)?.accepts ?? null;
}
