/** Makes sure that there is an `opa` to compile Rego with. Usage: npm run setup:opa [-- --path], which prints the path alone. */
import path from 'node:path';
import { setupOpa } from '../../policies/authoring/setup-opa.ts';

const outcome = setupOpa({
  env: process.env,
  moduleFolder: path.resolve(import.meta.dirname, '../../policies/tools/opa'),
  say: (line) => {
    console.error(line);
  },
});
if (outcome.ok) {
  const { path: file, version } = outcome.value;
  console.log(
    process.argv.includes('--path') ? file : `${outcome.isBuilt ? 'built' : 'found'} opa ${version}: ${file}`,
  );
} else {
  const { code, message, help } = outcome.problem;
  console.error(`${code} ${message}\n  ${help}`);
  process.exitCode = 2;
}
