import type { ReportedFinding } from '../../model/finding.ts';
import type { CompositionGraph, GraphNode, Result } from '../../model/result.ts';
import type { Span } from '../../model/span.ts';
import type { Witness } from '../../model/verdict.ts';
import { coverageLines } from '../common/coverage.ts';
import { ruleOf, tally } from '../common/findings.ts';
import { constructWord, formatChange, formatLabel } from '../common/labels.ts';
import { count, escapeMarkup, safe } from '../common/text.ts';
import { GRAPH_STYLE } from '../graph/style.ts';
import { renderSvg } from '../graph/svg.ts';
import type { Reporter } from '../types.ts';
import { legend } from './legend.ts';
import { sourceAnchor, sourcesSection } from './sources.ts';
import { PAGE_STYLE } from './style.ts';

/** Findings with a drawing of their own; the paths of further ones are tables only. */
const DRAWN_FINDINGS_MAX = 60;
/** Nodes of the largest graph that is drawn once more for each finding. */
const DRAWN_NODES_MAX = 120;

/** One self-contained page, usable without script: everything is a link, a table or a drawing. */
export const html: Reporter = {
  name: 'html',
  title: 'one self-contained page with the workflows drawn and the paths numbered',
  render: (result) => new Page(result).render(),
};

const text = (value: string): string => escapeMarkup(safe(value));

class Page {
  readonly #result: Result;

  constructor(result: Result) {
    this.#result = result;
  }

  render(): string {
    const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Weir report</title>
<style>${PAGE_STYLE}${GRAPH_STYLE}</style>
</head>
<body>
${this.#header()}
<main>
${this.#overview()}
${this.#findings()}
${this.#workflows()}
${this.#coverage()}
${sourcesSection(this.#result)}
</main>
<footer><p class="quiet">Weir ${text(this.#result.tool.version)}, result format ${text(this.#result.version)}</p></footer>
</body>
</html>
`;
  }

  #header(): string {
    const { errors, warnings, notes, undecided } = tally(this.#result);
    const total = errors + warnings + notes;
    const lead =
      total === 0
        ? '<span class="good">No findings.</span>'
        : `<span class="level error">${count(errors, 'error')}</span>, <span class="level warning">${count(warnings, 'warning')}</span>, <span class="level note">${count(notes, 'note')}</span>${undecided > 0 ? `, of these ${undecided} undecided` : ''}.`;
    const incomplete =
      this.#result.status === 'incomplete'
        ? '<p class="warn"><strong>Incomplete.</strong> Something could not be read; see <a href="#coverage">coverage</a>.</p>'
        : '';
    return `<header><h1>Weir report</h1><p class="lead">${lead}</p>${incomplete}<nav aria-label="Sections"><a href="#findings">Findings</a> · <a href="#workflows">Workflows</a> · <a href="#coverage">Coverage</a> · <a href="#sources">Sources</a></nav></header>`;
  }

  #overview(): string {
    const rows = this.#result.findings.map((finding, at) => {
      const title = ruleOf(this.#result, finding)?.title ?? finding.ruleId;
      return `<tr><td class="level ${finding.level}">${finding.level}</td><td><a href="#finding-${at + 1}">${text(title)}</a>${stateOf(finding)}</td><td>${text(finding.place)}</td><td><a href="#${sourceAnchor(finding.span)}">${text(finding.span.file)}:${finding.span.start.line}</a></td></tr>`;
    });
    if (rows.length === 0)
      return '<h2 id="findings">Findings</h2><p>Nothing to report. Read under coverage what was and what was not looked at.</p>';
    return `<h2 id="findings">Findings</h2><table><thead><tr><th scope="col">Level</th><th scope="col">Rule</th><th scope="col">Place</th><th scope="col">Source</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
  }

  #findings(): string {
    return this.#result.findings.map((finding, at) => this.#finding(finding, at)).join('\n');
  }

  #finding(finding: ReportedFinding, at: number): string {
    const { message, level } = finding;
    const title = ruleOf(this.#result, finding)?.title ?? finding.ruleId;
    const related = finding.related.map((each) => `<li>${place(each.span)} ${text(each.message)}</li>`).join('');
    const [witness] = finding.witnesses;
    const parts = [
      `<article class="finding ${level}" id="finding-${at + 1}" aria-labelledby="finding-${at + 1}-title">`,
      `<h3 id="finding-${at + 1}-title"><span class="level ${level}">${level}</span> ${text(title)} <span class="quiet">in ${text(finding.place)}</span>${stateOf(finding)}</h3>`,
      `<p class="quiet">${text(finding.ruleId)} · ${place(finding.span)}</p>`,
      `<p>${text(message.what)} ${text(message.why)}</p>`,
      message.fix === '' ? '' : `<p class="fix"><strong>Fix:</strong> ${text(message.fix)}</p>`,
      finding.suppression === null
        ? ''
        : `<p class="quiet">Suppressed at ${place(finding.suppression.span)}: ${text(finding.suppression.reason)}</p>`,
      ...finding.witnesses.map((each, index) => pathTable(each, index)),
      witness === undefined || at >= DRAWN_FINDINGS_MAX ? '' : this.#drawing(witness, at),
      related === '' ? '' : `<ul>${related}</ul>`,
      '</article>',
    ];
    return parts.filter((part) => part !== '').join('\n');
  }

  /** The workflow of the sink with the hops numbered on it. */
  #drawing(witness: Witness, at: number): string {
    const composition = witness.hops.at(-1)?.composition;
    const graph = this.#result.graphs.find((each) => each.composition === composition);
    if (graph === undefined || graph.nodes.length > DRAWN_NODES_MAX) return '';
    const svg = renderSvg(graph, {
      id: `g${at + 1}`,
      hops: hopNumbers(witness, graph),
      link: nodeLink,
      standalone: false,
    });
    return `<div class="scroll" tabindex="0" role="region" aria-label="Path of finding ${at + 1} drawn on the workflow">${svg}</div>`;
  }

  #workflows(): string {
    const sections = this.#result.graphs.map((graph, at) => {
      const summary = this.#result.coverage.compositions.find((each) => each.id === graph.composition);
      const verdicts = summary?.verdicts;
      const line =
        verdicts === undefined
          ? ''
          : `<p class="quiet">${text(graph.file)} · ${verdicts.satisfied} satisfied, ${verdicts.violated} violated, ${verdicts.undecided} undecided</p>`;
      const svg = renderSvg(graph, { id: `w${at + 1}`, hops: new Map(), link: nodeLink, standalone: false });
      return `<details${this.#result.graphs.length <= 3 ? ' open' : ''}><summary>${text(graph.name)}</summary>${line}<div class="scroll" tabindex="0" role="region" aria-label="Workflow ${text(graph.name)}">${svg}</div></details>`;
    });
    return `<h2 id="workflows">Workflows</h2>${legend(this.#result)}${sections.join('\n')}`;
  }

  #coverage(): string {
    const { coverage, diagnostics } = this.#result;
    const lines = coverageLines(this.#result).map((line) => `<li>${text(line)}</li>`);
    const problems = diagnostics.map(
      (each) =>
        `<li><span class="level ${each.severity}">${each.severity}</span> ${text(each.code)} ${place(each.span)}: ${text(each.message)} ${text(each.help)}</li>`,
    );
    const obligations = coverage.obligations.map(
      (each) => `<li>${text(each.description)} (${count(each.verdicts, 'question')}): ${text(each.help)}</li>`,
    );
    const approximated = coverage.compositions.flatMap((each) =>
      each.features.map((use) => `<li>${text(use.support)}: ${text(use.note)} ${place(use.span)}</li>`),
    );
    return [
      `<h2 id="coverage">Coverage</h2><ul>${lines.join('')}</ul>`,
      problems.length === 0 ? '' : `<h3>Diagnostics</h3><ul>${problems.join('')}</ul>`,
      obligations.length === 0 ? '' : `<h3>To decide what is undecided</h3><ul>${obligations.join('')}</ul>`,
      approximated.length === 0
        ? ''
        : `<details><summary>Approximated and refused constructs (${approximated.length})</summary><ul>${approximated.join('')}</ul></details>`,
    ].join('\n');
  }
}

function stateOf(finding: ReportedFinding): string {
  const states = [
    finding.outcome === 'undecided' ? 'undecided' : '',
    finding.suppression === null ? '' : 'suppressed',
    finding.baselineState === 'unchanged' ? 'unchanged' : '',
  ].filter((state) => state !== '');
  return states.length === 0 ? '' : ` <span class="quiet">(${states.join(', ')})</span>`;
}

function place(span: Span): string {
  return `<a href="#${sourceAnchor(span)}"><code>${text(span.file)}:${span.start.line}</code></a>`;
}

/** As {@link place}, for narrow columns: the file without its folders. */
function shortPlace(span: Span): string {
  const name = span.file.split('/').at(-1) ?? span.file;
  return `<a href="#${sourceAnchor(span)}" title="${text(span.file)}"><code>${text(name)}:${span.start.line}</code></a>`;
}

const nodeLink = (node: GraphNode): string => `#${sourceAnchor(node.span)}`;

function pathTable(witness: Witness, at: number): string {
  const rows = witness.hops.map((hop, index) => {
    const label =
      hop.construct === 'source' ? formatLabel(hop.labelAfter) : formatChange(hop.labelBefore, hop.labelAfter);
    return `<tr><td>${index + 1}</td><td>${text(hop.name)}</td><td>${constructWord(hop.construct)} <span class="by">by ${hop.by}</span></td><td>${text(label)}</td><td>${text(hop.why)}</td><td>${shortPlace(hop.span)}</td></tr>`;
  });
  const caption = `${witness.flow === 'implicit' ? 'Path (a condition carries it)' : 'Path'} from ${witness.source.description}`;
  const table = `<table class="path"><caption class="quiet">${text(caption)}</caption><thead><tr><th scope="col">#</th><th scope="col">Place</th><th scope="col">What</th><th scope="col">Label</th><th scope="col">Why</th><th scope="col">Source</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return at === 0
    ? table
    : `<details><summary>Also from ${text(witness.source.description)}</summary>${table}</details>`;
}

/** Hops land on the node of their state; hops of other workflows are in the table only. */
function hopNumbers(witness: Witness, graph: CompositionGraph): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  for (const [at, hop] of witness.hops.entries()) {
    const node = hop.composition === graph.composition ? graph.nodes.find((each) => each.name === hop.name) : undefined;
    if (node !== undefined) numbers.set(node.id, [...(numbers.get(node.id) ?? []), at + 1]);
  }
  return numbers;
}
