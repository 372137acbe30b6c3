import type { Result } from '../../model/result.ts';
import {
  configurationLine,
  groupByHelp,
  idleReason,
  incompleteLine,
  unitsLine,
  verdictsLine,
  type ObligationGroup,
} from '../common/coverage.ts';
import { tally } from '../common/findings.ts';
import { count, safe } from '../common/text.ts';
import type { Page } from './page.ts';

/** Obligations that are listed below one advice, and kinds of advice; the rest is counted. */
const OBLIGATIONS_SHOWN = 6;
const ADVICE_SHOWN = 4;
/** Files that were not or only partly read and are named. */
const FILES_SHOWN = 8;

/** How it stands, what was looked at, and what would tell more. */
export function addSummary(page: Page, result: Result): void {
  const { palette } = page;
  page.add(palette.rail('─'.repeat(page.width)));
  page.add(headline(page, result));
  page.paragraph(unitsLine(result), '  ', palette.dim);
  page.paragraph(verdictsLine(result), '  ', palette.dim);
  page.paragraph(configurationLine(result), '  ', palette.dim);
  if (result.status === 'incomplete') page.paragraph(incompleteLine(result), '  ', palette.warning);
  addUnread(page, result);
  addObligations(page, result);
  addIdleRules(page, result);
}

function headline(page: Page, result: Result): string {
  const { palette } = page;
  const { errors, warnings, notes, suppressed, unchanged, undecided } = tally(result);
  const total = errors + warnings + notes;
  const more = [
    undecided > 0 ? `${undecided} undecided` : '',
    suppressed > 0 ? `${suppressed} suppressed` : '',
    unchanged > 0 ? `${unchanged} unchanged` : '',
  ].filter((part) => part !== '');
  const aside = more.length === 0 ? '' : palette.dim(` (${more.join(', ')})`);
  if (total === 0) {
    const { compositions, verdicts } = result.coverage;
    if (compositions.length === 0) return `${palette.bold('nothing was analysed')}${aside}`;
    const isSure = result.status === 'complete' && verdicts.undecided === 0;
    return `${isSure ? palette.good('✔ no findings') : palette.bold('no findings')}${aside}`;
  }
  const parts = [
    errors > 0 ? palette.error(count(errors, 'error')) : '',
    warnings > 0 ? palette.warning(count(warnings, 'warning')) : '',
    notes > 0 ? palette.note(count(notes, 'note')) : '',
  ].filter((part) => part !== '');
  return `${palette.mark('✖')} ${palette.bold(count(total, 'finding'))}: ${parts.join(', ')}${aside}`;
}

function addUnread(page: Page, { coverage }: Result): void {
  const unread = coverage.files.filter(({ state }) => state !== 'analysed');
  for (const { file, state } of unread.slice(0, FILES_SHOWN)) {
    page.add(`    ${safe(file)} ${page.palette.dim(state === 'refused' ? 'not read' : 'partly read')}`);
  }
  if (unread.length > FILES_SHOWN) page.add(`    ${page.palette.dim(`and ${unread.length - FILES_SHOWN} more`)}`);
}

function addObligations(page: Page, { coverage }: Result): void {
  const groups = groupByHelp(coverage.obligations);
  if (groups.length === 0) return;
  page.add('', `  ${page.palette.bold('What would decide the undecided')}`);
  for (const group of groups.slice(0, ADVICE_SHOWN)) addGroup(page, group);
  if (groups.length > ADVICE_SHOWN) {
    const left = groups.slice(ADVICE_SHOWN).reduce((sum, { obligations }) => sum + obligations.length, 0);
    page.add(`  ${page.palette.dim(`and ${left} more`)}`);
  }
}

function addGroup(page: Page, { help, obligations }: ObligationGroup): void {
  for (const { description, verdicts, span } of obligations.slice(0, OBLIGATIONS_SHOWN)) {
    page.paragraph(`${description}: ${count(verdicts, 'question')}`, '    ');
    page.add(`      ${page.place(span)}`);
  }
  if (obligations.length > OBLIGATIONS_SHOWN) {
    page.add(`    ${page.palette.dim(`and ${obligations.length - OBLIGATIONS_SHOWN} more`)}`);
  }
  page.paragraph(`→ ${help}`, '    ', page.palette.good);
}

function addIdleRules(page: Page, result: Result): void {
  const { idleRules } = result.coverage;
  if (idleRules.length === 0) return;
  page.add('', `  ${page.palette.bold('Idle rules')} ${page.palette.dim(`(${idleReason(result)})`)}`);
  page.paragraph(idleRules.join(', '), '    ', page.palette.dim);
}
