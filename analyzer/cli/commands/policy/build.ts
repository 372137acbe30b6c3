import path from 'node:path';
import { buildBundle, type BuiltBundle } from '../../../../policies/authoring/build/build-bundle.ts';
import {
  generateKey,
  KEY_ALGORITHMS,
  readSigningKey,
  writeKeyPair,
} from '../../../../policies/authoring/build/keys.ts';
import type { SigningKey } from '../../../../policies/bundle/sign.ts';
import { writeSignedBundle } from '../../../../policies/bundle/write.ts';
import { UsageError, type Machine } from '../../machine.ts';
import { formatDiagnostics, usesColor } from '../../output.ts';
import { EXIT_CLEAN, EXIT_FINDINGS } from '../../pipeline/exit-code.ts';
import { VERSION } from '../../version.ts';
import { earlierBundle, readBundleFile, writeBundleFile } from './bundle-file.ts';
import { checkFolder, oneOf, usageError, valueOf } from './check.ts';

/** Largest sequence that JSON numbers hold exactly. */
const SEQUENCE_MAX = Number.MAX_SAFE_INTEGER;

/** How a bundle is signed. */
export interface KeyChoice {
  /** File with the private key; null to leave the bundle unsigned. */
  readonly key: string | null;
  readonly keyId: string | null;
  readonly algorithm: string | null;
  readonly scope: string | null;
}

export interface PolicyBuildOptions extends KeyChoice {
  readonly output: string;
  readonly revision: string | null;
  readonly sequence: string | null;
  readonly entrypoints: readonly string[];
  readonly color: boolean;
}

/**
 * Checks, compiles and packs policies, and signs the bundle when a key is named.
 *
 * @returns 1 when the policies have errors @throws UsageError POL001 to POL010, POL030 to POL038, CLI005
 */
export async function runPolicyBuild(machine: Machine, folder: string, options: PolicyBuildOptions): Promise<number> {
  const key = signingKey(machine, options);
  const sequence = sequenceOf(options.sequence);
  const earlier = await earlierBundle(machine, options.output);
  const { opa, project, modules, diagnostics } = await checkFolder(machine, folder);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    machine.stderr.write(formatDiagnostics(errors, usesColor(machine, machine.stderr, !options.color)));
    machine.stderr.write(`weir: POL036 nothing was built: the policies have errors (${errors.length})\n`);
    return EXIT_FINDINGS;
  }
  const { entrypoints, revision, scope } = options;
  const built = valueOf(
    await buildBundle(
      opa,
      { project, modules },
      { entrypoints, revision, sequence, earlier, weirVersion: VERSION, key, scope },
    ),
  );
  if (earlier?.sequence !== undefined && earlier.sequence !== null && built.sequence < earlier.sequence) {
    const message = `the sequence ${built.sequence} is lower than ${earlier.sequence}, that of the bundle at \`${options.output}\``;
    throw new UsageError('CLI005', message, 'Give a higher `--sequence`: enforcement points refuse to go back.');
  }
  writeBundleFile(machine, options.output, built.bytes);
  machine.stdout.write(summaryOf(options.output, built, key));
  return EXIT_CLEAN;
}

function summaryOf(
  file: string,
  { bytes, revision, sequence, entrypoints, references }: BuiltBundle,
  key: SigningKey | null,
): string {
  const signed =
    key === null
      ? 'not signed; enforcement points refuse it until `weir policy sign`'
      : `signed by ${key.id} (${key.algorithm})`;
  const reads = entrypoints.map((entrypoint) => {
    const paths = references?.[entrypoint];
    const shown =
      paths === undefined || paths.some((path) => path.length === 0)
        ? 'the whole input'
        : paths.map((path) => path.join('.')).join(', ');
    return `  ${entrypoint} reads ${shown === '' ? 'nothing of the input' : shown}\n`;
  });
  return `${file}: revision ${revision}, sequence ${sequence}, ${bytes.length} bytes, ${signed}\n${reads.join('')}`;
}

function sequenceOf(text: string | null): number | null {
  if (text === null) return null;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= SEQUENCE_MAX) return value;
  throw new UsageError(
    'CLI005',
    `\`--sequence\` cannot be \`${text}\``,
    'Give a whole number that grows with each build.',
  );
}

function signingKey(machine: Machine, { key, keyId, algorithm }: KeyChoice): SigningKey | null {
  if (key === null) return null;
  return valueOf(readSigningKey({ file: path.resolve(machine.cwd, key), id: keyId, algorithm }));
}

export interface PolicySignOptions extends KeyChoice {
  /** Null to replace the bundle. */
  readonly output: string | null;
}

/** Signs a bundle, replacing an earlier signature. @throws UsageError POL033 to POL038, CLI005 */
export async function runPolicySign(machine: Machine, file: string, options: PolicySignOptions): Promise<number> {
  const key = signingKey(machine, options);
  if (key === null) {
    throw new UsageError(
      'CLI005',
      'no key is named',
      'Name the private key with `--key`; `weir policy keygen` makes one.',
    );
  }
  const files = [...(await readBundleFile(machine, file))].map(([name, content]) => ({ path: name, content }));
  const scope = options.scope === null ? {} : { scope: options.scope };
  const signed = await writeSignedBundle(files, key, scope);
  if (!signed.ok) throw usageError(signed.refusal);
  const output = options.output ?? file;
  writeBundleFile(machine, output, signed.value);
  machine.stdout.write(`${output}: ${files.length} files signed by ${key.id} (${key.algorithm})\n`);
  return EXIT_CLEAN;
}

/** Makes a key pair. @throws UsageError CLI005, POL037, POL038 */
export function runPolicyKeygen(machine: Machine, name: string, options: { readonly algorithm: string }): number {
  oneOf('--algorithm', options.algorithm, KEY_ALGORITHMS);
  const algorithm = KEY_ALGORITHMS.find((known) => known === options.algorithm) ?? 'ES256';
  const base = name.replace(/(\.key)?\.pem$/, '');
  const secret = path.resolve(machine.cwd, `${base}.key.pem`);
  const pair = generateKey(algorithm);
  valueOf(writeKeyPair(pair, { secret, open: path.resolve(machine.cwd, `${base}.pub.pem`) }));
  const id = path.basename(base);
  machine.stderr.write(`wrote ${base}.key.pem, which signs: keep it secret and out of the repository\n`);
  machine.stderr.write(`wrote ${base}.pub.pem, which verifies; in the configuration of enforcement points:\n\n`);
  const lines = pair.publicPem
    .trim()
    .split('\n')
    .map((line) => `      ${line}`);
  machine.stdout.write(
    `keys:\n  ${id}:\n    algorithm: ${algorithm}\n    key: |\n${lines.join('\n')}\nsigning: { keyid: ${id} }\n`,
  );
  return EXIT_CLEAN;
}
