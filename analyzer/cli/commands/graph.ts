import type { Composition } from '../../../model/ir.ts';
import { printApplication } from '../../../model/ir-text/index.ts';
import type { CompositionGraph } from '../../../model/result.ts';
import { renderDot, renderMermaid, renderSvg } from '../../../reports/index.ts';
import { didYouMean, globMatches } from '../../config/index.ts';
import { tellIncomplete } from '../incomplete.ts';
import { UsageError, type Machine } from '../machine.ts';
import { formatDiagnostics, usesColor, writeOutput } from '../output.ts';
import type { Analysis } from '../pipeline/analyse.ts';
import { exitCodeOf, isVoid } from '../pipeline/exit-code.ts';
import { viewOf } from '../pipeline/view.ts';
import { analyseTree, findFiles, focusOf, openSession } from '../session.ts';

const FORMATS = ['svg', 'mermaid', 'dot', 'ir'] as const;
type GraphFormat = (typeof FORMATS)[number];

export interface GraphOptions {
  readonly config: string | null;
  readonly format: string;
  /** Name or glob of the workflows to draw; null for all. */
  readonly workflow: string | null;
  /** File to write; null for standard output. */
  readonly output: string | null;
  readonly failOnIncomplete: boolean;
}

/** Draws workflows with their labels. */
export function runGraph(machine: Machine, paths: readonly string[], options: GraphOptions): number {
  const format = FORMATS.find((name) => name === options.format);
  if (format === undefined) {
    const help = didYouMean(options.format, FORMATS, `Use one of ${FORMATS.join(', ')}.`);
    throw new UsageError('CLI005', `there is no graph format \`${options.format}\``, help);
  }
  const session = openSession(machine.cwd, { paths, config: options.config });
  const { tree, diagnostics } = findFiles(session);
  const analysis = analyseTree(tree, session, { strict: false, diagnostics });
  const { result } = analysis;
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
  machine.stderr.write(formatDiagnostics(errors, usesColor(machine, machine.stderr, false)));
  tellIncomplete(machine, result);
  const code = exitCodeOf(result, { failOn: 'none', failOnIncomplete: options.failOnIncomplete });
  if (isVoid(result)) return code;
  const view = viewOf(analysis.application, focusOf(session.location));
  const { application } = analysis;
  const shown = {
    ...application,
    compositions: application.compositions.filter(({ id }) => view.showsComposition(id)),
    coverage: application.coverage.filter(({ file }) => view.showsFile(file)),
  };
  const text = draw({ ...analysis, application: shown }, format, options.workflow);
  if (options.output === null) machine.stdout.write(text);
  else writeOutput(machine, options.output, text);
  return code;
}

function draw({ application, result }: Analysis, format: GraphFormat, workflow: string | null): string {
  const wanted = application.compositions.filter(
    ({ name, id }) => workflow === null || workflow === id || globMatches(workflow, name),
  );
  if (wanted.length === 0) throw nothingToDraw(application.compositions, workflow);
  if (format === 'ir') return printApplication({ ...application, compositions: wanted });
  const ids = new Set<string>(wanted.map(({ id }) => id));
  const graphs = result.graphs.filter(({ composition }) => ids.has(composition));
  // A DOT file may hold several graphs.
  if (format !== 'dot' && graphs.length > 1) {
    const help = `Name one with --workflow: ${wanted.map((each) => distinctName(each, wanted)).join(', ')}.`;
    const kind = format === 'svg' ? 'an SVG file' : 'a Mermaid text';
    throw new UsageError('CLI005', `${kind} shows one workflow, ${graphs.length} were found`, help);
  }
  return graphs.map((graph) => render(graph, format)).join('\n');
}

/** The name of a workflow, or its id where several have that name. */
function distinctName({ id, name }: Composition, all: readonly Composition[]): string {
  return all.filter((other) => other.name === name).length === 1 ? name : `'${id}'`;
}

function render(graph: CompositionGraph, format: Exclude<GraphFormat, 'ir'>): string {
  switch (format) {
    case 'svg':
      return `${renderSvg(graph, { id: 'weir', hops: new Map(), link: () => null, standalone: true })}\n`;
    case 'mermaid':
      return renderMermaid(graph);
    case 'dot':
      return renderDot(graph);
  }
}

function nothingToDraw(compositions: readonly Composition[], workflow: string | null): UsageError {
  if (workflow === null)
    return new UsageError('CLI005', 'no workflow was found', 'Name the folder that holds the definitions.');
  const names = compositions.map(({ name }) => name);
  const help = didYouMean(workflow, names, `There are ${names.join(', ') || 'none'}.`);
  return new UsageError('CLI005', `no workflow is named \`${workflow}\``, help);
}
