/** Number of shades that ranks are drawn in. */
export const SHADES = 4;

/** Shade of a rank between 0 and 1. */
export const shadeOf = (rank: number): number => Math.min(SHADES - 1, Math.round(rank * (SHADES - 1)));

/** Colours and line styles of graphs. Fill and hatching show confidentiality, border shows integrity; both are also written as letters. */
export const GRAPH_STYLE = `
.weir-graph { --ink: #1b1f24; --paper: #fff; --line: #57606a; --c0: #eef6f0; --c1: #fdf3d0; --c2: #fbd9b5; --c3: #f3b3ae; --hatch: #1b1f2433; --leak: #a4133c; --group: #f6f8fa; font: 12px/1.3 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .weir-graph { --ink: #e6edf3; --paper: #0d1117; --line: #8b949e; --c0: #1d3326; --c1: #3d3515; --c2: #523216; --c3: #5e2024; --hatch: #e6edf333; --leak: #ff8fa3; --group: #161b22; } }
.weir-graph text { fill: var(--ink); }
.weir-graph .name { font-weight: 600; }
.weir-graph .kind { font-size: 10px; }
.weir-graph .node rect.fill { stroke: var(--ink); stroke-width: 1.5; }
.weir-graph .c0 rect.fill { fill: var(--c0); } .weir-graph .c1 rect.fill { fill: var(--c1); } .weir-graph .c2 rect.fill { fill: var(--c2); } .weir-graph .c3 rect.fill { fill: var(--c3); }
.weir-graph .i1 rect.fill { stroke-dasharray: 7 3; stroke-width: 2; } .weir-graph .i2 rect.fill, .weir-graph .i3 rect.fill { stroke-dasharray: 2 3; stroke-width: 2.5; }
.weir-graph .hatch { stroke: var(--hatch); stroke-width: 1.4; }
.weir-graph .group > rect { fill: var(--group); stroke: var(--line); stroke-dasharray: 4 4; }
.weir-graph .edge { fill: none; stroke: var(--line); stroke-width: 1.3; } .weir-graph .edge.error { stroke-dasharray: 5 4; } .weir-graph .edge.branch { stroke-width: 1.8; }
.weir-graph .edge-text { font-size: 10px; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.weir-graph marker path { fill: var(--line); }
.weir-graph .hop circle { fill: var(--leak); } .weir-graph .hop text { fill: var(--paper); font-weight: 700; font-size: 11px; }
.weir-graph .on-path rect.fill { stroke: var(--leak); stroke-width: 3.5; }
.weir-graph a:focus-visible rect.fill { outline: 3px solid var(--leak); }
`;
