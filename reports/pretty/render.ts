import stringWidth from 'string-width';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RelatedPlace, ReportedFinding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import type { Span } from '../../model/span.ts';
import { countingFindings, ruleOf } from '../common/findings.ts';
import { safe } from '../common/text.ts';
import type { Reporter } from '../types.ts';
import { codeFrame, gutterOf } from './frame.ts';
import { Page } from './page.ts';
import { addPath } from './path.ts';
import { addSummary } from './summary.ts';

/** Digits of a fingerprint that `weir explain` is shown with. */
const FINGERPRINT_SHOWN = 12;

export const pretty: Reporter = {
  name: 'pretty',
  title: 'for people at a terminal: code frames, the path of each flow, what to do',
  render: (result, options) => {
    const page = new Page(result, options);
    for (const diagnostic of result.diagnostics) addDiagnostic(page, diagnostic);
    for (const finding of countingFindings(result)) addFinding(page, finding, result);
    addSummary(page, result);
    return page.toString();
  },
};

function addDiagnostic(page: Page, { code, severity, message, help, span }: Diagnostic): void {
  const color = severity === 'error' ? page.palette.error : page.palette.warning;
  page.add(color(`${severity}[${code}]`));
  page.paragraph(message, '  ', page.palette.bold);
  addFrame(page, span, '');
  page.labelled('help', help, page.palette.good);
  page.add('');
}

function addFinding(page: Page, finding: ReportedFinding, result: Result): void {
  const { palette } = page;
  const { level, outcome, message, place, related, ruleId, span, witnesses, fingerprint } = finding;
  const title = ruleOf(result, finding)?.title ?? '';
  const undecided = outcome === 'undecided' ? palette.note(' undecided') : '';
  const head = `${palette[level](`${level}[${ruleId}]`)}${undecided}`;
  const isShort = stringWidth(head) + 1 + stringWidth(safe(title)) <= page.width;
  page.add(isShort ? `${head} ${palette.dim(safe(title))}` : head);
  if (!isShort) page.paragraph(title, '  ', palette.dim);
  page.paragraph(message.what, '  ', palette.bold);
  addFrame(page, span, place);
  const [witness, ...others] = witnesses;
  if (witness !== undefined) addPath(page, witness);
  if (others.length > 0) page.labelled('also', `from ${others.map(({ source }) => source.description).join('; ')}`);
  if (message.why !== '') page.labelled('why', message.why);
  if (message.fix !== '') page.labelled('fix', message.fix, palette.good);
  for (const [at, other] of related.entries()) addRelated(page, other, at === 0 ? 'see' : '');
  page.add(`  ${palette.dim(`more weir explain ${fingerprint.slice(0, FINGERPRINT_SHOWN)}`)}`, '');
}

/** Another place with what is there: on one line when it fits. */
function addRelated(page: Page, { span, message }: RelatedPlace, label: string): void {
  const start = `  ${page.palette.dim(label.padEnd(5))}${page.place(span)}`;
  const place = `${safe(span.file)}:${span.start.line}:${span.start.column}`;
  const isShort = stringWidth(place) + stringWidth(safe(message)) + 9 <= page.width;
  page.add(isShort ? `${start}  ${safe(message)}` : start);
  if (!isShort) page.paragraph(message, '         ');
}

/** Where it is, with the code when its text is known. */
function addFrame(page: Page, span: Span, place: string): void {
  const { palette } = page;
  const gutter = gutterOf(span);
  const options = { palette, gutter, width: page.width - 2 };
  const lines = codeFrame(span, page.sources, options);
  const name = place === '' ? '' : ` ${palette.dim('in')} ${safe(place)}`;
  if (lines.length === 0) {
    page.add(`  ${palette.rail('──')} ${page.place(span)}${name}`);
    return;
  }
  const pad = ' '.repeat(gutter);
  page.add(`  ${pad} ${palette.rail('┌─')} ${page.place(span)}${name}`);
  page.add(...lines.map((line) => `  ${line}`), `  ${pad} ${palette.rail('└')}`);
}
