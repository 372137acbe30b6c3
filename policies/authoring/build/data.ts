import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { readStructured } from '../../bundle/content-hash.ts';
import { mergeData } from '../../bundle/data.ts';
import { toJson } from '../../bundle/document.ts';
import { RefusedError } from '../../bundle/refusal.ts';
import type { BundleFile } from '../../bundle/sign.ts';
import type { OpaProblem } from '../opa.ts';
import { OWN_SCHEMAS, type Project } from '../project.ts';
import { isObject } from '../rego/module.ts';

/** The data files of a bundle. */
export interface BundleData {
  readonly files: readonly BundleFile[];
  /** Names at the top of the merged document, sorted. */
  readonly keys: readonly string[];
}

export type DataOutcome =
  { readonly ok: true; readonly value: BundleData } | { readonly ok: false; readonly problem: OpaProblem };

/** Problems with data that are listed at most. */
const PROBLEMS_MAX = 10;

/**
 * Reads the data files of a project, whose bytes go into the bundle as they are, and compares the tables under `weir` with their schema. Errors: POL032.
 */
export function readData(project: Project): DataOutcome {
  const files = project.dataFiles.map((file) => ({
    path: path.relative(project.folder, file).split(path.sep).join('/'),
    content: readFileSync(file),
  }));
  try {
    const documents = files.map(({ path: name, content }) => ({ path: name, document: readStructured(name, content) }));
    const merged = mergeData(documents);
    const weir = merged.get('weir');
    const wrong = weir === undefined ? [] : wrongTables(toJson(weir));
    if (wrong.length > 0) return refused(`the tables under \`weir\` are not right: ${wrong.join('; ')}`);
    return { ok: true, value: { files, keys: [...merged.keys()].sort() } };
  } catch (error) {
    if (error instanceof RefusedError) return refused(error.message);
    throw error;
  }
}

const refused = (message: string): DataOutcome => ({
  ok: false,
  problem: {
    code: 'POL032',
    message,
    help: 'Correct the data; `schemas/data.json` describes the tables under `weir`.',
  },
});

function wrongTables(weir: unknown): readonly string[] {
  const schema: unknown = JSON.parse(readFileSync(path.join(OWN_SCHEMAS, 'data.json'), 'utf8'));
  if (!isObject(schema)) return [];
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  if (validate(weir)) return [];
  return (validate.errors ?? []).slice(0, PROBLEMS_MAX).map(({ instancePath, message, params }) => {
    const extra = 'additionalProperty' in params ? ` \`${String(params['additionalProperty'])}\`` : '';
    return `/weir${instancePath} ${message ?? 'is wrong'}${extra}`;
  });
}
