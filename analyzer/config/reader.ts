import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import type { DataNode, MapEntry, ScalarNode } from '../source/types.ts';
import { didYouMean } from './near.ts';

/** Says what kind of value a node is, for messages. */
export function describeNode(node: DataNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  if (node.value === null || node.value === '') return 'empty';
  return typeof node.value === 'string' ? 'a text' : `a ${typeof node.value}`;
}

/** What is wrong, before it has a place. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly help: string;
  readonly severity?: Diagnostic['severity'];
}

/** Takes values out of a configuration and notes what is wrong with them. Every method returns null after it has noted a problem. */
export class Reader {
  readonly diagnostics: Diagnostic[] = [];

  report(problem: Problem, span: Span): null {
    const { code, message, help, severity } = problem;
    this.diagnostics.push({ code, severity: severity ?? 'error', message, help, span });
    return null;
  }

  /** @param what the place in the user's words, e.g. `a declassifier` */
  wrongType(node: DataNode, what: string, expected: string): null {
    const message = `${what} is ${describeNode(node)}, expected ${expected}`;
    return this.report({ code: 'CFG002', message, help: `Write ${expected} here.` }, node.span);
  }

  /** The entries of a map, by key; keys that are not in `known` are reported with the nearest known one. */
  fields(node: DataNode, what: string, known: readonly string[]): ReadonlyMap<string, MapEntry> | null {
    const entries = this.entries(node, what);
    if (entries === null) return null;
    const fields = new Map<string, MapEntry>();
    for (const entry of entries) {
      if (known.includes(entry.key)) fields.set(entry.key, entry);
      else this.unknownKey(entry, what, known);
    }
    return fields;
  }

  unknownKey(entry: MapEntry, what: string, known: readonly string[]): null {
    const help = didYouMean(entry.key, known, `It may have ${known.map((key) => `\`${key}\``).join(', ')}.`);
    return this.report({ code: 'CFG003', message: `${what} has no key \`${entry.key}\``, help }, entry.keySpan);
  }

  /** The entries of a map; an empty value is an empty map. */
  entries(node: DataNode, what: string): readonly MapEntry[] | null {
    if (node.kind === 'map') return node.entries;
    if (node.kind === 'scalar' && node.value === null) return [];
    return this.wrongType(node, what, 'a map');
  }

  items(node: DataNode, what: string): readonly DataNode[] | null {
    if (node.kind === 'list') return node.items;
    if (node.kind === 'scalar' && node.value === null) return [];
    return this.wrongType(node, what, 'a list');
  }

  scalar(node: DataNode, what: string): (ScalarNode & { readonly value: string }) | null {
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.value.trim() === '') {
      return this.wrongType(node, what, 'a text');
    }
    return { ...node, value: node.value, spanOf: (from, to) => node.spanOf(from, to) };
  }

  text(node: DataNode | undefined, what: string): string | null {
    return node === undefined ? null : (this.scalar(node, what)?.value.trim() ?? null);
  }

  /** A text or a list of texts. */
  texts(node: DataNode, what: string): readonly { readonly text: string; readonly span: Span }[] {
    const items = node.kind === 'scalar' && node.value !== null ? [node] : (this.items(node, what) ?? []);
    return items.flatMap((item) => {
      const text = this.text(item, `an entry of ${what}`);
      return text === null ? [] : [{ text, span: item.span }];
    });
  }

  flag(node: DataNode, what: string): boolean | null {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    return this.wrongType(node, what, '`true` or `false`');
  }

  oneOf<Name extends string>(node: DataNode, what: string, names: readonly Name[]): Name | null {
    const text = this.text(node, what);
    if (text === null) return null;
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    const listed = names.map((name) => `\`${name}\``).join(', ');
    const help = didYouMean(text, names, `Use one of ${listed}.`);
    return this.report(
      { code: 'CFG004', message: `${what} is \`${text}\`, expected one of ${listed}`, help },
      node.span,
    );
  }
}
