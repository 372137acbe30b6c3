import type { Result } from '../../model/result.ts';
import { configurationLine, incompleteLine } from '../common/coverage.ts';
import { tally } from '../common/findings.ts';
import { count } from '../common/text.ts';
import { prose, text } from './view.ts';

/** The answer in one line, what it rests on in three tiles, and the way to the rest. */
export function header(result: Result): string {
  const { errors, warnings, notes, suppressed, unchanged, undecided } = tally(result);
  const total = errors + warnings + notes;
  const isIncomplete = result.status === 'incomplete';
  const title = total === 0 ? 'No findings' : count(total, 'finding');
  const mood = errors > 0 ? 'error' : warnings > 0 || isIncomplete ? 'warning' : total > 0 ? 'note' : 'good';
  const levels = [
    errors > 0 ? `<span class="level error">${count(errors, 'error')}</span>` : '',
    warnings > 0 ? `<span class="level warning">${count(warnings, 'warning')}</span>` : '',
    notes > 0 ? `<span class="level note">${count(notes, 'note')}</span>` : '',
    undecided > 0 ? `<span class="level plain">${undecided} of these undecided</span>` : '',
    suppressed > 0 ? `<span class="level plain">${suppressed} suppressed</span>` : '',
    unchanged > 0 ? `<span class="level plain">${unchanged} unchanged</span>` : '',
  ].join(' ');
  const banner = isIncomplete
    ? `<p class="incomplete"><strong>Incomplete.</strong> ${text(incompleteLine(result).replace('INCOMPLETE: ', ''))}. See <a href="#coverage">coverage</a>.</p>`
    : '';
  return `<header class="top ${mood}">
<p class="brand"><span aria-hidden="true">▚</span> Weir <span class="quiet">information-flow report</span></p>
<h1>${title}</h1>
${levels === '' ? '' : `<p class="levels">${levels}</p>`}
${banner}
${tiles(result)}
<nav aria-label="Sections"><a href="#findings">Findings</a><a href="#workflows">Workflows</a><a href="#coverage">Coverage</a><a href="#sources">Sources</a></nav>
</header>`;
}

interface Part {
  readonly name: string;
  readonly value: number;
  readonly tone: string;
}

function tiles(result: Result): string {
  const { coverage } = result;
  const { verdicts } = coverage;
  const questions: readonly Part[] = [
    { name: 'satisfied', value: verdicts.satisfied, tone: 'good' },
    { name: 'violated', value: verdicts.violated, tone: 'error' },
    { name: 'undecided', value: verdicts.undecided, tone: 'warning' },
  ];
  const states: readonly Part[] = [
    { name: 'analysed', value: coverage.unitsAnalysed, tone: 'good' },
    { name: 'approximated', value: coverage.unitsApproximated, tone: 'warning' },
    { name: 'refused', value: coverage.unitsRefused, tone: 'error' },
  ];
  const scope = [
    count(coverage.files.length, 'file'),
    count(coverage.compositions.length, 'workflow'),
    count(result.rules.length, 'rule'),
  ].join(', ');
  return `<div class="tiles">
${tile(count(sum(questions), 'flow question'), questions)}
${tile(count(sum(states), 'state'), states)}
<section class="tile"><h2>Scope</h2><p>${scope}</p><p class="quiet">${prose(configurationLine(result))}</p></section>
</div>`;
}

const sum = (parts: readonly Part[]): number => parts.reduce((total, { value }) => total + value, 0);

/** A tile with a bar whose parts have patterns of their own besides colours, and the numbers in words. */
function tile(title: string, parts: readonly Part[]): string {
  const total = sum(parts);
  let x = 0;
  const bars = parts.map(({ value, tone }) => {
    const width = total === 0 ? 0 : (value / total) * 100;
    const bar =
      width === 0 ? '' : `<rect class="${tone}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="8"/>`;
    x += width;
    return bar;
  });
  const legend = parts.map(
    ({ name, value, tone }) => `<li><span class="dot ${tone}" aria-hidden="true"></span>${value} ${name}</li>`,
  );
  return `<section class="tile"><h2>${title}</h2><svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="none" width="100" height="8"/>${bars.join('')}</svg><ul>${legend.join('')}</ul></section>`;
}
