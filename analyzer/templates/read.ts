import type { LiteralSecret } from '../../model/application.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { compareSpans } from '../../model/span.ts';
import { valueAt, type DataNode, type MapNode, type ParsedDocument, type Workspace } from '../source/index.ts';
import { isStateMachine, readDefinition, type Lookup } from './definitions.ts';
import { readResources } from './resources.ts';
import { TemplateScope } from './scope.ts';
import { findLiteralSecrets } from './secrets.ts';
import { isServerless, readServerless } from './serverless.ts';
import { readTriggers } from './triggers.ts';
import type { TemplateModel, TemplateResource, TemplateTrigger, WorkflowDefinition } from './types.ts';

/** Whether a document is a CloudFormation or SAM template. */
function isTemplate(root: DataNode): root is MapNode {
  const resources = valueAt(root, 'Resources');
  return (
    root.kind === 'map' &&
    resources?.kind === 'map' &&
    resources.entries.some((entry) => valueAt(entry.value, 'Type') !== null)
  );
}

/** Whether a document may hold something that {@link readTemplates} reads. Cheap. */
export function isRelevant(document: ParsedDocument): boolean {
  return document.roots.some((root) => isTemplate(root) || isStateMachine(root) || isServerless(root));
}

/** Reads every template and state machine of a workspace. Never throws on user text. */
export function readTemplates(workspace: Workspace): TemplateModel {
  const reader = new Reader(workspace);
  for (const document of workspace.documents) reader.readTemplatesOf(document);
  for (const document of workspace.documents) reader.readDefinitionsOf(document);
  return reader.finish();
}

class Reader {
  readonly #workspace: Workspace;
  readonly #resources: TemplateResource[] = [];
  readonly #workflows: WorkflowDefinition[] = [];
  readonly #triggers: TemplateTrigger[] = [];
  readonly #secrets: LiteralSecret[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #files = new Map<string, { kind: 'template' | 'definition'; workflows: number }>();
  /** Definition files that a template refers to. */
  readonly #claimed = new Set<string>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  readTemplatesOf(document: ParsedDocument): void {
    for (const root of document.roots) {
      if (isServerless(root)) this.#readServerless(document, root);
      else if (isTemplate(root)) this.#readTemplate(document, root);
    }
  }

  readDefinitionsOf(document: ParsedDocument): void {
    for (const [at, root] of document.roots.entries()) {
      if (!isStateMachine(root) || this.#claimed.has(document.path)) continue;
      const base = document.path.split('/').at(-1) ?? document.path;
      const name = base.replace(/\.(asl\.)?(json|json5|jsonc|ya?ml)$/i, '');
      const logicalId = at === 0 ? name : `${name}-${at + 1}`;
      this.#workflows.push({
        file: document.path,
        logicalId,
        name: logicalId,
        kind: 'unknown',
        definition: root,
        resolve: (placeholder) => ({
          kind: 'unknown',
          name: placeholder,
          reason: 'no template in the repository gives it a value',
        }),
        logging: null,
        resource: null,
        span: root.span,
      });
      this.#count(document.path, 'definition', 1);
      this.#secrets.push(...findLiteralSecrets(root));
    }
    if (this.#claimed.has(document.path))
      for (const root of document.roots) this.#secrets.push(...findLiteralSecrets(root));
  }

  #lookup: Lookup = (path) => this.#workspace.parse(path)?.roots[0] ?? null;

  #readTemplate(document: ParsedDocument, root: MapNode): void {
    const resources = readResources(document.path, root);
    const scope = new TemplateScope(root, resources);
    let count = 0;
    for (const resource of resources.values()) {
      if (resource.type !== 'AWS::StepFunctions::StateMachine') continue;
      const found = readDefinition({ resource, scope, lookup: this.#lookup });
      this.#workflows.push(found.workflow);
      this.#diagnostics.push(...found.diagnostics);
      if (found.definitionFile !== null) this.#claimed.add(found.definitionFile);
      count += 1;
    }
    this.#add(document, { root, scope, triggers: readTriggers(root, scope), count });
  }

  #readServerless(document: ParsedDocument, root: MapNode): void {
    const model = readServerless(document.path, root, (path) => {
      const found = this.#lookup(path);
      if (found !== null) this.#claimed.add(path);
      return found;
    });
    this.#workflows.push(...model.workflows);
    this.#diagnostics.push(...model.diagnostics);
    this.#add(document, { root, scope: model.scope, triggers: model.triggers, count: model.workflows.length });
  }

  #add(
    document: ParsedDocument,
    read: {
      readonly root: MapNode;
      readonly scope: TemplateScope;
      readonly triggers: readonly TemplateTrigger[];
      readonly count: number;
    },
  ): void {
    this.#resources.push(...new Set(read.scope.resources.values()));
    this.#triggers.push(...read.triggers);
    this.#secrets.push(...findLiteralSecrets(read.root));
    this.#count(document.path, 'template', read.count);
  }

  #count(file: string, kind: 'template' | 'definition', workflows: number): void {
    const known = this.#files.get(file);
    this.#files.set(file, { kind: known?.kind ?? kind, workflows: (known?.workflows ?? 0) + workflows });
  }

  finish(): TemplateModel {
    const files = [...this.#files]
      .map(([file, read]) => ({ file, ...read }))
      .sort((a, b) => (a.file < b.file ? -1 : 1));
    return {
      resources: this.#resources,
      workflows: this.#workflows.sort((a, b) => compareSpans(a.span, b.span) || (a.logicalId < b.logicalId ? -1 : 1)),
      triggers: this.#triggers,
      literalSecrets: this.#secrets.sort((a, b) => compareSpans(a.span, b.span)),
      diagnostics: this.#diagnostics.sort((a, b) => compareSpans(a.span, b.span)),
      files,
    };
  }
}
