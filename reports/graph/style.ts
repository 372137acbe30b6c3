/** Number of shades that ranks are drawn in. */
export const SHADES = 4;

/** Shade of a rank between 0 and 1. */
export const shadeOf = (rank: number): number => Math.max(0, Math.min(SHADES - 1, Math.round(rank * (SHADES - 1))));

/** Fills of the shades on white paper, for formats that have no style sheet of ours. */
export const FILLS: readonly string[] = ['#f4f6f8', '#dcebfb', '#dcd9fb', '#f0d3f3'];
/** Line styles of the shades of integrity: trusted is drawn through, the least trusted is dotted. */
export const BORDERS: readonly ('solid' | 'dashed' | 'dotted')[] = ['solid', 'dashed', 'dashed', 'dotted'];

/** Colours of graphs as custom properties: on white paper, and on dark screens. */
const LIGHT =
  '--g-ink:#1a2027;--g-quiet:#4c5663;--g-paper:#ffffff;--g-line:#6b7683;--c0:#f4f6f8;--c1:#dcebfb;--c2:#dcd9fb;--c3:#f0d3f3;--b0:#a9b3bf;--b1:#3d7fc4;--b2:#5b4fc9;--b3:#9a1fa8;--hatch:#ffffff;--leak:#c0122f;--on-leak:#ffffff;--group:#fafbfc;';
const DARK =
  '--g-ink:#e8edf3;--g-quiet:#b3bdc9;--g-paper:#12161c;--g-line:#8a96a5;--c0:#1f262e;--c1:#16304b;--c2:#2a2754;--c3:#431c49;--b0:#7c8896;--b1:#5fa3ea;--b2:#988df5;--b3:#dd7be8;--hatch:#12161c;--leak:#ff7b8e;--on-leak:#12161c;--group:#171c23;';

const shades = (of: (shade: number) => string): string => Array.from({ length: SHADES }, (_, at) => of(at)).join('\n');

/**
 * Style sheet of graphs. The band and the fill of a node show confidentiality, the border shows integrity, the path of a finding is red; patterns,
 * line styles, letters and numbers say the same without colour.
 */
export const GRAPH_STYLE = `
.weir-graph{${LIGHT}font:12px/1.3 system-ui,-apple-system,"Segoe UI",sans-serif;display:block}
@media screen and (prefers-color-scheme:dark){.weir-graph{${DARK}}}
.weir-graph text{fill:var(--g-ink)}
.weir-graph .name{font-weight:650;font-size:13px}
.weir-graph .kind{font-size:11px;fill:var(--g-quiet)}
.weir-graph .code{font:700 10.5px/1 ui-monospace,SFMono-Regular,Menlo,monospace}
.weir-graph .code-box{fill:var(--g-paper);stroke:var(--g-line);stroke-width:.75}
.weir-graph .box{stroke:var(--g-ink);stroke-width:1.3}
${shades((at) => `.weir-graph .c${at} .box{fill:var(--c${at})} .weir-graph .c${at} .band{fill:var(--b${at})}`)}
.weir-graph .i1 .box,.weir-graph .i2 .box{stroke-dasharray:7 4;stroke-width:1.7}
.weir-graph .i3 .box{stroke-dasharray:1.5 3.5;stroke-width:2.4;stroke-linecap:round}
.weir-graph .hatch{stroke:var(--hatch);stroke-width:1.6}
.weir-graph .group>rect,.weir-graph .group>a>rect{fill:var(--group);stroke:var(--g-line);stroke-width:1}
.weir-graph .edge{fill:none;stroke:var(--g-line);stroke-width:1.3}
.weir-graph .edge.error{stroke-dasharray:5 4}
.weir-graph .edge.leak{stroke:var(--leak);stroke-width:2.6}
.weir-graph .edge-text{font-size:11px;fill:var(--g-quiet)}
.weir-graph .edge-back{fill:var(--g-paper);opacity:.9}
.weir-graph .arrow{fill:var(--g-line)} .weir-graph .arrow.leak{fill:var(--leak)}
.weir-graph .on-path .box,.weir-graph .group.on-path>rect,.weir-graph .group.on-path>a>rect{stroke:var(--leak);stroke-width:2.6}
.weir-graph .hop rect{fill:var(--leak);stroke:var(--g-paper);stroke-width:1.5} .weir-graph .hop text{fill:var(--on-leak);font-weight:700;font-size:11px}
.weir-graph a{cursor:pointer} .weir-graph a:hover .name{text-decoration:underline}
.weir-graph .node:target .box,.weir-graph .group:target>rect,.weir-graph .group:target>a>rect{stroke:var(--b1);stroke-width:5}
.weir-graph a:focus-visible{outline:3px solid var(--b1);outline-offset:2px}
`;
