import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { findOpa, type Opa } from '../../../../policies/authoring/opa.ts';

/** A folder with these files, removed when the test ends. */
export function temporaryFolder(t: ExecutionContext, files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'weir-policy-')));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** The `opa` that the tests compile with. @throws Error that says how to get one */
export function opaOfTests(): Opa {
  const found = findOpa({ env: process.env });
  if (!found.ok) throw new Error(`${found.problem.message}: ${found.problem.help}`);
  return found.value;
}
