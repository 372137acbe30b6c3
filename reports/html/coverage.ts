import type { Result } from '../../model/result.ts';
import { coverageLines, groupByHelp, idleReason } from '../common/coverage.ts';
import { count } from '../common/text.ts';
import { placeLink, prose, text, type View } from './view.ts';

/** Features that are listed one by one; the rest is counted. */
const FEATURES_SHOWN = 200;

/** What was looked at and how well, what could not be read, and what would tell more. */
export function coverageSection(view: View): string {
  const { result } = view;
  const lines = coverageLines(result).map((line) => `<li>${prose(line)}</li>`);
  return `<section aria-labelledby="coverage"><h2 id="coverage">Coverage</h2>
<ul>${lines.join('')}</ul>
${diagnostics(view)}
${obligations(view)}
${files(result)}
${features(view)}
${idleRules(view)}
</section>`;
}

function diagnostics(view: View): string {
  const items = view.result.diagnostics.map(
    ({ code, severity, message, help, span }) =>
      `<li><span class="level ${severity}">${severity}</span> <code>${text(code)}</code> ${placeLink(view, span)}<br>${prose(message)} <span class="quiet">${prose(help)}</span></li>`,
  );
  return items.length === 0 ? '' : `<h3>Not read as meant</h3><ul class="rows">${items.join('')}</ul>`;
}

function obligations(view: View): string {
  const groups = groupByHelp(view.result.coverage.obligations).map(({ help, obligations: members, verdicts }) => {
    const items = members.map(
      (each) =>
        `<li>${prose(each.description)} ${placeLink(view, each.span)} <span class="quiet">${count(each.verdicts, 'question')}</span></li>`,
    );
    return `<li><p><strong>${prose(help)}</strong> <span class="quiet">answers ${count(verdicts, 'question')}</span></p><ul>${items.join('')}</ul></li>`;
  });
  return groups.length === 0 ? '' : `<h3>What would decide the undecided</h3><ul class="rows">${groups.join('')}</ul>`;
}

function files({ coverage }: Result): string {
  const rows = coverage.files.map(({ file, platform, state, units }) => {
    const tone = state === 'analysed' ? 'good' : state === 'partial' ? 'warning' : 'error';
    return `<tr><td><code>${text(file)}</code></td><td>${text(platform)}</td><td><span class="level ${tone}">${state}</span></td><td class="number">${units}</td></tr>`;
  });
  if (rows.length === 0) return '<p>No file with a workflow was found.</p>';
  return `<h3>Files</h3><div class="scroll" tabindex="0" role="region" aria-label="Files"><table><thead><tr><th scope="col">File</th><th scope="col">Platform</th><th scope="col">State</th><th scope="col" class="number">States</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

function features(view: View): string {
  const uses = view.result.coverage.compositions.flatMap((composition) => composition.features);
  const items = uses
    .slice(0, FEATURES_SHOWN)
    .map(
      ({ feature, support, note, span }) =>
        `<li><span class="level ${support === 'refused' ? 'error' : 'warning'}">${support}</span> <code>${text(feature)}</code> ${placeLink(view, span)}<br><span class="quiet">${prose(note)}</span></li>`,
    );
  if (items.length === 0) return '';
  const more = uses.length > FEATURES_SHOWN ? `<li>and ${uses.length - FEATURES_SHOWN} more</li>` : '';
  return `<h3>Not modelled exactly</h3><p class="quiet">Approximated means: to the safe side, so that nothing is missed.</p><ul class="rows">${items.join('')}${more}</ul>`;
}

function idleRules(view: View): string {
  const { idleRules: ids } = view.result.coverage;
  if (ids.length === 0) return '';
  const items = ids.map((id) => `<li><code>${text(id)}</code> ${text(view.rules.get(id)?.title ?? '')}</li>`);
  return `<h3>Idle rules</h3><p class="quiet">${idleReason(view.result)}.</p><ul>${items.join('')}</ul>`;
}
