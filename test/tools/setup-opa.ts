/** Makes sure that there is an `opa` to compile Rego with. Usage: npm run setup:opa */
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
  console.log(`${outcome.isBuilt ? 'built' : 'found'} opa ${outcome.value.version}: ${outcome.value.path}`);
} else {
  const { code, message, help } = outcome.problem;
  console.error(`${code} ${message}\n  ${help}`);
  process.exitCode = 2;
}
