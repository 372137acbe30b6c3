import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Result } from '../../model/result.ts';
import { spanAtStart } from '../../model/span.ts';
import { ALL_RULES } from '../../rules/index.ts';
import { globMatches } from '../config/index.ts';
import { cacheKey, readCache, recordReads, writeCache, type CachedRun } from './files/cache.ts';
import { openRevision } from './files/git-tree.ts';
import { UsageError, type Machine } from './machine.ts';
import { compareDiagnostics } from './pipeline/analyse.ts';
import { compareWith } from './pipeline/baseline.ts';
import { withFile, type FileTree } from './pipeline/file-tree.ts';
import { suppress, together } from './pipeline/suppress.ts';
import { isAskedFor, isUnread } from './pipeline/view.ts';
import { analyseTree, analyseTreeInThreads, findFiles, focusOf, readConfiguration, type Session } from './session.ts';
import { VERSION } from './version.ts';

export interface RunOptions {
  readonly strict: boolean;
  readonly cache: boolean;
  /** Threads for the checker, at least 1. */
  readonly jobs: number;
  /** Fingerprints of a baseline; null when none was given. */
  readonly known: ReadonlySet<string> | null;
  /** Revision to compare with; null for none. */
  readonly changedSince: string | null;
  /** Text that stands in for a file, e.g. from an editor. Only what is found in that file is reported then. */
  readonly override: Override | null;
}

/** A text that stands in for a file. */
export interface Override {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  /** What was wrong with it as bytes. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Files to the result document, with suppressions and comparison applied. */
export async function runAnalysis(machine: Machine, session: Session, options: RunOptions): Promise<Result> {
  const { tree, diagnostics } = findFiles(session);
  const { override } = options;
  const run =
    override === null
      ? await runCached(tree, session, { ...options, diagnostics })
      : await runCached(withFile(tree, override.path, override.text), session, {
          ...options,
          // What discovery says of the file is not about the text that stands in for it.
          diagnostics: [...diagnostics.filter(({ span }) => span.file !== override.path), ...override.diagnostics],
        });
  const rules = ALL_RULES.map(({ meta }) => meta);
  const focus = override === null ? focusOf(session.location) : [override.path];
  const isShown = (file: string): boolean =>
    focus === null || (isAskedFor(file, focus) && file !== session.location.configuration);
  const suppressed = suppress(run.result, { directives: run.directives, rules, today: machine.today(), isShown });
  const compared = together(compare(suppressed, session, options));
  return override === null ? compared : onlyIn(compared, override.path);
}

async function runCached(
  tree: FileTree,
  session: Session,
  options: RunOptions & { readonly diagnostics: readonly Diagnostic[] },
): Promise<CachedRun> {
  const { strict, diagnostics, jobs, override } = options;
  const asked = { strict, diagnostics, ...(override === null ? {} : { focus: override.path }) };
  const analyseWith = async (from: FileTree): Promise<CachedRun> =>
    jobs > 1 ? analyseTreeInThreads(from, session, { ...asked, jobs }) : analyseTree(from, session, asked);
  if (!options.cache) return analyseWith(tree);
  const { location, configuration, warnings } = session;
  const key = cacheKey(tree, [
    VERSION,
    String(strict),
    JSON.stringify([configuration, warnings, diagnostics, location.paths, override?.path ?? null]),
    JSON.stringify(ALL_RULES.map(({ meta }) => meta)),
  ]);
  const cached = readCache(location.root, key, tree);
  if (cached !== null) return cached;
  const recorded = recordReads(tree);
  const { result, directives } = await analyseWith(recorded.tree);
  writeCache(location.root, key, { result, directives, reads: recorded.reads() });
  return { result, directives };
}

function compare(result: Result, session: Session, options: RunOptions): Result {
  const { known, changedSince } = options;
  if (changedSince === null) return known === null ? result : compareWith(result, known);
  const base = analyseRevision(session, changedSince, options.strict);
  const compared = compareWith(result, new Set([...(known ?? []), ...base.fingerprints]));
  return { ...compared, diagnostics: [...compared.diagnostics, ...base.diagnostics].sort(compareDiagnostics) };
}

/** The findings of a revision under its own configuration, so that a change of the configuration shows what it brings. */
function analyseRevision(
  session: Session,
  ref: string,
  strict: boolean,
): { readonly fingerprints: readonly string[]; readonly diagnostics: readonly Diagnostic[] } {
  const { location, configuration } = session;
  const { tree } = openRevision(location.root, ref);
  const text = location.configuration === null ? null : tree.read(location.configuration);
  try {
    const file = text === null ? null : { path: location.configuration ?? '', text };
    const before = { ...session, ...readConfiguration(file) };
    const paths = tree.paths.filter(
      (one) =>
        one !== location.configuration &&
        isAskedFor(one, location.surveyed) &&
        !configuration.ignore.some((glob) => globMatches(glob, one)),
    );
    const { result } = analyseTree({ ...tree, paths }, before, { strict, diagnostics: [] });
    return { fingerprints: result.findings.map(({ fingerprint }) => fingerprint), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const message = `revision \`${ref}\` could not be analysed (${error.message}), so every finding counts as new`;
    const help = 'Correct the configuration there, or compare with another revision.';
    const span = spanAtStart(location.configuration ?? 'weir.yaml');
    return { fingerprints: [], diagnostics: [{ code: 'CLI015', severity: 'warning', message, help, span }] };
  }
}

/** The findings and the coverage are those of the file already; suppressions speak of other files too. */
function onlyIn(result: Result, file: string): Result {
  return { ...result, diagnostics: result.diagnostics.filter((found) => found.span.file === file || isUnread(found)) };
}
