import type { Diagnostic } from '../../model/diagnostic.ts';
import { listNode, mapNode, scalarNode, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { relativeTo, type Lookup } from './lookup.ts';
import { problem } from './problems.ts';
import type { PlaceholderTarget } from './types.ts';

/** Deepest chain of variables that is followed. */
const VARIABLES_DEPTH_MAX = 12;
/** Most values that the variables of one file are expanded to. */
const EXPANDED_NODES_MAX = 100_000;

/** Longest text that variables inside a text are replaced to, in UTF-16 code units. */
const INLINED_LENGTH_MAX = 10_000;

const VARIABLE = /^(?:self|opt|sls|env|aws|cf|ssm|s3|file|param|custom)\b\s*[:(]/;

/** Variables of one `serverless.yml`. Everything is relative to its directory, as the framework has it. */
export class ServerlessVariables {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: string;
  readonly #root: MapNode;
  readonly #lookup: Lookup;
  readonly #files = new Set<string>();
  #expanded = 0;

  constructor(input: { readonly file: string; readonly root: MapNode; readonly lookup: Lookup }) {
    this.#file = input.file;
    this.#root = input.root;
    this.#lookup = input.lookup;
  }

  /** Files that were read, sorted. */
  get files(): readonly string[] {
    return [...this.#files].sort();
  }

  /** Replaces values that are one `${file(…)}` or `${self:…}` by what they stand for, at any depth. Text with variables in it stays. */
  expand(node: DataNode, depth = 0): DataNode {
    this.#expanded += 1;
    if (this.#expanded > EXPANDED_NODES_MAX) return this.#refuse(node);
    switch (node.kind) {
      case 'list':
        return listNode(node.items.map((item) => this.expand(item, depth)), node.span); // prettier-ignore
      case 'map': {
        const entries = node.entries.map((entry) => ({ ...entry, value: this.expand(entry.value, depth) }));
        return mapNode(entries, node.span, node.tag);
      }
      case 'scalar': {
        const inner = depth > VARIABLES_DEPTH_MAX ? null : this.#wholeVariable(node);
        if (inner !== null) return this.expand(inner, depth + 1);
        return typeof node.value === 'string' && node.value.includes('#{')
          ? withPseudoParameters(node, node.value)
          : node;
      }
    }
  }

  #refuse(node: DataNode): DataNode {
    if (!this.diagnostics.some((known) => known.code === 'TPL010')) {
      const message = `the variables of this file stand for more than ${EXPANDED_NODES_MAX} values`;
      const help = 'Write the state machines with fewer nested ${file()} and ${self:} variables.';
      this.diagnostics.push(problem('TPL010', { message, help }, node.span));
    }
    return node;
  }

  /** What a text that is one variable stands for; null when it is not or the value is not known here. */
  #wholeVariable(node: DataNode): DataNode | null {
    const expression = /^\s*\$\{((?:[^{}]|\$\{[^{}]*\})*)\}\s*$/s.exec(textOf(node) ?? '')?.[1];
    if (expression === undefined || !VARIABLE.test(expression)) return null;
    for (const alternative of alternatives(this.inline(expression) ?? expression)) {
      const found = this.#lookUp(alternative);
      if (found !== null) return found;
    }
    return null;
  }

  /** The value of one `self:` or `file()` expression. */
  #lookUp(expression: string): DataNode | null {
    const self = /^self:\s*([\w.-]*)$/.exec(expression)?.[1];
    if (self !== undefined) return self === '' ? null : this.#at(this.#root, self);
    const file = /^file\(\s*([^)]+?)\s*\)(?::([\w.-]+))?$/.exec(expression);
    if (file === null) return null;
    const wanted = relativeTo(this.#file, (file[1] ?? '').replace(/^['"]|['"]$/g, ''));
    const found = this.#lookup(wanted);
    if (found === null) return null;
    if (!this.#files.has(wanted)) this.diagnostics.push(...found.diagnostics);
    this.#files.add(wanted);
    return found.root === null || file[2] === undefined ? found.root : this.#at(found.root, file[2]);
  }

  /** A value below a root; a step on the way may itself be a variable. */
  #at(root: DataNode, path: string): DataNode | null {
    let at: DataNode | null = root;
    for (const key of path.split('.').slice(0, VARIABLES_DEPTH_MAX)) {
      at = step(at, key);
      if (at === null) return null;
      const text = textOf(at);
      if (text?.startsWith('${file(') === true) at = this.#lookUp(text.slice(2, -1).trim()) ?? at;
    }
    return at;
  }

  /** A text with all its variables replaced; null when one of them is only known at deployment. Options and stages are at their defaults. */
  inline(text: string, depth = 0): string | null {
    if (!text.includes('${')) return text;
    if (depth > VARIABLES_DEPTH_MAX) return null;
    const unknown = new Set<string>();
    // The innermost variables have no braces inside; what they stand for may complete an outer one.
    const replaced = text.replace(/\$\{([^{}]*)\}/g, (whole, expression: string) => {
      const target = VARIABLE.test(expression) ? this.resolve(expression, depth + 1) : null;
      const known = target?.kind === 'literal' ? target.text : target?.kind === 'parameter' ? target.defaultText : null;
      if (known === null || known.length > INLINED_LENGTH_MAX) unknown.add(whole);
      return known ?? whole;
    });
    return unknown.size === 0 && replaced.length <= INLINED_LENGTH_MAX ? this.inline(replaced, depth + 1) : null;
  }

  /** What the expression between `${` and `}` means; null when it is none of the framework's. */
  resolve(expression: string, depth = 0): PlaceholderTarget | null {
    if (!VARIABLE.test(expression.trim()) || depth > VARIABLES_DEPTH_MAX) return null;
    const parts = alternatives(expression);
    let last: PlaceholderTarget | null = null;
    for (const part of parts) {
      const target = this.#alternative(part, depth);
      if (target.kind !== 'unknown' && !(target.kind === 'parameter' && target.defaultText === null)) return target;
      last ??= target;
    }
    // Without an option the framework takes what stands behind it, and its own default stage when nothing does.
    return parts[0] === 'opt:stage' && parts.length === 1 ? this.#stage('opt:stage', depth) : last;
  }

  #alternative(part: string, depth: number): PlaceholderTarget {
    const quoted = /^(?:'([^']*)'|"([^"]*)")$/.exec(part);
    if (quoted !== null) return { kind: 'literal', text: quoted[1] ?? quoted[2] ?? '', span: this.#root.span };
    if (part === 'aws:region') return { kind: 'pseudo', name: 'AWS::Region' };
    if (part === 'aws:accountId') return { kind: 'pseudo', name: 'AWS::AccountId' };
    if (part === 'sls:stage') return this.#stage(part, depth);
    if (/^(?:opt|env|param):/.test(part))
      return { kind: 'parameter', name: part, defaultText: null, span: this.#root.span };
    if (/^cf\b/.test(part)) return { kind: 'import', name: part, span: this.#root.span };
    const node = this.#lookUp(part);
    const text = textOf(node);
    if (node === null || text === null)
      return { kind: 'unknown', name: part, reason: 'its value is not in the repository' };
    const inlined = this.inline(text, depth + 1);
    return inlined === null
      ? { kind: 'composed', text, span: node.span }
      : { kind: 'literal', text: inlined, span: node.span };
  }

  /** The framework's default stage is `dev`. */
  #stage(name: string, depth: number): PlaceholderTarget {
    const node = valueAt(this.#root, 'provider', 'stage');
    const text = textOf(node);
    const isCircular = text !== null && /\$\{(?:sls:stage|self:provider\.stage)/.test(text);
    const known = text === null || isCircular ? 'dev' : this.inline(text.replace(/opt:stage\s*,\s*/g, ''), depth + 1);
    return { kind: 'parameter', name, defaultText: known, span: (node ?? this.#root).span };
  }
}

function step(node: DataNode | null, key: string): DataNode | null {
  return node?.kind === 'list' ? (node.items[Number(key)] ?? null) : valueAt(node, key);
}

/** `a, b, 'c'`: what comes first and has a value is taken. */
function alternatives(expression: string): readonly string[] {
  return expression.split(/,(?![^(]*\))/).map((part) => part.trim());
}

/** The plugin serverless-pseudo-parameters writes `#{AWS::Region}` for `${AWS::Region}`; both are equally long, so places stay. */
function withPseudoParameters(node: Extract<DataNode, { kind: 'scalar' }>, text: string): DataNode {
  const value = text.replace(/#\{(?=[A-Za-z][\w.:]*\})/g, '${');
  return scalarNode({ value, raw: node.raw, span: node.span, place: (from, to) => node.spanOf(from, to) });
}
