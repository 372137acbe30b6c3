import type { Application } from '../../../model/application.ts';
import type { Diagnostic, Outcome } from '../../../model/diagnostic.ts';
import { RESULT_VERSION, type Result } from '../../../model/result.ts';
import type { Labelling } from '../../../model/labelling.ts';
import { compareSpans } from '../../../model/span.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { labelApplication, readNativeLabels, type Configuration, type NativeLabels } from '../../config/index.ts';
import { check, type CheckResult } from '../../flow/index.ts';
import type { Platform } from '../../platforms/platform.ts';
import { buildRuleContext, idleRules, runRulesByPlace, type Rule } from '../../query/index.ts';
import { buildCoverage } from './coverage.ts';
import { fileDirectives, mayHoldDirectives, readDirectives, type Directive } from './directives.ts';
import type { FileTree } from './file-tree.ts';
import { drawGraphs } from './graphs.ts';
import { lower } from './lower.ts';
import { selectRules, type RuleSelection } from './settings.ts';
import { collectSources } from './sources.ts';
import { explainUnread, refusedFiles } from './unread.ts';
import { viewOf, type View } from './view.ts';
import { wordFindings, wordsByPlatform } from './words.ts';
import { buildWorkspace, type ParsedWorkspace } from './workspace.ts';
import { maskSecrets } from './mask-secrets.ts';

export interface AnalysisOptions {
  readonly configuration: Configuration;
  readonly platforms: readonly Platform[];
  readonly rules: readonly Rule[];
  readonly strict: boolean;
  readonly toolVersion: string;
  /** Problems that were met before: in discovery, in the configuration. */
  readonly diagnostics: readonly Diagnostic[];
  /** Files and folders that were asked for, relative to the root; `.` is all of it. */
  readonly paths: readonly string[];
  /** Only some files are read, so that patterns of the configuration may rightly match nothing. */
  readonly isPartial: boolean;
  /** Files and folders that are reported on, while the others are only what they stand in; null for all. */
  readonly focus: readonly string[] | null;
}

/** Everything that is known after a run of the pipeline. */
export interface Analysis {
  /** Nothing is suppressed or compared with a baseline yet, and findings are not put together (see `together`). */
  readonly result: Result;
  readonly directives: readonly Directive[];
  readonly application: Application;
  readonly labelling: Labelling;
  readonly verdicts: readonly Verdict[];
}

/** What the checker and the conclusion need: everything is read, lowered and labelled. */
export interface Prepared {
  readonly tree: FileTree;
  readonly options: AnalysisOptions;
  readonly application: Application;
  readonly labelling: Labelling;
  readonly native: NativeLabels;
  readonly selection: RuleSelection;
  readonly directives: readonly Directive[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The pure pipeline: files to the result document.
 *
 * Refused when the configuration does not fit the application; what is wrong with workflows and templates is part of the result.
 */
export function analyse(tree: FileTree, options: AnalysisOptions): Outcome<Analysis> {
  const prepared = prepare(tree, options);
  if (!prepared.ok) return prepared;
  const { application, labelling } = prepared.value;
  const checked = check(application, labelling, { strict: options.strict });
  return { ...prepared, value: conclude(prepared.value, checked) };
}

/** First half: files to a labelled application. */
export function prepare(files: FileTree, options: AnalysisOptions): Outcome<Prepared> {
  const { configuration } = options;
  const { tree, workspace, application } = lowerMasked(files, options);
  const native = readNativeLabels(workspace.parsed(), application, configuration);
  const labelled = labelApplication(application, configuration, native.labels);
  const selection = selectRules(options.rules, configuration.rules);
  const problems = [...labelled.diagnostics, ...selection.diagnostics, ...native.diagnostics];
  if (!labelled.ok || selection.diagnostics.length + native.diagnostics.length > 0) {
    return { ok: false, diagnostics: problems };
  }
  const kept = options.isPartial ? problems.filter(({ code }) => code !== 'CFG013') : problems;
  const inline = workspace
    .parsed()
    .filter(({ path }) => mayHoldDirectives(tree.read(path) ?? ''))
    .map(readDirectives);
  const directives = [...inline.flatMap((read) => read.directives), ...fileDirectives(configuration.suppressions)];
  const found = [...application.diagnostics, ...inline.flatMap((read) => read.diagnostics)];
  const unread = explainUnread({ ...options, tree, workspace, application });
  const diagnostics = [...options.diagnostics, ...kept, ...found, ...unread].sort(compareDiagnostics);
  const labelling = labelled.value;
  const common = { tree, options, application, native: native.labels };
  return { ok: true, value: { ...common, labelling, selection, directives, diagnostics }, diagnostics };
}

/** Lowers the files; when they hold literal secrets, lowers them once more with the secrets masked. */
function lowerMasked(
  files: FileTree,
  options: AnalysisOptions,
): { readonly tree: FileTree; readonly workspace: ParsedWorkspace; readonly application: Application } {
  const workspace = buildWorkspace(files);
  const application = lower(workspace, options.platforms);
  const { literalSecrets } = application;
  if (literalSecrets.length === 0) return { tree: files, workspace, application };
  const tree = maskSecrets(files, literalSecrets);
  const masked = buildWorkspace(tree);
  return { tree, workspace: masked, application: { ...lower(masked, options.platforms), literalSecrets } };
}

/** Second half: verdicts to the result document. */
export function conclude(prepared: Prepared, checked: Pick<CheckResult, 'verdicts' | 'steps'>): Analysis {
  const { tree, options, application, labelling, selection, directives } = prepared;
  const { configuration, strict, focus } = options;
  const { space } = labelling;
  const isConfigured = configuration.file !== null;
  const context = buildRuleContext({ application, result: checked, space, isConfigured, strict });
  const view = viewOf(application, focus);
  const words = wordsByPlatform(options.platforms);
  const found = selection.adjust(runRulesByPlace(context, selection.rules)).filter(view.showsFinding);
  const findings = wordFindings(found, application, words);
  const diagnostics = prepared.diagnostics.filter(view.showsDiagnostic);
  const shown = shownPart(application, { diagnostics, tree, view });
  const ids = new Set(shown.compositions.map(({ id }) => id));
  const verdicts = checked.verdicts.filter(({ composition }) => ids.has(composition));
  const result: Result = {
    version: RESULT_VERSION,
    tool: { name: 'weir', version: options.toolVersion },
    status: isIncomplete(shown, diagnostics) ? 'incomplete' : 'complete',
    findings: findings.map((finding) => ({ ...finding, suppression: null, baselineState: null })),
    rules: selection.rules.map(({ meta }) => meta),
    diagnostics,
    coverage: buildCoverage(shown, verdicts, {
      idleRules: idleRules(context, selection.rules),
      configuration: configuration.file,
    }),
    graphs: drawGraphs(application, { steps: checked.steps, space, context, words }).filter(({ file }) =>
      view.showsFile(file),
    ),
    sources: {},
  };
  const complete = { ...result, sources: collectSources(result, tree) };
  return { result: complete, directives, application, labelling, verdicts: checked.verdicts };
}

/** What the coverage speaks of: the compositions of the files that are shown, and every one of these files, also those that are broken. */
function shownPart(
  application: Application,
  at: {
    readonly diagnostics: readonly Diagnostic[];
    readonly tree: FileTree;
    readonly view: View;
  },
): Application {
  const { view } = at;
  const files = [...application.coverage, ...refusedFiles(application.coverage, at.diagnostics, at.tree)];
  return {
    ...application,
    compositions: application.compositions.filter(({ id }) => view.showsComposition(id)),
    coverage: files
      .filter(({ file }) => view.showsFile(file))
      .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
  };
}

function isIncomplete(application: Application, diagnostics: readonly Diagnostic[]): boolean {
  return (
    diagnostics.some(({ severity }) => severity === 'error') ||
    application.coverage.some(({ state }) => state !== 'analysed')
  );
}

export function compareDiagnostics(left: Diagnostic, right: Diagnostic): number {
  return (
    compareSpans(left.span, right.span) ||
    (left.code < right.code ? -1 : left.code > right.code ? 1 : left.message < right.message ? -1 : 1)
  );
}
