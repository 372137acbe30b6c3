/** Runs source text through the whole analysis in memory: source, lowering, labels, checker, rules. */
import { DEFAULT_CONFIGURATION, labelApplication, loadConfiguration } from '../../analyzer/config/index.ts';
import { check } from '../../analyzer/flow/index.ts';
import { awsStepFunctions } from '../../analyzer/platforms/aws-step-functions/index.ts';
import { buildRuleContext, runRules, type Rule, type RuleContext } from '../../analyzer/query/index.ts';
import { parseDocument, type ParsedDocument, type Workspace } from '../../analyzer/source/index.ts';
import type { Diagnostic, Outcome } from '../../model/diagnostic.ts';
import type { Finding } from '../../model/finding.ts';
import type { Labelling } from '../../model/labelling.ts';

/** Text of files by path. */
export type SourceTexts = ReadonlyMap<string, string>;

/** What an analysis gives. */
export interface Analysis {
  readonly context: RuleContext;
  readonly labelling: Labelling;
  /** Of documents, lowering and configuration. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Path of the configuration among the files. */
export const CONFIGURATION = 'weir.yaml';

function workspaceOf(files: SourceTexts): Workspace {
  const parsed = new Map<string, ParsedDocument>();
  for (const [file, text] of files) {
    if (file !== CONFIGURATION) parsed.set(file, parseDocument({ path: file, text }));
  }
  const documents = [...parsed.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    documents,
    read: (file) => {
      const text = files.get(file);
      return text === undefined ? null : { path: file, text };
    },
    parse: (file) => parsed.get(file) ?? null,
  };
}

/** Takes the value of an outcome that has to be there. */
function expectValue<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
}

/** Analyses files, with `weir.yaml` among them as the configuration. Throws when the configuration is refused. */
export function analyse(files: SourceTexts): Analysis {
  const text = files.get(CONFIGURATION);
  const configuration =
    text === undefined
      ? DEFAULT_CONFIGURATION
      : expectValue(loadConfiguration(parseDocument({ path: CONFIGURATION, text })));
  const workspace = workspaceOf(files);
  const application = awsStepFunctions.lower(workspace);
  const labelled = labelApplication(application, configuration);
  const labelling = expectValue(labelled);
  const result = check(application, labelling);
  const isConfigured = text !== undefined;
  return {
    context: buildRuleContext({ application, result, space: labelling.space, isConfigured, strict: false }),
    labelling,
    diagnostics: [
      ...workspace.documents.flatMap((document) => document.diagnostics),
      ...application.diagnostics,
      ...labelled.diagnostics,
    ],
  };
}

/** One line for a finding: place in the file, level, all three parts of the message, and the shortest path. */
export function findingLine(finding: Finding): string {
  const { span, level, outcome, message, witnesses } = finding;
  const severity = outcome === 'undecided' ? 'undecided' : level;
  const names = witnesses[0]?.hops.map((hop) => `${hop.name} (${hop.construct})`) ?? [];
  const path = names.length === 0 ? '' : ` Path: ${names.join(' > ')}.`;
  return `${span.file}:${span.start.line}:${span.start.column}: ${severity}: ${message.what} ${message.why} ${message.fix}${path}`;
}

/** What a rule says of a case, one line for each finding. What is wrong with the case itself is part of it. */
export function runCase(rule: Rule, files: SourceTexts): string {
  const { context, diagnostics } = analyse(files);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const problems = errors.map(({ code, message, span }) => `${span.file}:${span.start.line}: ${code}: ${message}`);
  return [...problems, ...runRules(context, [rule]).map(findingLine)].map((line) => `${line}\n`).join('');
}
