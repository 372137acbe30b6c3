import { createHash } from 'node:crypto';
import { MANIFEST, MODULE } from '../../bundle/content-hash.ts';
import type { BundleFile, SigningKey } from '../../bundle/sign.ts';
import { writeBundle, writeSignedBundle } from '../../bundle/write.ts';
import type { Opa, OpaProblem } from '../opa.ts';
import { isTestFile, type Project } from '../project.ts';
import type { RegoModule } from '../rego/module.ts';
import { compileProject, type Compiled } from './compile.ts';
import { readData, type BundleData } from './data.ts';

/** Letters of the content's hash that name a revision when none is given. */
const REVISION_LENGTH = 12;

/** What an earlier bundle at the same place says, so that the sequence grows with every change. */
export interface EarlierBundle {
  readonly sequence: number | null;
  /** `metadata.weir.contentSha256`; null when it has none. */
  readonly contentSha256: string | null;
}

export interface BuildOptions {
  /** Slash separated; added to those that METADATA names. */
  readonly entrypoints: readonly string[];
  /** Null for the beginning of the content's hash. */
  readonly revision: string | null;
  /** Null for that of the earlier bundle, and one more when the content differs. */
  readonly sequence: number | null;
  readonly earlier: EarlierBundle | null;
  /** Version of Weir, for the record. */
  readonly weirVersion: string;
  /** Null to leave the bundle unsigned. */
  readonly key: SigningKey | null;
  readonly scope: string | null;
}

export interface BuiltBundle {
  readonly bytes: Uint8Array;
  readonly revision: string;
  readonly sequence: number;
  readonly entrypoints: readonly string[];
  readonly references: Compiled['references'];
  readonly roots: readonly string[];
  /** Sizes of what is in it, by path. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
}

export type BuildOutcome =
  { readonly ok: true; readonly value: BuiltBundle } | { readonly ok: false; readonly problem: OpaProblem };

/**
 * Builds a bundle from a project: the Wasm module, the Rego it was made of, the data, and a manifest with revision, sequence and the parts of the input
 * that each entry point reads. The same files and options give the same bytes.
 *
 * Errors: POL030 no entry point, POL031, POL032, those of {@link runOpa}, and those of writing and signing (area BND).
 */
export async function buildBundle(
  opa: Opa,
  { project, modules }: { readonly project: Project; readonly modules: readonly RegoModule[] },
  options: BuildOptions,
): Promise<BuildOutcome> {
  const isAnnotated = modules.some(({ annotations }) => annotations.some(({ isEntrypoint }) => isEntrypoint));
  if (!isAnnotated && options.entrypoints.length === 0) return { ok: false, problem: NO_ENTRYPOINT };
  const data = readData(project);
  if (!data.ok) return data;
  const compiled = await compileProject(opa, project, options.entrypoints);
  if (!compiled.ok) return compiled;
  const sources = [...project.modules].filter(([file]) => !isTestFile(file));
  const content: readonly BundleFile[] = [
    ...data.value.files,
    ...sources.map(([path, text]) => ({ path, content: Buffer.from(text, 'utf8') })),
    { path: MODULE, content: compiled.value.wasm },
  ];
  const made = manifestOf({ compiled: compiled.value, modules, data: data.value, content }, { ...options, opa });
  const files = [
    ...content,
    { path: MANIFEST, content: Buffer.from(`${JSON.stringify(made.manifest, null, 1)}\n`, 'utf8') },
  ];
  const scope = options.scope === null ? {} : { scope: options.scope };
  const written = options.key === null ? await writeBundle(files) : await writeSignedBundle(files, options.key, scope);
  if (!written.ok) return { ok: false, problem: written.refusal };
  const { revision, roots } = made.manifest;
  const { entrypoints, references } = compiled.value;
  const sizes = files.map(({ path, content: { length } }) => ({ path, sizeBytes: length }));
  const value = {
    bytes: written.value,
    revision,
    sequence: made.sequence,
    entrypoints,
    references,
    roots,
    files: sizes,
  };
  return { ok: true, value };
}

const NO_ENTRYPOINT: OpaProblem = {
  code: 'POL030',
  message: 'no rule is an entry point',
  help: 'Write `# METADATA` and `# entrypoint: true` above the rule that decides, or name it with `--entrypoint`.',
};

interface Parts {
  readonly compiled: Compiled;
  readonly modules: readonly RegoModule[];
  readonly data: BundleData;
  readonly content: readonly BundleFile[];
}

function manifestOf(
  { compiled, modules, data, content }: Parts,
  { revision, sequence, earlier, weirVersion, opa }: BuildOptions & { readonly opa: Opa },
): { readonly manifest: ManifestDocument; readonly sequence: number } {
  const { entrypoints, references } = compiled;
  const roots = rootsOf(modules, data.keys);
  const contentSha256 = hashOf(content, { entrypoints, references, roots });
  const isSame = earlier?.contentSha256 === contentSha256;
  const next = sequence ?? (earlier?.sequence ?? 0) + (isSame ? 0 : 1);
  const manifest = {
    revision: revision ?? contentSha256.slice(0, REVISION_LENGTH),
    roots,
    wasm: entrypoints.map((entrypoint) => ({ entrypoint, module: `/${MODULE}` })),
    rego_version: 1,
    metadata: {
      weir: {
        sequence: next,
        ...(references === null ? {} : { references }),
        contentSha256,
        builtWith: { weir: weirVersion, opa: opa.version },
      },
    },
  } as const;
  return { manifest, sequence: next };
}

interface ManifestDocument {
  readonly revision: string;
  readonly roots: readonly string[];
  readonly wasm: readonly { readonly entrypoint: string; readonly module: string }[];
  readonly rego_version: 1;
  readonly metadata: object;
}

/** Everything that decides what the bundle does. Order of files does not matter. */
function hashOf(files: readonly BundleFile[], more: object): string {
  const hashes = files
    .map(({ path, content }) => [path, createHash('sha256').update(content).digest('hex')])
    .sort(([left = ''], [right = '']) => (left < right ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([hashes, more]))
    .digest('hex');
}

/** What the bundle owns: the first names of packages and data. Below `system` OPA has documents of its own, so the second counts too. */
function rootsOf(modules: readonly RegoModule[], keys: readonly string[]): readonly string[] {
  const packages = modules.map(({ packagePath }) =>
    packagePath.slice(0, packagePath[0] === 'system' ? 2 : 1).join('/'),
  );
  return [...new Set([...packages, ...keys])].sort();
}
