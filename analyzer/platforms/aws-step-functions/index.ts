import type { Application, FileCoverage, Trigger } from '../../../model/application.ts';
import { compositionId, storeId, type CompositionId, type StoreId } from '../../../model/brand.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Bound, Composition, Delivery, Journal, Step } from '../../../model/ir.ts';
import { compareSpans } from '../../../model/span.ts';
import { stepsOf } from '../../../model/walk.ts';
import type { MapNode, ParsedDocument, Workspace } from '../../source/index.ts';
import { isRelevant, readTemplates, type TemplateModel, type WorkflowDefinition } from '../../templates/index.ts';
import type { Platform } from '../platform.ts';
import { ANSWERS } from './callback.ts';
import { assignedNames, forEachText, raisedNames, type WorkflowContext } from './context.ts';
import { nameStoreId, readName } from './execution-names.ts';
import { lowerMachine, startExecution } from './lower-machine.ts';
import { countStates, topLanguage } from './machine.ts';
import { observedWorkflows } from './observed.ts';
import { ResourceRegistry } from './resources.ts';
import { EXECUTION_INPUT, Findings } from './selections.ts';
import { withStructure } from './structure.ts';
import { headOf } from './validate-fields.ts';
import { validate } from './validate.ts';
import { everybody, nobody } from './watch.ts';
import { wordsOf } from './words.ts';

/** AWS Step Functions: stand-alone definitions and those in CloudFormation, SAM and Serverless Framework templates. */
export const awsStepFunctions: Platform = {
  name: 'aws-step-functions',
  detect: (document: ParsedDocument) => isRelevant(document),
  lower: (workspace: Workspace) => lowerWorkspace(readTemplates(workspace)),
  wordsOf,
};

function lowerWorkspace(model: TemplateModel): Application {
  const registry = new ResourceRegistry(model);
  const ids = new Map<WorkflowDefinition, CompositionId>();
  for (const workflow of model.workflows) {
    const id = compositionId(`aws-step-functions:${workflow.file}#${workflow.logicalId}`);
    ids.set(workflow, id);
    if (workflow.definition === null) continue;
    registry.addWorkflow(workflow, id);
  }
  const raised = new Set<string>();
  const definitions = new Map<WorkflowDefinition, MapNode>();
  for (const workflow of model.workflows) {
    if (workflow.definition === null) continue;
    const definition = withStructure(workflow.definition, workflow);
    definitions.set(workflow, definition);
    raisedNames(definition, raised);
  }
  const lowered = [...definitions].map(([workflow, definition]): LoweredWorkflow => {
    const context: WorkflowContext = {
      id: ids.get(workflow) ?? compositionId(workflow.name),
      workflow,
      registry,
      findings: new Findings(),
      language: topLanguage(definition),
      homeAccount: homeAccount(definition),
      raisedNames: [...raised].sort(),
      variables: assignedNames(definition),
      isObserved: false,
      isNamed: false,
      isAnswered: false,
    };
    return { definition, context, composition: lowerWorkflow(definition, context) };
  });
  // Who waits for whom and who names whom is known when all are lowered; those for whom it matters are lowered again.
  const observed = observedWorkflows(lowered.map((each) => each.composition));
  const compositions: Composition[] = [];
  const diagnostics: Diagnostic[] = [...model.diagnostics];
  for (const { definition, context, composition } of lowered) {
    const isObserved = observed.has(composition.id);
    const isNamed = registry.storeOfId(nameStoreId(composition.id)) !== null;
    const isAnswered = registry.storeOfId(ANSWERS) !== null && stepsOf(composition).some(isCallback);
    const isAgain = isObserved || isNamed || isAnswered;
    const known = { ...context, isObserved, isNamed, isAnswered };
    compositions.push(isAgain ? lowerWorkflow(definition, known) : composition);
    diagnostics.push(...validate(definition, context.workflow.kind), ...context.findings.diagnostics);
  }
  const triggers = lowerTriggers(model, { registry, ids });
  return {
    compositions: compositions.sort((a, b) => (a.id < b.id ? -1 : 1)),
    functions: registry.functions(),
    stores: registry.stores(),
    triggers,
    literalSecrets: model.literalSecrets,
    diagnostics: diagnostics.sort((a, b) => compareSpans(a.span, b.span) || (a.code < b.code ? -1 : 1)),
    coverage: coverageOf(model, diagnostics),
  };
}

const isCallback = (step: Step): boolean => step.kind === 'await' && step.source.kind === 'callback';

interface LoweredWorkflow {
  readonly definition: MapNode;
  readonly context: WorkflowContext;
  readonly composition: Composition;
}

function lowerWorkflow(definition: MapNode, context: WorkflowContext): Composition {
  const { workflow, findings, id } = context;
  if (workflow.kind === 'unknown') {
    const note = 'the type is not known here: taken as standard, with a history that holds all data';
    findings.note({ feature: 'workflow-type-unknown', support: 'approximated', note, span: headOf(definition) });
  }
  const journals = journalsOf(context);
  const body = lowerMachine({
    node: definition,
    context,
    prefix: '',
    language: 'JSONPath',
    owner: workflow.name,
    prologue: (sequence) => {
      startExecution(context, sequence);
      if (context.isNamed) readName(context, journals, sequence);
    },
    depth: 0,
    watch: context.isObserved ? everybody : nobody,
  });
  return {
    id,
    name: workflow.name,
    platform: 'aws-step-functions',
    span: definition.span,
    ...(workflow.file === definition.span.file ? {} : { declaredIn: workflow.file }),
    input: EXECUTION_INPUT.root,
    body,
    delivery: deliveryOf(workflow),
    journals,
    timeoutSeconds: timeoutOf(definition, workflow),
    features: [...findings.features].sort((a, b) => compareSpans(a.span, b.span) || (a.feature < b.feature ? -1 : 1)),
    unitCount: countStates(definition),
  };
}

function deliveryOf(workflow: WorkflowDefinition): Delivery {
  return workflow.kind === 'express' ? 'at-least-once' : 'exactly-once';
}

/** Longest run of an express execution, and of a standard one, when the definition says nothing; in seconds. */
const EXPRESS_SECONDS = 300;
const STANDARD_SECONDS = 31_536_000;

function timeoutOf(definition: MapNode, workflow: WorkflowDefinition): Bound {
  const node = definition.entries.find((entry) => entry.key === 'TimeoutSeconds')?.value;
  if (node?.kind === 'scalar' && typeof node.value === 'number') return { kind: 'set', value: node.value };
  return { kind: 'default', value: workflow.kind === 'express' ? EXPRESS_SECONDS : STANDARD_SECONDS };
}

/** The history of a standard execution holds all data; a log what its configuration says. */
function journalsOf(context: WorkflowContext): readonly Journal[] {
  const { workflow, id, registry } = context;
  const journals: Journal[] = [];
  const common = { platform: 'aws-step-functions', aliases: [], isPublic: false, isForeign: false } as const;
  if (workflow.kind !== 'express') {
    const store = registry.addStore({
      ...common,
      id: storeId(`aws-sfn-history:${id}`),
      kind: 'history',
      name: `history of ${workflow.name}`,
      span: workflow.span,
    });
    journals.push({ store, includesData: true, level: 'all', span: workflow.span });
  }
  const { logging } = workflow;
  if (logging !== null && logging.level !== 'OFF') {
    const levels = { ALL: 'all', ERROR: 'error', FATAL: 'fatal' } as const;
    journals.push({
      store: logStore(context),
      includesData: logging.includesData,
      level: levels[logging.level],
      span: logging.span,
    });
  }
  return journals;
}

function logStore(context: WorkflowContext): StoreId {
  const { workflow, id, registry } = context;
  const linked = registry.storeOfTarget(workflow.logging?.destination ?? null);
  if (linked !== null) return linked;
  const span = workflow.logging?.span ?? workflow.span;
  return registry.addStore({
    id: storeId(`aws-sfn-log:${id}`),
    kind: 'log',
    name: `log of ${workflow.name}`,
    aliases: [],
    platform: 'aws-step-functions',
    isPublic: null,
    isForeign: false,
    span,
  });
}

function lowerTriggers(
  model: TemplateModel,
  known: { readonly registry: ResourceRegistry; readonly ids: ReadonlyMap<WorkflowDefinition, CompositionId> },
): readonly Trigger[] {
  const byResource = new Map(
    model.workflows.flatMap((workflow) =>
      workflow.resource === null ? [] : [[workflow.resource.logicalId + workflow.resource.file, workflow] as const],
    ),
  );
  return model.triggers.flatMap((trigger): Trigger[] => {
    const { kind, authentication, span } = trigger;
    const from = known.registry.storeOfTarget(trigger.from);
    const workflow = byResource.get(trigger.target.logicalId + trigger.target.file);
    const id = workflow === undefined ? undefined : known.ids.get(workflow);
    if (id !== undefined) return [{ target: { kind: 'composition', id }, kind, authentication, from, span }];
    if (trigger.target.type !== 'AWS::Lambda::Function') return [];
    return [
      {
        target: { kind: 'function', id: known.registry.functionOfResource(trigger.target) },
        kind,
        authentication,
        from,
        span,
      },
    ];
  });
}

/** A file is analysed in part when something in it is an error, and refused when nothing of it is left. */
function coverageOf(model: TemplateModel, diagnostics: readonly Diagnostic[]): readonly FileCoverage[] {
  const states = new Map<string, number>();
  for (const { definition } of model.workflows) {
    if (definition === null) continue;
    const { file } = definition.span;
    states.set(file, (states.get(file) ?? 0) + countStates(definition));
  }
  const broken = new Set(diagnostics.flatMap((found) => (found.severity === 'error' ? [found.span.file] : [])));
  return model.files.map(({ file, kind, workflows }) => {
    const own = model.workflows.filter((workflow) => workflow.file === file);
    const missing = own.filter((workflow) => workflow.definition === null).length;
    const units = states.get(file) ?? 0;
    const isLost = missing > 0 && missing === workflows && kind === 'definition';
    const state = isLost ? 'refused' : missing > 0 || broken.has(file) ? 'partial' : 'analysed';
    return { file, platform: 'aws-step-functions', state, units };
  });
}

/** The account that most literal ARNs name. Roles do not count: a role is what one assumes to act in another account. */
function homeAccount(definition: MapNode): string | null {
  const counts = new Map<string, number>();
  forEachText(definition, (text) => {
    for (const [, service, account = ''] of text.matchAll(/\barn:[^:]*:([^:]*):[^:]*:(\d{12}):/g))
      if (service !== 'iam' && service !== 'sts') counts.set(account, (counts.get(account) ?? 0) + 1);
  });
  const [first] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return first?.[0] ?? null;
}
