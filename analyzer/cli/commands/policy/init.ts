import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { OWN_SCHEMAS, OWN_TEMPLATE } from '../../../../policies/authoring/project.ts';
import { UsageError, type Machine } from '../../machine.ts';
import { EXIT_CLEAN } from '../../pipeline/exit-code.ts';

export interface PolicyInitOptions {
  /** Only write the schemas again. */
  readonly schemas: boolean;
}

/** Starts a policy project. Nothing that exists is replaced, except schemas when these are asked for. @throws UsageError POL037, POL038 */
export function runPolicyInit(machine: Machine, folder: string, options: PolicyInitOptions): number {
  const root = path.resolve(machine.cwd, folder);
  const schemas = filesOf(OWN_SCHEMAS).map((name) => ({ from: path.join(OWN_SCHEMAS, name), to: `schemas/${name}` }));
  const template = filesOf(OWN_TEMPLATE).map((name) => ({
    from: path.join(OWN_TEMPLATE, name),
    // Under its own name it would be left out of the package.
    to: name === 'gitignore' ? '.gitignore' : name,
  }));
  const files = options.schemas ? schemas : [...template, ...schemas];
  const kept = options.schemas ? [] : files.filter(({ to }) => existsSync(path.join(root, to)));
  const [first] = kept;
  if (first !== undefined) {
    const help = 'Name an empty folder; `--schemas` only writes the schemas again.';
    throw new UsageError('POL037', `\`${path.join(folder, first.to)}\` exists already`, help);
  }
  try {
    mkdirSync(root, { recursive: true });
    for (const { from, to } of files) cpSync(from, path.join(root, to));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError('POL038', `the project cannot be written: ${why}`, 'Correct the path or give write access.');
  }
  for (const { to } of options.schemas ? [] : template) machine.stderr.write(`wrote ${path.join(folder, to)}\n`);
  machine.stderr.write(`wrote ${path.join(folder, 'schemas')}, ${schemas.length} schemas\n`);
  if (!options.schemas) machine.stderr.write(`next: weir policy check ${folder}\n`);
  return EXIT_CLEAN;
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
