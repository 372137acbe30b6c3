/** What secrets look like. Data only: extend it here. */

/** A text that is telling by itself. Group 1, when there is one, is the secret; otherwise the whole match is. */
export interface SecretShape {
  readonly kind: string;
  readonly pattern: RegExp;
}

/** Prefixes and formats are those their issuers publish for secret scanning. */
export const SECRET_SHAPES: readonly SecretShape[] = [
  { kind: 'AWS access key id', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { kind: 'private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { kind: 'GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b/ },
  { kind: 'GitLab token', pattern: /\bglpat-[A-Za-z0-9_-]{20,}/ },
  { kind: 'Slack token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{20,}/ },
  {
    kind: 'Slack webhook',
    pattern: /\bhttps:\/\/hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/([A-Za-z0-9]{20,})/,
  },
  { kind: 'Stripe key', pattern: /\b[sr]k_live_[A-Za-z0-9]{20,}/ },
  { kind: 'SendGrid key', pattern: /\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{30,}/ },
  { kind: 'Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}\b/ },
  { kind: 'JSON web token', pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/ },
  { kind: 'bearer token', pattern: /\bBearer\s+([A-Za-z0-9._~+/-]{20,}=*)/ },
  { kind: 'password in an address', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]+:([^\s:/@'"]{4,})@[^\s/'"]+/i },
  { kind: 'password in a connection string', pattern: /(?:^|[;\s])(?:password|pwd)\s*=\s*([^;\s'"]{4,})(?:;|$)/i },
];

/** Last words of a key whose literal value is a secret. */
export const SECRET_NAME =
  /(?:^|[_\-.]|(?<=[a-z0-9]))(?:password|passwd|passphrase|pwd|secret|secret[_-]?(?:access[_-]?)?key|api[_-]?key|(?:access|auth|bearer|refresh|api)[_-]?token|client[_-]?secret|private[_-]?key)$/i;

/** Keys whose values describe something and configure nothing. */
export const DESCRIPTIVE_KEYS: ReadonlySet<string> = new Set([
  'AllowedPattern', 'Comment', 'ConstraintDescription', 'Description', 'AllowedValues', 'GenerateSecretString', 'Metadata', 'Outputs',
  // Code that stands in a template is the code analysis's business.
  'ZipFile', 'InlineCode',
]); // prettier-ignore

/** Credentials that AWS prints in its documentation. */
const PUBLISHED_EXAMPLE = /EXAMPLE(?:KEY)?$/;

/** References, placeholders of all kinds, selections, and texts that say that they are no secret. */
const PLACEHOLDER =
  /\$\{|\{\{|\{%|<|>|^\$|^%.*%$|^#.*#$|^\[.*\]$|^__|^arn:|^https?:|^!|example|placeholder|dummy|sample|change|replace|update|redacted|enter|your|todo|xxx|\*\*\*|^(?:true|false|null|none)$/i;

/** Names are words; secrets that people and generators make are not. */
const WORDS = /^[A-Za-z]+(?:[-_./ :][A-Za-z]+)*$/;

/** Shortest literal that counts, in UTF-16 code units. */
const NAMED_SECRET_LENGTH_MIN = 8;

/** Whether a text that matched a shape is plainly no secret. */
export function isPlaceholder(text: string): boolean {
  return PUBLISHED_EXAMPLE.test(text) || PLACEHOLDER.test(text);
}

/** Whether the literal value of a key that names a secret is one. */
export function isNamedSecret(text: string): boolean {
  const value = text.trim();
  return value.length >= NAMED_SECRET_LENGTH_MIN && !/\s/.test(value) && !WORDS.test(value) && !isPlaceholder(value);
}
