import type { Application } from '../../model/application.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Step } from '../../model/ir.ts';
import { forEachStep } from '../../model/walk.ts';
import type { DataNode, MapEntry, ParsedDocument } from '../source/types.ts';
import { elementBeside, elementsOf, type Element } from './beside.ts';
import type { Claim } from './claims.ts';
import { LabelReader } from './label-reader.ts';
import type { NativeLabels } from './apply.ts';
import { Reader } from './reader.ts';
import type { Configuration, DeclaredLabel } from './types.ts';

const MARKER = 'weir:';
const COMMENT = /^\s*weir:\s*label\b\s*(.*)$/;

/**
 * Reads labels that stand beside things in their own files: comments `# weir: label secret` beside a state (what it yields), a resource (what it
 * holds or returns) or the start of a definition (its input); `Metadata: { weir: secret }` and tags `weir:confidentiality` of template resources.
 *
 * Errors: CFG018 a label beside nothing that can have one, CFG005 and CFG007 as in the configuration.
 */
export function readNativeLabels(
  documents: readonly ParsedDocument[],
  application: Application,
  configuration: Configuration,
): { readonly labels: NativeLabels; readonly diagnostics: readonly Diagnostic[] } {
  const reader = new Reader();
  const native = new NativeReader(application, reader, new LabelReader(reader, configuration.lattice));
  for (const document of documents) {
    native.readComments(document);
    for (const root of document.roots) native.readResources(document.path, root);
  }
  return { labels: { content: native.claims }, diagnostics: reader.diagnostics };
}

class NativeReader {
  readonly claims = new Map<string, Claim[]>();
  readonly #application: Application;
  readonly #reader: Reader;
  readonly #labels: LabelReader;

  constructor(application: Application, reader: Reader, labels: LabelReader) {
    this.#application = application;
    this.#reader = reader;
    this.#labels = labels;
  }

  readComments(document: ParsedDocument): void {
    const found = document.comments.filter(({ text }) => COMMENT.test(text));
    if (found.length === 0) return;
    const elements = elementsOf(document.roots);
    for (const { text, span } of found) {
      const value = COMMENT.exec(text)?.[1]?.trim() ?? '';
      const node: DataNode = { kind: 'scalar', value, raw: value, span, spanOf: () => span };
      const label = this.#labels.label(node, 'the label');
      const element = elementBeside(span, elements);
      if (label === null) continue;
      const things = element === null ? [] : this.#thingsAt(document.path, element);
      if (things.length === 0) {
        const help = 'Write it beside a state that calls or reads, a resource, or the first line of a definition.';
        this.#reader.report(
          { code: 'CFG018', message: 'the label stands beside nothing that can have one', help },
          span,
        );
      }
      for (const thing of things) this.#claim(thing, label);
    }
  }

  readResources(file: string, root: DataNode): void {
    if (root.kind !== 'map') return;
    const resources = root.entries.find(({ key }) => key === 'Resources')?.value;
    if (resources?.kind !== 'map') return;
    for (const entry of resources.entries) {
      const label = this.#labelOf(entry);
      if (label === null) continue;
      const { line, offset } = entry.keySpan.start;
      const element = { key: entry.key, line, from: offset, to: entry.value.span.end.offset };
      for (const thing of this.#thingsAt(file, element)) this.#claim(thing, label);
    }
  }

  #labelOf({ key, value }: MapEntry): DeclaredLabel | null {
    const metadata = entryOf(entryOf(value, 'Metadata'), 'weir');
    if (metadata !== null) return this.#labels.label(metadata, `\`Metadata.weir\` of \`${key}\``);
    const tags = tagsOf(entryOf(entryOf(value, 'Properties'), 'Tags'));
    const [first] = tags;
    if (first === undefined) return null;
    const entries = tags.map((tag) => ({ ...tag, key: tag.key.slice(MARKER.length) }));
    return this.#labels.label({ kind: 'map', entries, span: first.keySpan, tag: null }, `the tags of \`${key}\``);
  }

  #claim(thing: string, label: DeclaredLabel): void {
    const claim: Claim = { specificity: 0, written: 'native', text: '', path: [], label };
    this.claims.set(thing, [...(this.claims.get(thing) ?? []), claim]);
  }

  /** Ids of the stores, functions and compositions that an element declares or, for a state, uses. */
  #thingsAt(file: string, element: Element): readonly string[] {
    const { compositions, functions, stores } = this.#application;
    const isIn = (span: Step['span']): boolean =>
      span.file === file && element.from <= span.start.offset && span.start.offset <= element.to;
    const declared = [...functions, ...stores]
      .filter(({ span, name, aliases }) => isIn(span) && [name, ...aliases].includes(element.key))
      .map(({ id }) => id as string);
    const workflows = compositions
      .filter(({ id, span }) => id.endsWith(`:${file}#${element.key}`) || this.#isStart(element, span, file))
      .map(({ id }) => id as string);
    const used = new Set<string>();
    for (const { body } of compositions) {
      forEachStep(body, (step) => {
        if (step.name === element.key && isIn(step.span)) for (const id of yieldedBy(step)) used.add(id);
      });
    }
    const things = new Set([...declared, ...workflows, ...(declared.length + workflows.length > 0 ? [] : used)]);
    return [...things].sort();
  }

  /** The first key of a definition stands for its input. */
  #isStart(element: Element, definition: Step['span'], file: string): boolean {
    const isFirst = ['StartAt', 'Comment', 'QueryLanguage', 'States'].includes(element.key);
    return isFirst && definition.file === file && element.from - definition.start.offset <= START_DISTANCE_MAX;
  }
}

/** The first key of a definition follows its start within this many characters: a brace and a line break. */
const START_DISTANCE_MAX = 8;

/** What a step's result comes from. */
function yieldedBy(step: Step): readonly string[] {
  if (step.kind === 'call' && step.target.kind === 'function') return [step.target.id];
  if (step.kind === 'read' && step.store.kind === 'store') return [step.store.id];
  if (step.kind === 'await' && step.source.kind !== 'timer') return [step.source.channel];
  return [];
}

function entryOf(node: DataNode | null, key: string): DataNode | null {
  return node?.kind === 'map' ? (node.entries.find((entry) => entry.key === key)?.value ?? null) : null;
}

/** Tags that are ours, as map entries, whether they are written as a map or as a list of keys and values. */
function tagsOf(node: DataNode | null): readonly MapEntry[] {
  const entries =
    node?.kind === 'map'
      ? node.entries
      : node?.kind === 'list'
        ? node.items.flatMap((item): readonly MapEntry[] => {
            const key = entryOf(item, 'Key');
            const value = entryOf(item, 'Value');
            if (key?.kind !== 'scalar' || typeof key.value !== 'string' || value === null) return [];
            return [{ key: key.value, keySpan: key.span, value }];
          })
        : [];
  return entries.filter(({ key }) => key.startsWith(MARKER));
}
