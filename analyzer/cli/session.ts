import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic, Outcome } from '../../model/diagnostic.ts';
import { loadConfiguration, type Configuration } from '../config/index.ts';
import { PLATFORMS } from '../platforms/index.ts';
import { parseDocument } from '../source/index.ts';
import { ALL_RULES } from '../../rules/index.ts';
import { textOrNull } from './files/decode.ts';
import { discover } from './files/discover.ts';
import { locate, type Location } from './files/locate.ts';
import { UsageError } from './machine.ts';
import { analyse, conclude, prepare, type Analysis, type AnalysisOptions } from './pipeline/analyse.ts';
import type { FileTree } from './pipeline/file-tree.ts';
import { checkInThreads } from './threads/pool.ts';
import { VERSION } from './version.ts';

/** The configuration does not hold together, by itself or with the application. Its diagnostics say why. */
export class ConfigurationError extends UsageError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(file: string, diagnostics: readonly Diagnostic[]) {
    super('CLI006', `the configuration \`${file}\` cannot be used`, 'Correct what is said above.');
    this.diagnostics = diagnostics;
  }
}

/** What a command is about, before anything is analysed. */
export interface Session {
  readonly location: Location;
  readonly configuration: Configuration;
  /** Warnings about the configuration. */
  readonly warnings: readonly Diagnostic[];
}

/** Finds the root and reads its configuration. */
export function openSession(
  cwd: string,
  options: { readonly paths: readonly string[]; readonly config: string | null },
): Session {
  const location = locate(cwd, options.paths, options.config);
  if (location.configuration === null) return { location, ...readConfiguration(null) };
  const text = configurationText(location.root, location.configuration);
  return { location, ...readConfiguration({ path: location.configuration, text }) };
}

function configurationText(root: string, file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path.join(root, file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError('CLI003', `the configuration \`${file}\` cannot be read: ${why}`, 'Name a file that can be.');
  }
  const text = textOrNull(bytes);
  if (text !== null) return text;
  throw new UsageError('CLI018', `the configuration \`${file}\` is not text`, 'Save it as UTF-8.');
}

/** @throws ConfigurationError */
export function readConfiguration(
  file: { readonly path: string; readonly text: string } | null,
): Pick<Session, 'configuration' | 'warnings'> {
  const loaded = loadConfiguration(file === null ? null : parseDocument(file));
  if (!loaded.ok) throw new ConfigurationError(file?.path ?? '', loaded.diagnostics);
  return { configuration: loaded.value, warnings: loaded.diagnostics };
}

/** The files that a session is about. */
export function findFiles({ location, configuration }: Session): {
  tree: FileTree;
  diagnostics: readonly Diagnostic[];
} {
  const { tree, diagnostics } = discover(location.root, location.surveyed, configuration.ignore);
  const paths = tree.paths.filter((file) => file !== location.configuration);
  return { tree: { ...tree, paths }, diagnostics };
}

/** What a tree is analysed with besides the session. */
export interface TreeOptions {
  readonly strict: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** The one file that is reported on; all of them when it is left out. */
  readonly focus?: string;
}

/**
 * Runs the pipeline over a tree with all platforms and rules.
 * @throws ConfigurationError when the configuration does not fit what was found
 */
export function analyseTree(tree: FileTree, session: Session, options: TreeOptions): Analysis {
  return orThrow(analyse(tree, optionsOf(session, options)), session);
}

/** As {@link analyseTree}, with the checker spread over several threads. The result is the same. */
export async function analyseTreeInThreads(
  tree: FileTree,
  session: Session,
  options: TreeOptions & { readonly jobs: number },
): Promise<Analysis> {
  const prepared = orThrow(prepare(tree, optionsOf(session, options)), session);
  return conclude(prepared, await checkInThreads(prepared, options.jobs));
}

function optionsOf(session: Session, { strict, diagnostics, focus }: TreeOptions): AnalysisOptions {
  const { configuration, warnings, location } = session;
  return {
    configuration,
    platforms: PLATFORMS,
    rules: ALL_RULES,
    strict,
    toolVersion: VERSION,
    diagnostics: [...warnings, ...diagnostics],
    paths: focus === undefined ? location.paths : [focus],
    isPartial: !location.surveyed.includes('.') || focus !== undefined,
    focus: focus === undefined ? focusOf(location) : [focus],
  };
}

/** The paths that are reported on where more is read; null when all of it is. */
export function focusOf({ paths }: Location): readonly string[] | null {
  return paths.includes('.') ? null : paths;
}

function orThrow<Value>(outcome: Outcome<Value>, { configuration }: Session): Value {
  if (outcome.ok) return outcome.value;
  throw new ConfigurationError(configuration.file ?? 'labels beside the workflows', outcome.diagnostics);
}
