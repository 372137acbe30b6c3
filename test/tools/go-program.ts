/** Builds the small Go programs of the tests and benchmarks. They are never committed as binaries, and built once for each state of their sources. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../..');
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;

const run = promisify(execFile);

const builds = new Map<string, Promise<string>>();

/**
 * Builds the program in a folder of the repository, e.g. `test/tools/envoy-client`, into the user's cache.
 * @returns the path of the program.
 * @throws Error that says what to install when there is no Go, or what the compiler said.
 */
export function buildGoProgram(folder: string): Promise<string> {
  const known = builds.get(folder);
  if (known !== undefined) return known;
  const build = buildOnce(folder);
  builds.set(folder, build);
  return build;
}

async function buildOnce(folder: string): Promise<string> {
  const source = path.join(ROOT, folder);
  const hash = createHash('sha256');
  for (const name of readdirSync(source).sort()) {
    if (!/\.go$|^go\.(mod|sum)$/.test(name)) continue;
    hash.update(name).update(readFileSync(path.join(source, name)));
  }
  const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'weir', 'go-programs');
  const program = path.join(cache, `${path.basename(folder)}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  // Tests in other processes may build it too; whoever is last wins, with the same bytes.
  const made = `${program}.${process.pid}`;
  try {
    await run('go', ['build', '-mod=readonly', '-o', made, '.'], { cwd: source, maxBuffer: OUTPUT_BYTES_MAX });
  } catch (error) {
    throw new Error(explain(folder, error), { cause: error });
  }
  renameSync(made, program);
  return program;
}

function explain(folder: string, error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return `Go is needed to build ${folder}: install Go 1.26 or newer (https://go.dev/doc/install) so that \`go\` is on PATH.`;
  }
  const said = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  return `\`go build\` failed in ${folder}:\n${said}`;
}
