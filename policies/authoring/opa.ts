import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { gte, major, valid } from 'semver';
import { cacheFolderOf, environmentOf, type Environment } from './machine-folders.ts';

/** The version that `npm run setup:opa` builds; its module is pinned in `policies/tools/opa/go.mod`. */
export const OPA_VERSION_PINNED = '1.22.2';
/** The oldest version that is used: earlier ones accept bundles that were not verified as they should be. */
export const OPA_VERSION_MIN = '1.21.3';
/** The major version whose output we read. */
const OPA_MAJOR = 1;
/** Longest that `opa version` may take, milliseconds; a cold start on a small machine takes a second. */
const VERSION_TIMEOUT_MS = 10_000;
/** Most that one run of `opa` may write to each of its two outputs, bytes. What writes more is ended. */
export const OPA_OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** A program that was found and whose version suffices. */
export interface Opa {
  /** Absolute path of the executable. */
  readonly path: string;
  /** E.g. `1.22.2`. */
  readonly version: string;
}

/** Why `opa` cannot be used; `code` is of the area POL. */
export interface OpaProblem {
  readonly code: string;
  /** What is wrong, one sentence. */
  readonly message: string;
  /** What to do, one sentence. */
  readonly help: string;
}

export type OpaOutcome =
  { readonly ok: true; readonly value: Opa } | { readonly ok: false; readonly problem: OpaProblem };

export interface FindOptions {
  /** Environment variables: `WEIR_OPA`, `PATH`, and those that name the cache. */
  readonly env: Environment;
  /** Folder that holds `opa-<version>`; the user's cache when it is left out. */
  readonly cacheFolder?: string;
}

/** What came of one run. */
export interface OpaRun {
  /** Exit code; null when `problem` says why there is none. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** POL003 late, POL004 wrote too much, POL005 could not be started or was ended by a signal; null when the program ended by itself. */
  readonly problem: OpaProblem | null;
}

export interface RunOptions {
  readonly cwd: string;
  /** Longest the program may run, milliseconds; it is killed then. */
  readonly timeoutMs: number;
  /** Standard input; none when it is left out. */
  readonly input?: string | Uint8Array;
}

const HELP = 'Run `npm run setup:opa`, or install OPA and put it on the PATH or name it with WEIR_OPA.';
const EXECUTABLE = process.platform === 'win32' ? 'opa.exe' : 'opa';

/** Where `npm run setup:opa` puts the program: `<cache>/opa-<version>/opa`. */
export function cachedOpaPath(options: FindOptions): string {
  const cache = options.cacheFolder ?? cacheFolderOf(options.env);
  return path.join(cache, `opa-${OPA_VERSION_PINNED}`, EXECUTABLE);
}

/**
 * Finds `opa`: what `WEIR_OPA` names, else the first on `PATH` whose version suffices, else the one in our cache.
 *
 * Errors: POL001 there is none, or only ones that are too old; POL002 what `WEIR_OPA` names cannot be used.
 */
export function findOpa(options: FindOptions): OpaOutcome {
  const named = options.env['WEIR_OPA'] ?? '';
  if (named !== '') {
    const file = path.resolve(named);
    const version = existsSync(file) ? versionOf(file) : null;
    if (version !== null && suffices(version)) return { ok: true, value: { path: file, version } };
    const why =
      version === null
        ? 'which is not an `opa` that can be run'
        : `which is version ${version}; ${OPA_VERSION_MIN} or later is needed`;
    const help = 'Correct WEIR_OPA, or unset it to search PATH and the cache.';
    return { ok: false, problem: { code: 'POL002', message: `WEIR_OPA names \`${named}\`, ${why}`, help } };
  }
  const rejected: string[] = [];
  for (const file of [...onPath(options.env), cachedOpaPath(options)]) {
    const version = isFile(file) ? versionOf(file) : null;
    if (version === null) continue;
    if (suffices(version)) return { ok: true, value: { path: file, version } };
    rejected.push(`\`${file}\` is version ${version}`);
  }
  const message =
    rejected.length === 0
      ? '`opa`, which compiles Rego, was not found'
      : `no usable \`opa\` was found: ${rejected.join(', ')}; ${OPA_VERSION_MIN} or later is needed`;
  return { ok: false, problem: { code: 'POL001', message, help: HELP } };
}

/**
 * Runs `opa` and waits for its end. Settings of `opa` in the environment (`OPA_*`) are not handed on, so that the same files give the same result
 * for everybody. Never rejects.
 */
export async function runOpa(opa: Opa, args: readonly string[], options: RunOptions): Promise<OpaRun> {
  return new Promise((resolve) => {
    const command = `opa ${args[0] ?? ''}`.trim();
    const child = spawn(opa.path, args, {
      cwd: options.cwd,
      env: environmentOf(process.env),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let problem: OpaProblem | null = null;
    const end = (reason: OpaProblem): void => {
      problem ??= reason;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => {
      const help = 'Make the policies smaller, or look for a rule that does not end.';
      end({ code: 'POL003', message: `\`${command}\` did not end within ${options.timeoutMs} ms`, help });
    }, options.timeoutMs);
    const tooMuch = (): void => {
      const message = `\`${command}\` wrote more than ${OPA_OUTPUT_BYTES_MAX} bytes`;
      end({ code: 'POL004', message, help: 'Name fewer files, or make them smaller.' });
    };
    const stdout = collector(tooMuch);
    const stderr = collector(tooMuch);
    child.stdout.on('data', stdout.take);
    child.stderr.on('data', stderr.take);
    child.on('error', (error) => {
      problem ??= { code: 'POL005', message: `\`${opa.path}\` could not be run: ${error.message}`, help: HELP };
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === null || code < 0) {
        const message = `\`${command}\` was ended by ${signal ?? 'the system'}`;
        problem ??= { code: 'POL005', message, help: 'Run it again; if it ends so each time, give it more memory.' };
      }
      resolve({ code: problem === null ? code : null, stdout: stdout.text(), stderr: stderr.text(), problem });
    });
    // A program that ends before it has read everything is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Keeps what a stream gives, up to {@link OPA_OUTPUT_BYTES_MAX}. */
function collector(onTooMuch: () => void): { readonly take: (chunk: Buffer) => void; readonly text: () => string } {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  return {
    take: (chunk) => {
      sizeBytes += chunk.length;
      if (sizeBytes > OPA_OUTPUT_BYTES_MAX) onTooMuch();
      else chunks.push(chunk);
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}

function onPath(env: Environment): readonly string[] {
  const folders = (env['PATH'] ?? '').split(path.delimiter);
  // A relative entry would run whatever a repository has put there.
  return folders.filter((folder) => path.isAbsolute(folder)).map((folder) => path.join(folder, EXECUTABLE));
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Null when the file is no `opa` that can be run. */
function versionOf(file: string): string | null {
  const run = spawnSync(file, ['version'], {
    encoding: 'utf8',
    timeout: VERSION_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 1024 * 1024,
    env: environmentOf(process.env),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (run.status !== 0) return null;
  return valid(/^Version: (\S+)$/m.exec(run.stdout)?.[1] ?? '');
}

const suffices = (version: string): boolean => gte(version, OPA_VERSION_MIN) && major(version) === OPA_MAJOR;
