import { github } from './github/render.ts';
import { gitlab } from './gitlab/render.ts';
import { html } from './html/render.ts';
import { json } from './json/render.ts';
import { jsonl } from './jsonl/render.ts';
import { junit } from './junit/render.ts';
import { markdown } from './markdown/render.ts';
import { pretty } from './pretty/render.ts';
import { sarif } from './sarif/render.ts';
import type { Reporter } from './types.ts';

/** Every report, by the name that `--format` takes. */
export const REPORTERS = {
  pretty,
  json,
  jsonl,
  sarif,
  junit,
  github,
  gitlab,
  markdown,
  html,
} as const satisfies Readonly<Record<string, Reporter>>;

export type FormatName = keyof typeof REPORTERS;

export { renderDot } from './graph/dot.ts';
export { renderMermaid } from './graph/mermaid.ts';
export { renderSvg } from './graph/svg.ts';
export type { Reporter, RenderOptions } from './types.ts';
