/** Copies what the program reads besides its code into `dist/`: rule pages, published schemas and what policies are started from. Run by `npm run build` after the compiler. */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDERS = ['model', 'analyzer', 'rules', 'reports', 'policies'];
const TEMPLATE = path.join('policies', 'authoring', 'template');

/** JSON that code imports is copied by the compiler; copying it again does no harm. Cases and fixtures of tests stay behind. */
function isAsset(file: string): boolean {
  const isTestData = file.split(path.sep).some((part) => part === 'cases' || part === 'node_modules');
  return (
    !isTestData &&
    (file.startsWith(TEMPLATE) ||
      file.endsWith('.json') ||
      (file.startsWith(`rules${path.sep}`) && file.endsWith('README.md')))
  );
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
