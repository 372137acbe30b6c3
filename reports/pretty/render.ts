import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ReportedFinding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import type { Span } from '../../model/span.ts';
import type { Hop, Witness } from '../../model/verdict.ts';
import { coverageLines } from '../common/coverage.ts';
import { ruleOf, tally } from '../common/findings.ts';
import { constructWord, formatChange, formatLabel } from '../common/labels.ts';
import { count, safe, wrap } from '../common/text.ts';
import type { Reporter, RenderOptions } from '../types.ts';
import { codeFrame } from './frame.ts';
import { makePalette, type Palette } from './palette.ts';

/** Further sources of one finding that are named but not drawn. */
const WITNESSES_SHOWN = 1;
/** Obligations that are listed; the rest is counted. */
const OBLIGATIONS_SHOWN = 8;

export const pretty: Reporter = {
  name: 'pretty',
  title: 'for people at a terminal: code frames, the path of each flow, what to do',
  render: (result, options) => new PrettyPage(result, options).render(),
};

class PrettyPage {
  readonly #result: Result;
  readonly #palette: Palette;
  readonly #width: number;
  readonly #lines: string[] = [];

  constructor(result: Result, options: RenderOptions) {
    this.#result = result;
    this.#palette = makePalette(options.color);
    this.#width = Math.max(40, Math.min(options.width, 120));
  }

  render(): string {
    for (const diagnostic of this.#result.diagnostics) this.#diagnostic(diagnostic);
    for (const finding of this.#result.findings) {
      if (finding.suppression === null && finding.baselineState !== 'unchanged') this.#finding(finding);
    }
    this.#summary();
    return `${this.#lines.join('\n')}\n`;
  }

  #add(...lines: readonly string[]): void {
    this.#lines.push(...lines);
  }

  #text(text: string, indent: string): void {
    for (const line of wrap(safe(text), this.#width - indent.length)) this.#add(`${indent}${line}`);
  }

  #place(span: Span): string {
    return this.#palette.link(`${safe(span.file)}:${span.start.line}:${span.start.column}`);
  }

  #diagnostic(diagnostic: Diagnostic): void {
    const color = diagnostic.severity === 'error' ? this.#palette.error : this.#palette.warning;
    this.#add(`${color(diagnostic.severity)} ${this.#palette.dim(diagnostic.code)}  ${this.#place(diagnostic.span)}`);
    this.#text(diagnostic.message, '  ');
    for (const line of codeFrame(diagnostic.span, this.#result.sources, this.#palette)) this.#add(`    ${line}`);
    this.#text(diagnostic.help, '  ');
    this.#add('');
  }

  #finding(finding: ReportedFinding): void {
    const { message, span } = finding;
    const color = this.#palette[finding.level];
    const rule = ruleOf(this.#result, finding);
    const undecided = finding.outcome === 'undecided' ? this.#palette.dim(' (undecided)') : '';
    this.#add(
      `${color(finding.level)}${undecided} ${this.#palette.bold(safe(rule?.title ?? finding.ruleId))} ${this.#palette.dim(finding.ruleId)}`,
    );
    this.#add(`  ${this.#place(span)} ${this.#palette.dim('·')} ${safe(finding.place)}`);
    for (const line of codeFrame(span, this.#result.sources, this.#palette)) this.#add(`    ${line}`);
    this.#text(message.what, '  ');
    if (message.why !== '') this.#text(message.why, '  ');
    for (const [at, witness] of finding.witnesses.slice(0, WITNESSES_SHOWN).entries()) this.#witness(witness, at);
    this.#furtherSources(finding);
    for (const related of finding.related)
      this.#add(`  ${this.#palette.dim('see')} ${this.#place(related.span)}: ${safe(related.message)}`);
    if (message.fix !== '') this.#labelled('fix', message.fix);
    this.#add(`  ${this.#palette.dim(`weir explain ${finding.fingerprint.slice(0, 12)}`)}`, '');
  }

  #labelled(label: string, text: string): void {
    const [first = '', ...rest] = wrap(safe(text), this.#width - label.length - 4);
    this.#add(
      `  ${this.#palette.good(`${label}:`)} ${first}`,
      ...rest.map((line) => `  ${' '.repeat(label.length + 2)}${line}`),
    );
  }

  #furtherSources(finding: ReportedFinding): void {
    const more = finding.witnesses.slice(WITNESSES_SHOWN);
    if (more.length === 0) return;
    const names = more.map((witness) => safe(witness.source.description)).join('; ');
    this.#text(`also from: ${names}`, '  ');
  }

  #witness(witness: Witness, at: number): void {
    const kind = witness.flow === 'implicit' ? 'the path (a condition carries it)' : 'the path';
    this.#add(`  ${this.#palette.dim(at === 0 ? `${kind}:` : 'another path:')}`);
    const width = Math.max(...witness.hops.map((hop) => safe(hop.name).length), 4);
    let shown = '';
    for (const [number, hop] of witness.hops.entries())
      shown = this.#hop(hop, { number: number + 1, width: Math.min(width, 28), shown });
  }

  /** Adds a hop and returns its label, which is not repeated while it stays. */
  #hop(hop: Hop, at: { readonly number: number; readonly width: number; readonly shown: string }): string {
    const full = safe(hop.name);
    const name = (full.length > at.width ? `${full.slice(0, at.width - 1)}…` : full).padEnd(at.width);
    const arrow = hop.by === 'control' ? '┄▷' : '─▶';
    const number = String(at.number).padStart(4);
    const label =
      hop.construct === 'source' ? formatLabel(hop.labelAfter) : formatChange(hop.labelBefore, hop.labelAfter);
    const place = this.#palette.dim(`${safe(hop.span.file.split('/').at(-1) ?? '')}:${hop.span.start.line}`);
    this.#add(
      `  ${number} ${this.#palette.dim(arrow)} ${this.#palette.bold(name)} ${constructWord(hop.construct).padEnd(12)} ${place}`,
    );
    const indent = ' '.repeat(11 + at.width);
    this.#text(hop.why, indent);
    if (label !== at.shown) this.#dimmed(label, indent);
    return formatLabel(hop.labelAfter);
  }

  #dimmed(text: string, indent: string): void {
    for (const line of wrap(safe(text), this.#width - indent.length)) this.#add(`${indent}${this.#palette.dim(line)}`);
  }

  #summary(): void {
    const { errors, warnings, notes, suppressed, unchanged, undecided } = tally(this.#result);
    const total = errors + warnings + notes;
    const parts = [count(errors, 'error'), count(warnings, 'warning'), count(notes, 'note')];
    const headline =
      total === 0 ? this.#palette.good('no findings') : `${count(total, 'finding')}: ${parts.join(', ')}`;
    const more = [
      undecided > 0 ? `${undecided} undecided` : '',
      suppressed > 0 ? `${suppressed} suppressed` : '',
      unchanged > 0 ? `${unchanged} unchanged` : '',
    ].filter((part) => part !== '');
    this.#add(`${this.#palette.bold(headline)}${more.length === 0 ? '' : ` (${more.join(', ')})`}`);
    for (const line of coverageLines(this.#result)) this.#add(`  ${this.#palette.dim(line)}`);
    this.#obligations();
    if (this.#result.coverage.idleRules.length > 0) {
      this.#text(`nothing is configured for: ${this.#result.coverage.idleRules.join(', ')}`, '  ');
    }
  }

  #obligations(): void {
    const { obligations } = this.#result.coverage;
    if (obligations.length === 0) return;
    this.#add(`  ${this.#palette.dim('to decide what is undecided:')}`);
    for (const { description, help, verdicts } of obligations.slice(0, OBLIGATIONS_SHOWN)) {
      this.#text(`- ${description} (${count(verdicts, 'question')}): ${help}`, '    ');
    }
    const more = obligations.length - OBLIGATIONS_SHOWN;
    if (more > 0) this.#add(`    ${this.#palette.dim(`and ${more} more`)}`);
  }
}
