import type { LiteralSecret } from '../../model/application.ts';
import { type DataNode, type ScalarNode } from '../source/index.ts';

/** Shapes of secrets that are telling by themselves. */
const SHAPES: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'AWS access key id', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { kind: 'private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { kind: 'GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/ },
  { kind: 'Slack token', pattern: /\bxox[abpr]-[A-Za-z0-9-]{20,}\b/ },
  { kind: 'Stripe key', pattern: /\b[sr]k_live_[A-Za-z0-9]{20,}\b/ },
  { kind: 'JSON web token', pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\b/ },
  { kind: 'password in a connection string', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@${}]+:[^\s:/@${}]{4,}@[^\s/]+/i },
];

/** Names whose literal value is a secret. */
const SECRET_NAME =
  /(?:^|[_\-.]|(?<=[a-z]))(?:password|passwd|secret|secret[_-]?key|api[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret|private[_-]?key)$/i;

/** Names that end like a secret's and hold a name, a reference or a rule instead. */
const NOT_SECRET_NAME = /(?:arn|name|id|path|parameter|policy|length|enabled|rotation|manager|ref)$/i;

/** Values that are plainly no secrets: references, placeholders, selections, examples, words. */
const NOT_SECRET_VALUE =
  /^$|\$\{|\{\{|\{%|^\$\.|^\$\$|^!|^arn:|^https?:\/\/|^(?:true|false|null|none|string|changeme|change[_-]?me|password|secret|example|test|dummy|redacted|xxx+|\*+|<.*>|your[_-].*)$|example|placeholder|dummy|^[A-Z_]+$|^__.*__$/i;

const SECRET_LENGTH_MIN = 8;

/** AWS's own example credentials, used all over its documentation. */
const PUBLISHED_EXAMPLES = new Set(['AKIAIOSFODNN7EXAMPLE', 'AKIAI44QH8DHBEXAMPLE']);

/** Keys below which values describe parameters and schemas, not configuration. */
const DESCRIPTIVE_KEYS = new Set([
  'Description',
  'AllowedPattern',
  'ConstraintDescription',
  'Comment',
  'Parameters.Type',
]);

/** Literal secrets anywhere in a document; the value itself is never kept. */
export function findLiteralSecrets(root: DataNode): readonly LiteralSecret[] {
  const found: LiteralSecret[] = [];
  const visit = (node: DataNode, key: string): void => {
    if (node.kind === 'list') for (const item of node.items) visit(item, key);
    if (node.kind === 'map')
      for (const entry of node.entries) if (!DESCRIPTIVE_KEYS.has(entry.key)) visit(entry.value, entry.key);
    if (node.kind === 'scalar') found.push(...secretsOf(node, key));
  };
  visit(root, '');
  return found;
}

function secretsOf(node: ScalarNode, key: string): LiteralSecret[] {
  if (typeof node.value !== 'string') return [];
  const text = node.value;
  for (const { kind, pattern } of SHAPES) {
    const match = pattern.exec(text);
    if (match === null || PUBLISHED_EXAMPLES.has(match[0])) continue;
    return [{ kind, masked: mask(match[0]), span: node.spanOf(match.index, match.index + match[0].length) }];
  }
  const name = key.replace(/\.\$$/, '');
  const isNamed = SECRET_NAME.test(name) && !NOT_SECRET_NAME.test(name) && !key.endsWith('.$');
  if (!isNamed || text.length < SECRET_LENGTH_MIN || NOT_SECRET_VALUE.test(text.trim()) || /\s/.test(text.trim()))
    return [];
  return [{ kind: `value of ${name}`, masked: mask(text), span: node.span }];
}

/** At most two characters of each end, so that the owner recognises it and nobody else can use it. */
function mask(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length < 12 ? '****' : `${line.slice(0, 2)}****${line.slice(-2)}`;
}
