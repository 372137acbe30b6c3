import { Readable, Writable } from 'node:stream';
import type { Machine } from '../../../analyzer/cli/machine.ts';
import { start } from '../../../analyzer/cli/start.ts';
import { Repository, type Ended } from './run.ts';

/** A stream that keeps what is written to it. */
class Kept extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** A repository in which commands run in this process: many of them cost as much as one program's start. */
export class InProcess {
  readonly #repository: Repository;
  readonly folder: string;

  constructor(...parameters: ConstructorParameters<typeof Repository>) {
    this.#repository = new Repository(...parameters);
    this.folder = this.#repository.folder;
  }

  write(file: string, text: string): void {
    this.#repository.write(file, text);
  }

  read(file: string): string {
    return this.#repository.read(file);
  }

  async weir(args: readonly string[], more: { readonly env?: Readonly<Record<string, string>> } = {}): Promise<Ended> {
    const stdout = new Kept();
    const stderr = new Kept();
    const machine: Machine = {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: '1', ...more.env },
      stdin: Readable.from([]),
      stdout,
      stderr,
      today: () => '2026-11-24',
    };
    const code = await start(machine, args);
    return { code, out: stdout.text(), err: stderr.text() };
  }
}
