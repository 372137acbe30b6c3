import type { Application, FileCoverage } from '../../../model/application.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import { spanAtStart } from '../../../model/span.ts';
import type { DataNode, ParsedDocument } from '../../source/index.ts';
import type { FileTree } from './file-tree.ts';
import { isDefinitionName, type ParsedWorkspace } from './workspace.ts';

/** What the user asked for, and what came of it. */
export interface Asked {
  /** Files and folders relative to the root; `.` is the root. */
  readonly paths: readonly string[];
  readonly tree: FileTree;
  readonly workspace: ParsedWorkspace;
  readonly application: Application;
  /** What was met before, e.g. in discovery. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Says what no front end says: that a file which was named, or has the name of a definition, is broken (SRC), empty (CLI020) or holds no workflow
 * (CLI021), and that a folder which was named holds none (CLI021). Other files that hold nothing of ours are nobody's concern.
 */
export function explainUnread(asked: Asked): readonly Diagnostic[] {
  const { paths, tree, application } = asked;
  const isRead = new Set(application.coverage.map(({ file }) => file));
  const said = [...asked.diagnostics, ...application.diagnostics];
  const isExplained = new Set(said.flatMap(({ severity, span }) => (severity === 'error' ? [span.file] : [])));
  const found = new Set(tree.paths);
  const named = new Set(paths.filter((path) => found.has(path)));
  const diagnostics = tree.paths
    .filter((path) => named.has(path) || isDefinitionName(path))
    .filter((path) => !isRead.has(path) && !isExplained.has(path))
    .flatMap((path) => explainFile(asked, path));
  const everything = [...said, ...diagnostics];
  const folders = [...new Set(paths)].filter((path) => !found.has(path));
  return [...diagnostics, ...folders.filter((folder) => isIdle(folder, application, everything)).map(noWorkflowIn)];
}

function explainFile({ workspace }: Asked, path: string): readonly Diagnostic[] {
  const source = workspace.read(path);
  const document = workspace.parse(path);
  // What cannot be read at all was met in discovery.
  if (source === null || document === null) return [];
  if (document.diagnostics.some(({ severity }) => severity === 'error')) return document.diagnostics;
  const isDefinition = isDefinitionName(path);
  if (isEmpty(document)) {
    const message = source.text.trim() === '' ? 'the file is empty' : 'the file holds no value';
    const help = 'Write the workflow, or remove the file.';
    return [{ code: 'CLI020', severity: 'error', message, help, span: spanAtStart(path) }];
  }
  const root = document.roots.find((one) => !isNothing(one));
  return [
    {
      code: 'CLI021',
      severity: isDefinition ? 'error' : 'warning',
      message: `no workflow was found in \`${path}\``,
      help: isDefinition
        ? 'Write a map with `StartAt` and `States`, or give the file another name.'
        : 'A definition has `StartAt` and `States`; a template has `Resources` or `stepFunctions`.',
      span: root === undefined ? spanAtStart(path) : { ...root.span, end: root.span.start },
    },
  ];
}

const isNothing = (root: DataNode): boolean => root.kind === 'scalar' && root.value === null;
const isEmpty = ({ roots }: ParsedDocument): boolean => roots.every(isNothing);

/** Whether nothing in a folder has a state that was looked at, and nothing says why. */
function isIdle(folder: string, { compositions, coverage }: Application, diagnostics: readonly Diagnostic[]): boolean {
  const isIn = (file: string): boolean => folder === '.' || file === folder || file.startsWith(`${folder}/`);
  const isBusy = ({ file, units, state }: FileCoverage): boolean => isIn(file) && (units > 0 || state !== 'analysed');
  const declares = compositions.some(({ declaredIn }) => declaredIn !== undefined && isIn(declaredIn));
  return (
    !declares &&
    !coverage.some(isBusy) &&
    !diagnostics.some(({ severity, span }) => severity === 'error' && isIn(span.file))
  );
}

const noWorkflowIn = (folder: string): Diagnostic => ({
  code: 'CLI021',
  severity: 'warning',
  message: folder === '.' ? 'no workflow was found here' : `no workflow was found in \`${folder}\``,
  help: 'Name the folder that holds definitions or templates.',
  span: spanAtStart(folder),
});

/** Files that could not be analysed as entries of the coverage, so that it lists all that was looked at. */
export function refusedFiles(
  coverage: readonly FileCoverage[],
  diagnostics: readonly Diagnostic[],
  tree: FileTree,
): readonly FileCoverage[] {
  const listed = new Set(coverage.map(({ file }) => file));
  const found = new Set(tree.paths);
  const broken = new Set(diagnostics.flatMap(({ severity, span }) => (severity === 'error' ? [span.file] : [])));
  const missing = [...broken].filter((file) => found.has(file) && !listed.has(file));
  return missing.map((file) => ({ file, platform: 'unknown', state: 'refused', units: 0 }));
}
