import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from './machine-folders.ts';
import { cachedOpaPath, findOpa, OPA_VERSION_PINNED, type Opa, type OpaProblem } from './opa.ts';

/** Longest that downloading the modules and building may take, milliseconds: minutes on a slow machine. */
const BUILD_TIMEOUT_MS = 30 * 60 * 1000;
const GO_VERSION_TIMEOUT_MS = 60 * 1000;
/** Go that the pinned module asks for. */
const GO_VERSION_MIN = '1.26';
/** Lines of the compiler's output that a failure quotes. */
const QUOTED_LINES_MAX = 12;
const PACKAGE = 'github.com/open-policy-agent/opa';

export interface SetupOptions {
  readonly env: Environment;
  /** Holds the `go.mod` and `go.sum` that pin the module. */
  readonly moduleFolder: string;
  readonly cacheFolder?: string;
  /** Is told what takes long. */
  readonly say: (line: string) => void;
}

export type SetupOutcome =
  | { readonly ok: true; readonly value: Opa; readonly isBuilt: boolean }
  | { readonly ok: false; readonly problem: OpaProblem };

/**
 * Makes sure that there is an `opa`: keeps one that {@link findOpa} finds, else builds the pinned version with Go into our cache. A build that is
 * interrupted leaves nothing behind that would be found.
 *
 * Errors: POL002 what WEIR_OPA names cannot be used; POL006 Go is needed and is not there; POL007 the build failed; POL008 the cache cannot be written.
 */
export function setupOpa(options: SetupOptions): SetupOutcome {
  const found = findOpa(options);
  if (found.ok) return { ...found, isBuilt: false };
  if (found.problem.code !== 'POL001') return found;
  const go = spawnSync('go', ['version'], { env: goEnvironment(options.env), timeout: GO_VERSION_TIMEOUT_MS });
  if (go.status !== 0) return { ok: false, problem: WITHOUT_GO };
  return build(options);
}

const WITHOUT_GO: OpaProblem = {
  code: 'POL006',
  message: '`opa`, which compiles Rego, is built with Go, and there is no `go`',
  help: `Install Go ${GO_VERSION_MIN} or later and run \`npm run setup:opa\` again, or name an \`opa\` with WEIR_OPA.`,
};

function build(options: SetupOptions): SetupOutcome {
  const target = cachedOpaPath(options);
  const folder = path.dirname(target);
  let workFolder: string;
  try {
    mkdirSync(folder, { recursive: true });
    // Beside its target, so that the rename stays in one file system.
    workFolder = mkdtempSync(path.join(folder, '.build-'));
  } catch (error) {
    return { ok: false, problem: unwritable(folder, error) };
  }
  try {
    options.say(`building opa ${OPA_VERSION_PINNED} with Go, which takes some minutes the first time`);
    const built = path.join(workFolder, path.basename(target));
    const run = spawnSync('go', ['build', '-mod=readonly', '-trimpath', '-o', built, PACKAGE], {
      cwd: options.moduleFolder,
      env: goEnvironment(options.env),
      encoding: 'utf8',
      timeout: BUILD_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (run.status !== 0) return { ok: false, problem: failed(run.stderr, run.signal) };
    renameSync(built, target);
  } catch (error) {
    return { ok: false, problem: unwritable(folder, error) };
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
  const found = findOpa(options);
  return found.ok ? { ...found, isBuilt: true } : found;
}

/** The user's settings of Go (proxy, cache, toolchain), without what would change what is built. */
function goEnvironment(env: Environment): NodeJS.ProcessEnv {
  return { ...env, CGO_ENABLED: '0', GOWORK: 'off', GOOS: '', GOARCH: '' };
}

function failed(stderr: string, signal: string | null): OpaProblem {
  const lines = stderr.trim().split('\n').slice(-QUOTED_LINES_MAX).join('\n  ');
  const why = signal === null ? '' : ` (ended by ${signal})`;
  const help = `Check that Go is ${GO_VERSION_MIN} or later and can download modules (\`go env GOPROXY\`), and run it again.`;
  return { code: 'POL007', message: `building \`opa\` failed${why}:\n  ${lines}`, help };
}

function unwritable(folder: string, error: unknown): OpaProblem {
  const why = error instanceof Error ? error.message : String(error);
  const help = 'Give write access, or choose another cache with XDG_CACHE_HOME.';
  return { code: 'POL008', message: `the cache \`${folder}\` cannot be written: ${why}`, help };
}
