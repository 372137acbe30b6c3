import type { LiteralSecret } from '../../model/application.ts';
import type { Span } from '../../model/span.ts';
import { entriesOf, valueAt, type DataNode, type MapNode, type ScalarNode } from '../source/index.ts';
import { DESCRIPTIVE_KEYS, isNamedSecret, isPlaceholder, SECRET_NAME, SECRET_SHAPES } from './secret-shapes.ts';

/** Literal secrets anywhere in a document, in document order; the values themselves are not kept. */
export function findLiteralSecrets(root: DataNode): readonly LiteralSecret[] {
  const found: LiteralSecret[] = root.kind === 'map' ? parameterDefaults(root) : [];
  const stack: { readonly node: DataNode; readonly key: string }[] = [{ node: root, key: '' }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { node, key } = at;
    if (node.kind === 'scalar') found.push(...secretsOf(node, key));
    if (node.kind === 'list') stack.push(...node.items.toReversed().map((item) => ({ node: item, key })));
    if (node.kind !== 'map') continue;
    stack.push(...withNames(node).reverse());
  }
  return found;
}

/** Values with the name they go by: `{"Name": "DB_PASSWORD", "Value": "…"}` is how containers are given their environment. */
function withNames(node: MapNode): { readonly node: DataNode; readonly key: string }[] {
  const name = valueAt(node, 'Name') ?? valueAt(node, 'Key') ?? valueAt(node, 'ParameterKey');
  const named = name?.kind === 'scalar' && typeof name.value === 'string' ? name.value : null;
  return node.entries.flatMap((entry) => {
    if (DESCRIPTIVE_KEYS.has(entry.key)) return [];
    const isValue = named !== null && (entry.key === 'Value' || entry.key === 'ParameterValue');
    return [{ node: entry.value, key: isValue ? named : entry.key }];
  });
}

/** A parameter that is not to be shown, or is named as a secret, has no use for a default that everybody can read. */
function parameterDefaults(root: MapNode): LiteralSecret[] {
  return entriesOf(valueAt(root, 'Parameters')).flatMap(({ key, value }) => {
    const hidden = valueAt(value, 'NoEcho');
    const isHidden = hidden?.kind === 'scalar' && String(hidden.value) === 'true';
    const preset = valueAt(value, 'Default');
    if (preset?.kind !== 'scalar' || typeof preset.value !== 'string') return [];
    const isSecret = (isHidden || SECRET_NAME.test(key)) && isNamedSecret(preset.value);
    return isSecret ? [{ kind: `default of parameter ${key}`, masked: mask(preset.value), span: preset.span }] : [];
  });
}

function secretsOf(node: ScalarNode, key: string): LiteralSecret[] {
  if (typeof node.value !== 'string') return [];
  const text = node.value;
  const shaped = shapesIn(text);
  if (shaped.length > 0) {
    return shaped.map(({ kind, from, to }) => ({
      kind,
      masked: mask(text.slice(from, to)),
      span: node.spanOf(from, to),
    }));
  }
  const paired = pairsInText(node, text);
  if (paired.length > 0) return paired;
  // `"Password.$": "$.pw"` selects; it holds nothing.
  if (key.endsWith('.$') || !SECRET_NAME.test(key) || !isNamedSecret(text)) return [];
  return [namedSecret(key, text, node.spanOf(0, text.length))];
}

interface Shaped {
  readonly kind: string;
  from: number;
  to: number;
}

/** What is telling by itself. Of two that overlap, a web token after `Bearer` say, the kind that stands first in the table names both. */
function shapesIn(text: string): readonly Shaped[] {
  const found: Shaped[] = [];
  for (const { kind, pattern } of SECRET_SHAPES) {
    const match = pattern.exec(text);
    const secret = match?.[1] ?? match?.[0] ?? '';
    if (match === null || isPlaceholder(secret)) continue;
    const from = match.index + match[0].indexOf(secret);
    const to = from + secret.length;
    const known = found.find((other) => from < other.to && other.from < to);
    if (known === undefined) found.push({ kind, from, to });
    else {
      known.from = Math.min(known.from, from);
      known.to = Math.max(known.to, to);
    }
  }
  return found;
}

/** Pairs of JSON that is text, e.g. the `SecretString` of a secret. The same pair in a definition that is read as such has the same span. */
function pairsInText(node: ScalarNode, text: string): LiteralSecret[] {
  return [...text.matchAll(/"([\w.-]{3,64})"\s*:\s*"([^"\\]{4,200})"/g)].flatMap((match) => {
    const [whole, name = '', value = ''] = match;
    if (!SECRET_NAME.test(name) || !isNamedSecret(value)) return [];
    const from = match.index + whole.length - 1 - value.length;
    return [namedSecret(name, value, node.spanOf(from, from + value.length))];
  });
}

function namedSecret(name: string, value: string, span: Span): LiteralSecret {
  return { kind: `value of ${name}`, masked: mask(value), span };
}

/** At most two characters of each end, so that the owner recognises it and nobody else can use it. */
function mask(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length < 12 ? '****' : `${line.slice(0, 2)}****${line.slice(-2)}`;
}
