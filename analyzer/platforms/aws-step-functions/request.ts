import type { CallTarget, EffectDescription, Expression } from '../../../model/ir.ts';
import { entriesOf, textOf } from '../../source/index.ts';
import { addCallback, TASK_TIMEOUT_DEFAULT_SECONDS } from './callback.ts';
import { lookUp, readTaskResource, type Integration, type TaskResource } from './catalog.ts';
import { boundOf, nameText, type WorkflowContext } from './context.ts';
import { fieldOf } from './machine.ts';
import {
  applyOf,
  below,
  literalOf,
  lowerQuery,
  lowerTemplate,
  objectOf,
  partOf,
  readOf,
  RESULT,
} from './selections.ts';
import type { Sequence } from './sequence.ts';
import { directTarget, functionTarget, storeTarget, workflowTarget, type Request, type Use } from './targets.ts';

/** Lowers the request of a Task: the steps that send it and put its answer into `result`. */
export function lowerRequest(request: Request, sequence: Sequence): void {
  const node = fieldOf(request.state, 'Resource');
  const text = nameText(node) ?? '';
  lowerResource(request, resolveResource(text, request.context), sequence);
}

/** Follows a placeholder to what it stands for; what cannot be followed keeps the placeholder's name. */
function resolveResource(text: string, context: WorkflowContext): TaskResource {
  const resource = readTaskResource(text);
  if (resource.kind !== 'placeholder') return resource;
  const target = context.workflow.resolve(resource.name);
  if (target.kind === 'literal' || target.kind === 'composed') return readTaskResource(target.text + resource.suffix);
  if (target.kind === 'parameter' && target.defaultText !== null)
    return readTaskResource(target.defaultText + resource.suffix);
  // `arn:${AWS::Partition}:states:::…` and the like.
  if (target.kind === 'pseudo' || resource.suffix.includes(':'))
    return readTaskResource(text.replace(/\$\{AWS::Partition\}/g, 'aws'));
  return resource;
}

function lowerResource(request: Request, resource: TaskResource, sequence: Sequence): void {
  switch (resource.kind) {
    case 'integration':
      lowerIntegration(request, resource, sequence);
      break;
    case 'lambda':
    case 'activity':
    case 'placeholder':
      addCall(
        request,
        {
          target: directTarget(request, resource),
          argument: request.argument,
          operation: resource.kind === 'activity' ? 'activity' : 'lambda:invoke',
        },
        sequence,
      );
      break;
    case 'unknown': {
      const span = fieldOf(request.state, 'Resource')?.span ?? request.state.nameSpan;
      const target: CallTarget = {
        kind: 'unresolved',
        text: resource.text === '' ? 'a task without a resource' : resource.text,
        reason: 'this resource is not known',
        span,
      };
      request.context.findings.note({
        feature: 'task-unknown-resource',
        support: 'refused',
        note: `${target.text} is not known; its result is taken as the worst`,
        span,
      });
      addCall(request, { target, argument: request.argument, operation: resource.text }, sequence);
    }
  }
}

function effectOf(
  request: Request,
  operation: string,
  integration: Pick<Integration, 'idempotent' | 'privileged'>,
): EffectDescription {
  const { state, scope, context } = request;
  const { findings } = context;
  const credentials = fieldOf(state, 'Credentials');
  return {
    operation,
    idempotent: integration.idempotent,
    timeoutSeconds: boundOf(state, 'TimeoutSeconds', {
      scope,
      absent: { kind: 'default', value: TASK_TIMEOUT_DEFAULT_SECONDS },
      findings,
    }),
    heartbeatSeconds: boundOf(state, 'HeartbeatSeconds', { scope, absent: { kind: 'none' }, findings }),
    credentials:
      credentials === null
        ? null
        : state.language === 'JSONata'
          ? lowerQuery(credentials, scope, findings)
          : lowerTemplate(credentials, scope, findings),
    privileged: integration.privileged ?? false,
  };
}

function addCall(
  request: Request,
  call: {
    readonly target: CallTarget;
    readonly argument: Expression;
    readonly operation: string;
    readonly integration?: Integration;
    readonly waits?: boolean;
  },
  sequence: Sequence,
): void {
  const { state } = request;
  sequence.add({
    kind: 'call',
    name: state.name,
    span: fieldOf(state, 'Resource')?.span ?? state.nameSpan,
    target: call.target,
    argument: call.argument,
    result: RESULT,
    waits: call.waits ?? true,
    effect: effectOf(request, call.operation, call.integration ?? { idempotent: null }),
  });
}

function lowerIntegration(
  request: Request,
  resource: Extract<TaskResource, { kind: 'integration' }>,
  sequence: Sequence,
): void {
  const { service, action, pattern } = resource;
  const operation = `${service}:${action}`;
  const { integration, isListed } = lookUp(service, action);
  const span = fieldOf(request.state, 'Resource')?.span ?? request.state.nameSpan;
  if (!isListed) {
    const note = `${operation} is not in the catalogue; it is taken as ${integration.as === 'read' ? 'reading from' : 'writing to'} the service ${service}`;
    request.context.findings.note({ feature: 'task-uncatalogued-integration', support: 'approximated', note, span });
  }
  const use: Use = { operation, integration, span, pattern };
  switch (integration.as) {
    case 'call':
      lowerInvoke(request, use, sequence);
      break;
    case 'start':
      lowerStart(request, use, sequence);
      break;
    case 'read':
      lowerRead(request, use, sequence);
      break;
    case 'write':
    case 'exchange':
      lowerWrite(request, use, sequence);
      break;
    case 'compute':
    case 'resume': {
      const id = request.context.registry.serviceOperation(operation, span);
      addCall(
        request,
        {
          target: { kind: 'function', id, span },
          argument: commandsOf(request.argument, integration),
          operation,
          integration,
          waits: pattern !== 'request' || !STARTING_VERBS.test(action),
        },
        sequence,
      );
      if (integration.credential === true) markCredential(request, use, sequence);
    }
  }
  if (pattern === 'waitForTaskToken') addCallback(request, sequence);
}

/** Operations whose plain answer says only that work has been accepted; with `.sync` the step waits for the work itself. */
const STARTING_VERBS = /^(start|run|submit|send)[A-Z]/;

/** What of the argument a privileged operation acts on. */
function commandsOf(argument: Expression, integration: Integration): Expression {
  const { commands } = integration;
  if (commands === undefined || argument.kind !== 'object') return argument;
  const first = argument.fields.filter((each) => commands.includes(each.name));
  return first.length === 0 ? literalOf(null, argument.span) : argument;
}

function lowerInvoke(request: Request, use: Use, sequence: Sequence): void {
  const { argument } = request;
  const name = use.integration.argument ?? '';
  const sent = partOf(argument, name) ?? literalOf(null, argument.span);
  addCall(
    request,
    { target: functionTarget(request, use), argument: sent, operation: use.operation, integration: use.integration },
    sequence,
  );
  const { wraps } = use.integration;
  if (wraps !== undefined && use.pattern !== 'waitForTaskToken') {
    sequence.assign(
      RESULT,
      objectOf({ [wraps]: readOf(RESULT, use.span), StatusCode: literalOf(200, use.span) }, use.span),
      use.span,
    );
  }
}

function lowerStart(request: Request, use: Use, sequence: Sequence): void {
  const { argument } = request;
  const target = workflowTarget(request, use);
  const sent = partOf(argument, use.integration.argument ?? '') ?? objectOf({}, argument.span);
  const waits = use.pattern === 'sync' || use.pattern === 'sync2' || use.integration.waits === true;
  addCall(request, { target, argument: sent, operation: use.operation, integration: use.integration, waits }, sequence);
  if (waits)
    sequence.assign(
      RESULT,
      objectOf({ Output: readOf(RESULT, use.span), Status: literalOf('SUCCEEDED', use.span) }, use.span),
      use.span,
    );
}

function lowerRead(request: Request, use: Use, sequence: Sequence): void {
  const { state } = request;
  const key = keyOf(request, use);
  sequence.add({
    kind: 'read',
    name: state.name,
    span: use.span,
    store: storeTarget(request, use),
    key,
    result: RESULT,
    effect: effectOf(request, use.operation, use.integration),
  });
  if (use.integration.credential === true) markCredential(request, use, sequence);
}

function markCredential(request: Request, use: Use, sequence: Sequence): void {
  const description = `what ${use.operation} returns`;
  const value: Expression = {
    kind: 'source',
    of: readOf(RESULT, use.span),
    label: { marks: ['credential'] },
    description,
    span: use.span,
  };
  sequence.add({ kind: 'assign', name: request.state.name, span: use.span, target: RESULT, value });
}

function lowerWrite(request: Request, use: Use, sequence: Sequence): void {
  const { state, argument } = request;
  const { integration } = use;
  const store = storeTarget(request, use);
  const effect = effectOf(request, use.operation, integration);
  let key = keyOf(request, use);
  const returnsHeld = returnsOld(request, integration);
  const isConditional = integration.condition !== undefined && hasParameter(request, integration.condition);
  if (isConditional || returnsHeld) {
    sequence.add({ kind: 'read', name: state.name, span: use.span, store, key, result: below(RESULT, 'held'), effect });
    if (isConditional) key = applyOf('condition', [key, readOf(below(RESULT, 'held'), use.span)], use.span);
  }
  const held = returnsHeld ? readOf(below(RESULT, 'held'), use.span) : null;
  sequence.add({
    kind: 'write',
    name: state.name,
    span: use.span,
    store,
    key,
    value: argument,
    result: below(RESULT, 'answer'),
    effect,
  });
  const answer = readOf(below(RESULT, 'answer'), use.span);
  if (integration.as === 'exchange') {
    sequence.add({ kind: 'read', name: state.name, span: use.span, store, key, result: RESULT, effect });
    return;
  }
  sequence.assign(RESULT, held === null ? answer : objectOf({ Attributes: held, Answer: answer }, use.span), use.span);
}

function hasParameter(request: Request, name: string): boolean {
  return entriesOf(request.written).some((entry) => entry.key === name || entry.key === `${name}.$`);
}

function returnsOld(request: Request, integration: Integration): boolean {
  const { returns } = integration;
  if (returns === undefined) return false;
  const entry = entriesOf(request.written).find((each) => each.key.replace(/\.\$$/, '') === returns);
  return entry !== undefined && textOf(entry.value) !== 'NONE';
}

/** What selects the item: the named parameters, else nothing that can be told apart. */
function keyOf(request: Request, use: Use): Expression {
  const names = use.integration.key ?? [];
  const parts = names.flatMap((name) => partOf(request.argument, name) ?? []);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : applyOf('key', parts, use.span);
}
