import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { opaOfTests } from './policies/authoring/temporary.ts';

/**
 * Follows pages that begin with `<!-- tutorial -->`, from top to bottom in one empty folder. `<!-- file: path -->` writes the fence after it to that
 * file, `<!-- edit: path | from | to -->` replaces text, and `console` fences are run in a shell: lines with `$ ` are commands, the lines after them what
 * must come out. `…` alone stands for any lines, and inside of a line for any text. A command that ends with ` &` goes on in the background; what is
 * shown below it is waited for. Ports are replaced by free ones.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGES = ['policies/TUTORIAL.md'];
const WAIT_MS_MAX = 30_000;

type Step =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'edit'; readonly path: string; readonly from: string; readonly to: string }
  | { readonly kind: 'command'; readonly line: number; readonly command: string; readonly shown: readonly string[] };

function stepsOf(page: string): Step[] {
  const lines = readFileSync(path.join(ROOT, page), 'utf8').split('\n');
  const steps: Step[] = [];
  let file: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const edit = /^<!-- edit: (\S+) \| (.*?) \| ?(.*?) ?-->$/.exec(line);
    if (edit !== null) steps.push({ kind: 'edit', path: edit[1] ?? '', from: edit[2] ?? '', to: edit[3] ?? '' });
    file = /^<!-- file: (\S+) -->$/.exec(line)?.[1] ?? file;
    const language = /^```(\w*)/.exec(line)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    const body = lines.slice(at + 1, end);
    if (language === 'console') steps.push(...commandsOf(body, at + 2));
    else if (file !== null) steps.push({ kind: 'file', path: file, text: `${body.join('\n')}\n` });
    file = null;
    at = end;
  }
  return steps;
}

function commandsOf(body: readonly string[], firstLine: number): Step[] {
  const steps: { kind: 'command'; line: number; command: string; shown: string[] }[] = [];
  body.forEach((line, at) => {
    if (line.startsWith('$ ')) steps.push({ kind: 'command', line: firstLine + at, command: line.slice(2), shown: [] });
    else steps.at(-1)?.shown.push(line);
  });
  return steps;
}

const matchesLine = (actual: string, shown: string): boolean => {
  const parts = shown
    .trimEnd()
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(actual.trimEnd());
};

function matches(actual: readonly string[], shown: readonly string[]): boolean {
  const [line, ...rest] = shown;
  if (line === undefined) return actual.length === 0;
  if (line.trim() === '…') {
    return Array.from({ length: actual.length + 1 }, (_, at) => at).some((at) => matches(actual.slice(at), rest));
  }
  return actual.length > 0 && matchesLine(actual[0] ?? '', line) && matches(actual.slice(1), rest);
}

/** Ports that nobody listens on, by the ports that the page names. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => {
        server.listen(0, '127.0.0.1', () => {
          resolve(server);
        });
      });
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}

/** Programs of the page, by name, as they are in a clone. */
function makePrograms(folder: string): string {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const programs: Readonly<Record<string, string>> = {
    weir: `exec "${process.execPath}" "${path.join(ROOT, 'analyzer/cli/main.ts')}" "$@"`,
    'weir-monitor': `exec "${process.execPath}" "${path.join(ROOT, 'monitor/cli/main.ts')}" "$@"`,
    node: `exec "${process.execPath}" "$@"`,
    opa: `exec "${opaOfTests().path}" "$@"`,
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  return bin;
}

/** Starts a command and waits until it has shown what the page shows. @returns what it said. */
async function startShown(
  command: string,
  shown: readonly string[],
  started: (child: ChildProcess) => ChildProcess,
): Promise<string> {
  const child = started(spawn('bash', ['-c', `exec ${command.slice(0, -2)}`], { stdio: ['ignore', 'pipe', 'pipe'] }));
  let text = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`it did not show what it should:\n${text}`));
    }, WAIT_MS_MAX);
    const look = (chunk: Buffer): void => {
      text += chunk.toString();
      if (!matches(text.trimEnd().split('\n'), shown)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`it ended:\n${text}`));
    });
  });
  return text;
}

for (const page of PAGES) {
  test(`${page} works as it stands`, async (t) => {
    const work = realpathSync(mkdtempSync(path.join(tmpdir(), 'weir-tutorial-')));
    const children: ChildProcess[] = [];
    t.teardown(() => {
      for (const child of children) child.kill('SIGKILL');
      rmSync(work, { recursive: true, force: true });
    });
    const bin = makePrograms(work);
    const home = path.join(work, 'work');
    mkdirSync(home);
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1', COLUMNS: '100' };
    const named = ['9000', '8080', '8081'];
    const free = await freePorts(named.length);
    const withPorts = (text: string): string =>
      named.reduce((changed, port, at) => changed.replaceAll(port, String(free[at])), text);
    let status = 0;
    for (const step of stepsOf(page)) {
      const file = step.kind === 'command' ? '' : path.join(home, step.path);
      if (step.kind === 'file') {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, withPorts(step.text));
      } else if (step.kind === 'edit') {
        const before = readFileSync(file, 'utf8');
        t.true(before.includes(step.from), `${step.path} has no ${step.from}`);
        writeFileSync(file, before.replaceAll(step.from, step.to));
      } else {
        const command = withPorts(step.command);
        const shown = step.shown.map(withPorts);
        if (command.endsWith(' &')) {
          const start = (child: ChildProcess): ChildProcess => {
            children.push(child);
            return child;
          };
          await startShown(`env -C '${home}' PATH='${env.PATH}' ${command}`, shown, start);
          continue;
        }
        const ran = spawnSync('bash', ['-c', `(exit ${status}); ${command}`], { cwd: home, env, encoding: 'utf8' });
        status = ran.status ?? 1;
        const actual = (ran.stdout + ran.stderr).trimEnd();
        t.true(matches(actual === '' ? [] : actual.split('\n'), shown), `${page}:${step.line} ${command}\n${actual}`);
      }
    }
  });
}
