/**
 * Copies what the programs need besides their code into `dist/`: rule pages, published schemas, protocols, what policies are started from, the wrapper of
 * Lambda runtimes. Run by `npm run build` after the compiler.
 */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDERS = ['model', 'analyzer', 'rules', 'reports', 'policies', 'monitor'];
/** The project of `weir policy init`; the folder itself is none of its files. */
const TEMPLATE = path.join('policies', 'authoring', 'template') + path.sep;

/** JSON that code imports is copied by the compiler; copying it again does no harm. Cases and fixtures of tests stay behind. */
function isAsset(file: string): boolean {
  const isTestData = file.split(path.sep).some((part) => part === 'cases' || part === 'node_modules');
  const isPage = file.startsWith(`rules${path.sep}`) && file.endsWith('README.md');
  const isOther = file.endsWith('.json') || file.endsWith('.proto') || path.basename(file) === 'weir-lambda-wrapper';
  return !isTestData && (isOther || isPage || file.startsWith(TEMPLATE));
}

let copied = 0;
for (const folder of FOLDERS) {
  for (const name of readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(folder, name);
    if (!isAsset(file)) continue;
    const target = path.join(ROOT, 'dist', file);
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(ROOT, file), target);
    copied += 1;
  }
}
console.log(`copied ${copied} files to dist`);
