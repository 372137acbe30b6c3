import type { Axis } from '../../model/label.ts';
import type { DataNode, MapEntry } from '../source/types.ts';
import { missing, readPatterns, type Readers } from './flow-sections.ts';
import { didYouMean } from './near.ts';
import { patternOf } from './patterns.ts';
import type {
  AuthorityRule,
  DeclaredLabel,
  FunctionRule,
  NamePattern,
  ReleaseRule,
  UnknownFunctions,
} from './types.ts';

export const UNKNOWN_FUNCTIONS: readonly UnknownFunctions[] = ['pass-through', 'opaque'];

const FUNCTION_KEYS = ['accepts', 'returns', 'dependsOnInput', 'writes', 'errors'];

/** `name: pass-through`, `name: opaque`, or what is known of the function. */
export function readFunctions(node: DataNode | null, readers: Readers): FunctionRule[] {
  const { reader } = readers;
  return (node === null ? [] : (reader.entries(node, '`functions`') ?? [])).flatMap((entry) => {
    const rule = readFunction(entry, readers);
    return rule === null ? [] : [rule];
  });
}

function readFunction(entry: MapEntry, { reader, labels }: Readers): FunctionRule | null {
  const what = `function \`${entry.key}\``;
  const pattern = patternOf(entry.key, entry.keySpan);
  const span = entry.keySpan;
  const nothing = { accepts: null, returns: null, dependsOnInput: true, writes: [], errors: null };
  if (entry.value.kind === 'scalar' && entry.value.value !== null) {
    const treatAs = reader.oneOf(entry.value, what, UNKNOWN_FUNCTIONS);
    return treatAs === null ? null : { pattern, treatAs, ...nothing, span };
  }
  const fields = reader.fields(entry.value, what, FUNCTION_KEYS);
  if (fields === null) return null;
  const label = (key: string): DeclaredLabel | null => {
    const field = fields.get(key);
    return field === undefined ? null : labels.label(field.value, `\`${key}\` of ${what}`);
  };
  const returns = fields.get('returns');
  const depends = fields.get('dependsOnInput');
  const writes = fields.get('writes');
  return {
    pattern,
    treatAs: null,
    accepts: label('accepts'),
    returns: returns === undefined ? null : labels.shape(returns.value, `\`returns\` of ${what}`),
    dependsOnInput:
      depends === undefined ? true : (reader.flag(depends.value, `\`dependsOnInput\` of ${what}`) ?? true),
    writes: writes === undefined ? [] : readPatterns(writes.value, `\`writes\` of ${what}`, reader),
    errors: label('errors'),
    span,
  };
}

const RELEASE_KEYS = ['from', 'to', 'authority', 'requires', 'in', 'digest'];
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Axes that each kind of release may lower. */
const LOWERED: Readonly<Record<ReleaseRule['kind'], readonly Axis[]>> = {
  declassifier: ['confidentiality', 'region', 'tenant'],
  endorser: ['integrity'],
};

/** `name: { from, to, authority, requires, in, digest }`, for `declassifiers` and `endorsers`. */
export function readReleases(node: DataNode | null, kind: ReleaseRule['kind'], readers: Readers): ReleaseRule[] {
  const { reader } = readers;
  return (node === null ? [] : (reader.entries(node, `\`${kind}s\``) ?? [])).flatMap((entry) => {
    const rule = readRelease(entry, kind, readers);
    return rule === null ? [] : [rule];
  });
}

function readRelease(entry: MapEntry, kind: ReleaseRule['kind'], readers: Readers): ReleaseRule | null {
  const { reader, labels } = readers;
  const what = `${kind} \`${entry.key}\``;
  const fields = reader.fields(entry.value, what, RELEASE_KEYS);
  if (fields === null) return null;
  const label = (key: 'from' | 'to' | 'requires'): DeclaredLabel | null => {
    const value = fields.get(key)?.value;
    return value === undefined ? null : labels.label(value, `\`${key}\` of ${what}`);
  };
  for (const key of ['to', 'authority']) if (!fields.has(key)) missing(reader, entry.value, { what, key });
  const to = label('to');
  const authority = reader.text(fields.get('authority')?.value, `\`authority\` of ${what}`);
  const digest = reader.text(fields.get('digest')?.value, `\`digest\` of ${what}`);
  const digestSpan = fields.get('digest')?.value.span ?? entry.keySpan;
  if (digest !== null && !DIGEST.test(digest)) {
    const help = 'Write `sha256:` and 64 hexadecimal digits.';
    reader.report({ code: 'CFG009', message: `\`digest\` of ${what} is no SHA-256 digest`, help }, digestSpan);
  }
  if (to === null || authority === null) return null;
  const axes = LOWERED[kind].filter((axis) => to.declaration[axis] !== undefined);
  if (axes.length === 0 || axes.length < Object.keys(to.declaration).length) {
    const help = `Name only ${LOWERED[kind].join(', ')} here; ${kind === 'endorser' ? 'declassifiers' : 'endorsers'} have a section of their own.`;
    return reader.report({ code: 'CFG010', message: `${what} cannot lower what \`to\` names`, help }, to.span);
  }
  const requires = label('requires');
  if (requires !== null && requires.declaration.integrity === undefined) {
    const help = 'Name an integrity level: how far the data and the control that use the release must be trusted.';
    reader.report({ code: 'CFG010', message: `\`requires\` of ${what} names no integrity level`, help }, requires.span);
  }
  const from = label('from');
  return {
    kind,
    pattern: patternOf(entry.key, entry.keySpan),
    axes,
    from,
    to,
    authority,
    requires,
    in: workflows(fields, what, readers),
    digest,
    span: entry.keySpan,
  };
}

function workflows(
  fields: ReadonlyMap<string, MapEntry>,
  what: string,
  { reader }: Readers,
): readonly NamePattern[] | null {
  const value = fields.get('in')?.value;
  if (value === undefined) return null;
  return reader
    .texts(value, `\`in\` of ${what}`)
    .map(({ text, span }) => ({ text, kind: 'workflow', glob: text.replace(/^workflow:/, ''), span }));
}

/** `name:` or `name: { in: [workflow] }`. */
export function readAuthorities(node: DataNode | null, readers: Readers): AuthorityRule[] {
  const { reader } = readers;
  return (node === null ? [] : (reader.entries(node, '`authorities`') ?? [])).map((entry) => {
    const what = `authority \`${entry.key}\``;
    const fields = reader.fields(entry.value, what, ['in', 'owner']);
    reader.text(fields?.get('owner')?.value, `\`owner\` of ${what}`);
    return { name: entry.key, in: fields === null ? null : workflows(fields, what, readers), span: entry.keySpan };
  });
}

/** Every release names an authority that is declared, so that a slip of the pen makes no new one. */
export function checkAuthorities(
  releases: readonly ReleaseRule[],
  authorities: readonly AuthorityRule[],
  { reader }: Readers,
): void {
  const known = authorities.map(({ name }) => name);
  for (const { kind, pattern, authority, span } of releases) {
    if (known.includes(authority)) continue;
    const message = `${kind} \`${pattern.text}\` acts under authority \`${authority}\`, which is not declared`;
    const help = didYouMean(authority, known, `Add \`${authority}:\` under \`authorities\`.`);
    reader.report({ code: 'CFG011', message, help }, span);
  }
}
