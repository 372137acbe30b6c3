import * as dagre from '@dagrejs/dagre';

/** What we use of dagre's graph; the types it publishes cannot be resolved by TypeScript's module resolution for Node. */
export interface LayeredGraph {
  setGraph(options: Readonly<Record<string, string | number>>): void;
  setDefaultEdgeLabel(make: () => object): void;
  setNode(id: string, size: { readonly width: number; readonly height: number }): void;
  setParent(id: string, group: string): void;
  setEdge(from: string, to: string, label: object, name: string): void;
  node(id: string): { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number };
  edges(): readonly { readonly name?: string }[];
  edge(edge: { readonly name?: string }): {
    readonly points?: readonly { readonly x: number; readonly y: number }[];
    readonly x?: number;
    readonly y?: number;
  };
  graph(): { readonly width?: number; readonly height?: number };
}

interface Dagre {
  readonly Graph: new (options: { readonly compound: boolean; readonly multigraph: boolean }) => LayeredGraph;
  layout(graph: LayeredGraph): void;
}

const library = dagre as unknown as Dagre;

export const newGraph = (): LayeredGraph => new library.Graph({ compound: true, multigraph: true });

export function placeInLayers(graph: LayeredGraph): void {
  library.layout(graph);
}
