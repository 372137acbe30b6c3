import type { LiteralSecret } from '../../model/application.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { compareSpans, type Span } from '../../model/span.ts';
import {
  entriesOf,
  valueAt,
  type DataNode,
  type MapNode,
  type ParsedDocument,
  type Workspace,
} from '../source/index.ts';
import { readDefinition } from './definitions.ts';
import { baseName, lookupIn, type Lookup } from './lookup.ts';
import { note } from './problems.ts';
import { readResources } from './resources.ts';
import { TemplateScope } from './scope.ts';
import { findLiteralSecrets } from './secrets.ts';
import { readServerless } from './serverless.ts';
import { isDefinitionPath, isMeantAsStateMachine, isServerless, isTellingText, isTemplate } from './shape.ts';
import { readTriggers } from './triggers.ts';
import type { TemplateModel, TemplateResource, TemplateTrigger, WorkflowDefinition } from './types.ts';

/** Whether a document may hold something that {@link readTemplates} reads. Cheap. */
export function isRelevant(document: ParsedDocument): boolean {
  return document.roots.some((root) => isTemplate(root) || isServerless(root) || isStandAlone(document, root));
}

function isStandAlone(document: ParsedDocument, root: DataNode): root is MapNode {
  return root.kind === 'map' && (isDefinitionPath(document.path) || isMeantAsStateMachine(root));
}

/**
 * Reads every template and state machine of a workspace. Never throws on user text.
 *
 * Diagnostics are those of the area TPL, and those of parsing (SRC) for the files that were read or that were meant to be: a broken file of
 * another kind is none of a template reader's business.
 */
export function readTemplates(workspace: Workspace): TemplateModel {
  const reader = new Reader(workspace);
  for (const document of workspace.documents) reader.readServerlessOf(document);
  for (const document of workspace.documents) reader.readTemplatesOf(document);
  for (const document of workspace.documents) reader.readDefinitionsOf(document);
  for (const document of workspace.documents) reader.reportProblemsOf(document);
  return reader.finish();
}

interface Counted {
  readonly kind: 'template' | 'definition';
  readonly workflows: number;
}

class Reader {
  readonly #workspace: Workspace;
  readonly #lookup: Lookup;
  readonly #resources: TemplateResource[] = [];
  readonly #inTemplates: WorkflowDefinition[] = [];
  readonly #standAlone: WorkflowDefinition[] = [];
  readonly #triggers: TemplateTrigger[] = [];
  readonly #secrets: LiteralSecret[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #files = new Map<string, Counted>();
  /** Definition files that a template refers to. */
  readonly #claimed = new Set<string>();
  /** Files whose resources are those of a Serverless configuration. */
  readonly #taken = new Set<string>();
  /** Files whose problems of parsing are already among the diagnostics. */
  readonly #reported = new Set<string>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#lookup = lookupIn(workspace);
  }

  readServerlessOf(document: ParsedDocument): void {
    for (const root of document.roots) if (isServerless(root)) this.#readServerless(document, root);
  }

  readTemplatesOf(document: ParsedDocument): void {
    // Resources that a Serverless configuration takes from a file are already read.
    if (this.#taken.has(document.path)) return;
    for (const root of document.roots) if (!isServerless(root) && isTemplate(root)) this.#readTemplate(document, root);
  }

  readDefinitionsOf(document: ParsedDocument): void {
    if (this.#claimed.has(document.path) || this.#files.has(document.path)) return;
    for (const root of document.roots) {
      if (!isStandAlone(document, root)) continue;
      const count = this.#files.get(document.path)?.workflows ?? 0;
      this.#standAlone.push(standAlone(document.path, root, count));
      this.#count(document.path, 'definition', 1);
      this.#secrets.push(...findLiteralSecrets(root));
    }
  }

  reportProblemsOf(document: ParsedDocument): void {
    if (document.diagnostics.length === 0 || this.#reported.has(document.path)) return;
    const isRead = this.#files.has(document.path);
    const isLost = !isRead && document.diagnostics.some((found) => found.severity === 'error');
    if (isRead || (isLost && isTellingText(this.#workspace.read(document.path)?.text ?? ''))) {
      this.#diagnostics.push(...document.diagnostics);
    }
  }

  #readTemplate(document: ParsedDocument, root: MapNode): void {
    const resources = readResources(document.path, root);
    const scope = new TemplateScope(root, resources);
    let count = 0;
    for (const resource of resources.values()) {
      if (resource.type !== 'AWS::StepFunctions::StateMachine') continue;
      const found = readDefinition({ resource, scope, lookup: this.#lookup });
      this.#inTemplates.push(found.workflow);
      this.#diagnostics.push(...found.diagnostics);
      if (found.definitionFile !== null) this.#claim(found.definitionFile, 'definition');
      count += 1;
    }
    this.#diagnostics.push(...macroNotes(root));
    const entries = readTriggers(root, scope, this.#lookup);
    this.#triggers.push(...entries.triggers);
    this.#diagnostics.push(...entries.diagnostics);
    for (const file of entries.files) this.#claim(file, 'template');
    this.#addTemplate(document, { root, resources: [...resources.values()], count });
  }

  #readServerless(document: ParsedDocument, root: MapNode): void {
    const found = readServerless({ file: document.path, root, lookup: this.#lookup });
    for (const file of found.files) this.#claim(file, 'definition');
    for (const { file, span } of found.resources) if (span.file !== file) this.#taken.add(span.file);
    this.#inTemplates.push(...found.workflows);
    this.#diagnostics.push(...found.diagnostics);
    this.#triggers.push(...found.triggers);
    this.#addTemplate(document, { root, resources: found.resources, count: found.workflows.length });
  }

  #addTemplate(
    document: ParsedDocument,
    read: { readonly root: MapNode; readonly resources: readonly TemplateResource[]; readonly count: number },
  ): void {
    this.#resources.push(...read.resources);
    this.#secrets.push(...findLiteralSecrets(read.root));
    this.#count(document.path, 'template', read.count);
  }

  /** Takes a file as part of a template: it is no definition that stands alone. Its workflows are counted in the template. */
  #claim(file: string, kind: Counted['kind']): void {
    this.#reported.add(file);
    if (this.#claimed.has(file)) return;
    this.#claimed.add(file);
    const roots = this.#workspace.parse(file)?.roots ?? [];
    this.#count(file, roots.some(isTemplate) ? 'template' : kind, 0);
    for (const root of roots) this.#secrets.push(...findLiteralSecrets(root));
  }

  /** Definitions that are text in a template have keys that only show once the text is read. */
  #secretsInText(): readonly LiteralSecret[] {
    return this.#inTemplates.flatMap(({ definition }) => (definition === null ? [] : findLiteralSecrets(definition)));
  }

  #count(file: string, kind: Counted['kind'], workflows: number): void {
    const known = this.#files.get(file);
    this.#files.set(file, { kind: known?.kind ?? kind, workflows: (known?.workflows ?? 0) + workflows });
  }

  finish(): TemplateModel {
    const files = [...this.#files].map(([file, read]) => ({ file, ...read }));
    return {
      resources: sorted(this.#resources),
      workflows: [...sorted(this.#inTemplates), ...sorted(this.#standAlone)],
      triggers: sorted(this.#triggers),
      literalSecrets: withoutRepetition(sorted([...this.#secrets, ...this.#secretsInText()])),
      diagnostics: withoutRepetition(sorted(this.#diagnostics)),
      files: files.sort((left, right) => (left.file < right.file ? -1 : 1)),
    };
  }
}

function sorted<Item extends { readonly span: Span }>(items: readonly Item[]): Item[] {
  return [...items].sort((left, right) => compareSpans(left.span, right.span));
}

/** Two templates may refer to one file. */
function withoutRepetition<Item extends { readonly span: Span }>(items: readonly Item[]): Item[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = JSON.stringify(item);
    return !seen.has(key) && seen.add(key).has(key);
  });
}

/** @param earlier how many definitions of the file came before, when it has several documents */
function standAlone(file: string, definition: MapNode, earlier: number): WorkflowDefinition {
  const base = baseName(file).replace(/\.(asl\.)?(json|json5|jsonc|ya?ml)$|\.asl$/i, '');
  const logicalId = earlier === 0 ? base : `${base}-${earlier + 1}`;
  return {
    file,
    logicalId,
    name: logicalId,
    kind: 'unknown',
    definition,
    resolve: (name) => ({ kind: 'unknown', name, reason: 'no template of the repository refers to this definition' }),
    logging: null,
    resource: null,
    span: definition.span,
  };
}

/** Resources that `Fn::ForEach` makes are only there after the transform. */
function macroNotes(root: MapNode): Diagnostic[] {
  return entriesOf(valueAt(root, 'Resources')).flatMap((entry) => {
    if (!entry.key.startsWith('Fn::ForEach::') && entry.key !== 'Fn::Transform') return [];
    const message = `\`${entry.key}\` makes resources that are not seen here`;
    return [
      note('TPL008', { message, help: 'Check the processed template, which has them written out.' }, entry.keySpan),
    ];
  });
}
