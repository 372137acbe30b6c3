import type { ReportedFinding, RuleMetadata } from '../../model/finding.ts';
import type { Span } from '../../model/span.ts';
import type { Witness } from '../../model/verdict.ts';
import { escapeMarkup, safe } from '../common/text.ts';
import { layOut } from '../graph/layout.ts';
import { renderSvg } from '../graph/svg.ts';
import { cutToTrail, trailOf, type Trail } from '../graph/trail.ts';
import { pathList, pathTitle, type PathTarget } from './path.ts';
import { lineId, placeLink, prose, text, type View } from './view.ts';

/** Findings with a drawing of their own; the paths of further ones are lists only. */
const DRAWN_FINDINGS_MAX = 100;
/** Nodes of the largest graph that is drawn whole beside a finding; of a larger one, what its path touches. */
const DRAWN_NODES_MAX = 60;
/** Widest drawing that stands beside the path, in pixels; a wider one is put below it. */
const BESIDE_WIDTH_MAX = 560;
/** Lines of code before and after the place of a finding. */
const EXCERPT_LINES = 2;

/** All findings: first as a table, then one by one with what, why, path, drawing, code and fix. */
export function findingsSection(view: View): string {
  const { findings } = view.result;
  if (findings.length === 0) {
    return '<section aria-labelledby="findings"><h2 id="findings">Findings</h2><p>Nothing to report. <a href="#coverage">Coverage</a> says what was looked at and what was not.</p></section>';
  }
  const rows = findings.map((finding, at) => overviewRow(view, finding, at));
  const cards = findings.map((finding, at) => card(view, finding, at));
  return `<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Overview of findings"><table class="overview"><thead><tr><th scope="col">#</th><th scope="col">Level</th><th scope="col">What</th><th scope="col">Where</th><th scope="col">Source</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>
${cards.join('\n')}
</section>`;
}

const titleOf = (view: View, { ruleId }: ReportedFinding): string => view.rules.get(ruleId)?.title ?? ruleId;

function overviewRow(view: View, finding: ReportedFinding, at: number): string {
  const { level, place, span } = finding;
  const quiet = finding.suppression !== null || finding.baselineState === 'unchanged' ? ' class="muted"' : '';
  return `<tr${quiet}><td>${at + 1}</td><td><span class="level ${level}">${level}</span>${states(finding)}</td><td><a href="#finding-${at + 1}">${text(titleOf(view, finding))}</a></td><td>${text(place)}</td><td>${placeLink(view, span)}</td></tr>`;
}

/** What else is to know of a finding, as small signs. */
function states({ outcome, suppression, baselineState }: ReportedFinding): string {
  const words = [
    outcome === 'undecided' ? 'undecided' : '',
    suppression === null ? '' : 'suppressed',
    baselineState ?? '',
  ].filter((word) => word !== '');
  return words.map((word) => ` <span class="level plain">${word}</span>`).join('');
}

function card(view: View, finding: ReportedFinding, at: number): string {
  const { message, level, ruleId, span, place, suppression, related } = finding;
  const id = `finding-${at + 1}`;
  const links = related.map((other) => `<li>${placeLink(view, other.span)} ${prose(other.message)}</li>`).join('');
  const expires = suppression?.expires === null || suppression === null ? '' : ` until ${text(suppression.expires)}`;
  const parts = [
    `<article class="finding ${level}" id="${id}" aria-labelledby="${id}-title">`,
    `<h3 id="${id}-title"><span class="count">${at + 1}</span> <span class="level ${level}">${level}</span>${states(finding)} ${text(titleOf(view, finding))}</h3>`,
    `<p class="quiet">${text(ruleId)} in <strong>${text(place)}</strong>, ${placeLink(view, span)}</p>`,
    `<p class="what">${prose(message.what)}</p>`,
    message.why === '' ? '' : `<p><strong>Why it matters.</strong> ${prose(message.why)}</p>`,
    message.fix === '' ? '' : `<p class="fix"><strong>What to do.</strong> ${prose(message.fix)}</p>`,
    suppression === null
      ? ''
      : `<p class="suppression"><strong>Suppressed${expires}</strong> at ${placeLink(view, suppression.span)}: ${prose(suppression.reason)}</p>`,
    excerpt(view, span, at),
    paths(view, finding, at),
    links === '' ? '' : `<ul class="related">${links}</ul>`,
    aboutRule(view.rules.get(ruleId)),
    '</article>',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The first path with its drawing; the others are folded. */
function paths(view: View, { witnesses }: ReportedFinding, at: number): string {
  const [first, ...others] = witnesses;
  if (first === undefined) return '';
  const drawn = at < DRAWN_FINDINGS_MAX ? drawing(view, first, at) : null;
  const more = others.map(
    (witness) =>
      `<details><summary>Also ${pathTitle(witness)}</summary>${pathList(view, witness, drawn?.target ?? null)}</details>`,
  );
  const list = `<div class="way"><h4>The path: ${pathTitle(first)}</h4>${pathList(view, first, drawn?.target ?? null)}${more.join('')}</div>`;
  if (drawn === null) return list;
  return `<div class="flow ${drawn.isBeside ? 'beside' : 'below'}">${list}<div class="scroll drawing" tabindex="0" role="region" aria-label="Path of finding ${at + 1} drawn on the workflow">${drawn.svg}</div></div>`;
}

interface Drawn {
  readonly svg: string;
  readonly target: PathTarget;
  readonly isBeside: boolean;
}

/** The workflow that the sink stands in, with the hops numbered on it. */
function drawing(view: View, witness: Witness, at: number): Drawn | null {
  const whole = view.graphs.get(witness.hops.at(-1)?.composition ?? '');
  if (whole === undefined) return null;
  const trail: Trail = trailOf(witness, whole);
  const graph = whole.nodes.length > DRAWN_NODES_MAX ? cutToTrail(whole, trail) : whole;
  const id = `g${at + 1}`;
  const svg = renderSvg(graph, {
    id,
    hops: trail.hops,
    pathEdges: trail.edges,
    codes: view.codes,
    link: (node) => (view.sources.of(node.span.file) === null ? null : `#${lineId(node.span)}`),
    standalone: false,
  });
  return { svg, target: { drawing: id, graph }, isBeside: layOut(graph).width <= BESIDE_WIDTH_MAX };
}

/** The code at a place, with what is meant marked. */
function excerpt(view: View, span: Span, at: number): string {
  const lines = view.sources.of(span.file);
  if (lines === null || span.start.line > lines.length) return '';
  const first = Math.max(1, span.start.line - EXCERPT_LINES);
  const shown = lines.slice(first - 1, span.start.line + EXCERPT_LINES);
  const rows = shown.map((line, index) => {
    const number = first + index;
    const code = number === span.start.line ? marked(line, span) : escapeMarkup(safe(line.replaceAll('\t', '  ')));
    return `<span class="row"><span class="number">${number}</span>${code}</span>`;
  });
  return `<div class="scroll excerpt" tabindex="0" role="region" aria-label="Code of finding ${at + 1}: ${text(span.file)}, line ${span.start.line}"><pre>${rows.join('')}</pre></div>`;
}

function marked(line: string, span: Span): string {
  const start = span.start.column - 1;
  const end = span.end.line === span.start.line ? Math.max(span.end.column - 1, start) : line.length;
  const plain = (part: string): string => escapeMarkup(safe(part.replaceAll('\t', '  ')));
  return `${plain(line.slice(0, start))}<mark>${plain(line.slice(start, end))}</mark>${plain(line.slice(end))}`;
}

function aboutRule(rule: RuleMetadata | undefined): string {
  if (rule === undefined) return '';
  const limits = rule.limits.map((limit) => `<li>${prose(limit)}</li>`).join('');
  const facts = `${rule.cwe.join(', ')}; OWASP Serverless ${rule.owasp.join(', ')}; score ${rule.score.toFixed(1)} of 10; precision ${rule.precision}; ${rule.maturity}`;
  return `<details class="about"><summary>About ${text(rule.id)}</summary><p>${prose(rule.summary)}</p>${limits === '' ? '' : `<p>Limits: this rule</p><ul>${limits}</ul>`}<p class="quiet">${text(facts)}</p></details>`;
}
