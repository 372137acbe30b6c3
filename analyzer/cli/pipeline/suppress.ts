import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Finding, ReportedFinding, RuleMetadata, Suppression } from '../../../model/finding.ts';
import type { Result } from '../../../model/result.ts';
import { didYouMean, globMatches } from '../../config/index.ts';
import { groupFindings } from '../../query/index.ts';
import { compareDiagnostics } from './analyse.ts';
import type { Directive, OffsetRange } from './directives.ts';
import { namesRule } from './settings.ts';

export interface SuppressOptions {
  readonly directives: readonly Directive[];
  /** Metadata of every rule there is, also of those that are off. */
  readonly rules: readonly RuleMetadata[];
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** Files whose findings are all there; elsewhere a directive that covers none may cover one that is not shown. */
  readonly isShown: (file: string) => boolean;
}

/**
 * Marks the findings that directives cover; nothing is dropped. A directive that has expired (CLI011) or names no rule (CLI013) covers nothing, one
 * that covers nothing is reported (CLI012).
 */
export function suppress(result: Result, options: SuppressOptions): Result {
  const used = new Set<Directive>();
  const diagnostics: Diagnostic[] = [];
  const standing = options.directives.filter((directive) => isStanding(directive, options, diagnostics));
  const findings = result.findings.map((finding): ReportedFinding => {
    const directive = standing.find((one) => covers(one, finding, options.rules));
    if (directive === undefined) return finding;
    used.add(directive);
    return { ...finding, suppression: toSuppression(directive) };
  });
  for (const directive of standing)
    if (!used.has(directive) && options.isShown(directive.span.file)) diagnostics.push(unused(directive));
  return { ...result, findings, diagnostics: [...result.diagnostics, ...diagnostics].sort(compareDiagnostics) };
}

/** Findings as people read them: what is said about several places of a workflow in the same way is one finding. */
export function together(result: Result): Result {
  const alike = ({ suppression, baselineState }: ReportedFinding): unknown => [suppression, baselineState];
  return { ...result, findings: groupFindings(result.findings, result.rules, alike) };
}

const toSuppression = ({ kind, reason, expires, span }: Directive): Suppression => ({ kind, reason, expires, span });

function isStanding(directive: Directive, { rules, today }: SuppressOptions, into: Diagnostic[]): boolean {
  const { expires, span } = directive;
  const unknown = directive.rules.filter((word) => !rules.some((meta) => namesRule(word, meta)));
  for (const word of unknown) {
    const known = rules.flatMap(({ id, aliases, slug }) => [id, ...aliases, slug]);
    const help = didYouMean(word, known, '`weir rules` lists all rules.');
    const message = `the suppression names \`${word}\`, which is no rule`;
    into.push({ code: 'CLI013', severity: 'warning', message, help, span });
  }
  if (unknown.length === directive.rules.length) return false;
  if (expires === null || expires >= today) return true;
  const message = `the suppression expired on ${expires}, its findings count again`;
  const help = 'Fix what it covers, or give it a new reason and date.';
  into.push({ code: 'CLI011', severity: 'warning', message, help, span });
  return false;
}

function covers(directive: Directive, finding: Finding, rules: readonly RuleMetadata[]): boolean {
  const meta = rules.find(({ id }) => id === finding.ruleId);
  if (meta === undefined || !directive.rules.some((word) => namesRule(word, meta))) return false;
  const { span, place, part } = finding;
  const scope = directive.covers;
  if (scope.kind === 'glob') {
    const isPlace = (name: string): boolean => scope.place === null || globMatches(scope.place, name);
    return globMatches(scope.glob, span.file) && (isPlace(place) || (part !== undefined && isPlace(part.name)));
  }
  // What is reported at an entry may be accepted there, or at the state that it leads to.
  return [span, ...(part === undefined ? [] : [part.span])].some(
    ({ file, start }) =>
      scope.file === file && holds(scope, start.offset) && !scope.except.some((inner) => holds(inner, start.offset)),
  );
}

const holds = ({ from, to }: OffsetRange, offset: number): boolean => from <= offset && offset <= to;

function unused({ rules, span }: Directive): Diagnostic {
  return {
    code: 'CLI012',
    severity: 'warning',
    message: `the suppression of ${rules.join(', ')} covers no finding`,
    help: 'Remove it when what it covered is gone; else move it to the line or state of the finding: it does not reach into states inside a state.',
    span,
  };
}
