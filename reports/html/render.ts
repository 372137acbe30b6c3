import { GRAPH_STYLE } from '../graph/style.ts';
import type { Reporter } from '../types.ts';
import { coverageSection } from './coverage.ts';
import { findingsSection } from './findings.ts';
import { header } from './header.ts';
import { sourcesSection } from './sources.ts';
import { PAGE_STYLE } from './style.ts';
import { makeView, text } from './view.ts';
import { workflowsSection } from './workflows.ts';

/** The page holds no script and loads nothing; a browser is told so. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** One self-contained page, usable without script: everything is a link, a list, a table or a drawing. */
export const html: Reporter = {
  name: 'html',
  title: 'one self-contained page with the workflows drawn and the paths numbered',
  render: (result) => {
    const view = makeView(result);
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Weir report</title>
<style>${PAGE_STYLE}${GRAPH_STYLE}</style>
</head>
<body>
${header(result)}
<main>
${findingsSection(view)}
${workflowsSection(view)}
${coverageSection(view)}
${sourcesSection(view)}
</main>
<footer><p class="quiet">Weir ${text(result.tool.version)}, result format ${text(result.version)}. This page is complete in itself: it runs no script and loads nothing.</p></footer>
</body>
</html>
`;
  },
};
