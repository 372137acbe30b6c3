import type { CallTarget, Expression } from '../../../model/ir.ts';
import type { SourceMark } from '../../../model/ir.ts';
import { addCallback, writeAnswer } from './callback.ts';
import {
  lookUp,
  readTaskResource,
  variantFor,
  type Integration,
  type IntegrationResource,
  type TaskResource,
} from './catalog.ts';
import type { WorkflowContext } from './context.ts';
import { addCall } from './effects.ts';
import { fieldOf } from './machine.ts';
import { isSelect, literalParameter } from './names.ts';
import { chosenName, writeName } from './execution-names.ts';
import { addRead, addWrite } from './request-stores.ts';
import { applyOf, literalOf, objectOf, partOf, readOf, RESULT } from './selections.ts';
import type { Sequence } from './sequence.ts';
import {
  directTarget,
  functionTarget,
  hasParameter,
  resourceText,
  workflowTarget,
  type Request,
  type Use,
} from './targets.ts';

/** Lowers the request of a Task: the steps that send it and put its answer into `result`. */
export function lowerRequest(request: Request, sequence: Sequence): void {
  lowerResource(request, resolveResource(resourceText(request.state), request.context), sequence);
}

/** Follows a placeholder to what it stands for; what cannot be followed keeps the placeholder's name. */
function resolveResource(text: string, context: WorkflowContext): TaskResource {
  const resource = readTaskResource(text.replace(/\$\{AWS::Partition\}/g, 'aws'));
  if (resource.kind !== 'placeholder') return resource;
  const target = context.workflow.resolve(resource.name);
  if (target.kind === 'literal' || target.kind === 'composed') return readTaskResource(target.text + resource.suffix);
  if (target.kind === 'parameter' && target.defaultText !== null && target.defaultText !== '')
    return readTaskResource(target.defaultText + resource.suffix);
  return resource;
}

function lowerResource(request: Request, resource: TaskResource, sequence: Sequence): void {
  switch (resource.kind) {
    case 'integration':
      lowerIntegration(request, resource, sequence);
      break;
    case 'lambda':
    case 'activity':
    case 'placeholder': {
      const target = directTarget(request, resource);
      const operation = resource.kind === 'activity' ? 'activity' : 'lambda:invoke';
      addCall(request, { target, argument: request.argument, operation }, sequence);
      break;
    }
    case 'unknown':
      addUnknown(request, resource.text, sequence);
  }
}

function addUnknown(request: Request, text: string, sequence: Sequence): void {
  const span = fieldOf(request.state, 'Resource')?.span ?? request.state.nameSpan;
  const name = text === '' ? 'a task without a resource' : text;
  const target: CallTarget = { kind: 'unresolved', text: name, reason: 'this resource is not known', span };
  const note = `${name} is not known; its result is taken as the worst`;
  request.context.findings.note({ feature: 'task-unknown-resource', support: 'refused', note, span });
  addCall(request, { target, argument: request.argument, operation: text }, sequence);
}

function lowerIntegration(request: Request, resource: IntegrationResource, sequence: Sequence): void {
  const { service, action, pattern } = resource;
  const operation = `${service}:${action}`;
  const { integration: listed, isListed } = lookUp(resource);
  const variant = variantFor(listed, (name) => hasParameter(request, name));
  const integration: Integration =
    variant.isStatement === true && isSelect(request) ? { ...variant, as: 'read' } : variant;
  const span = fieldOf(request.state, 'Resource')?.span ?? request.state.nameSpan;
  if (!isListed) {
    const note = `${operation} is not in the catalogue; it is taken as ${integration.as === 'read' ? 'reading from' : 'writing to'} the service ${service}`;
    request.context.findings.note({ feature: 'task-uncatalogued-integration', support: 'approximated', note, span });
  }
  const use: Use = { operation, integration, span, resource };
  switch (integration.as) {
    case 'call':
      lowerInvoke(request, use, sequence);
      break;
    case 'start':
      lowerStart(request, use, sequence);
      break;
    case 'read':
      addRead(request, use, sequence);
      break;
    case 'write':
    case 'exchange':
      addWrite(request, use, sequence);
      break;
    case 'compute':
    case 'resume': {
      const id = request.context.registry.serviceOperation(operation, span);
      const target: CallTarget = { kind: 'function', id, span };
      const waits = pattern !== 'request' || !STARTING_VERBS.test(action);
      addCall(request, { target, argument: request.argument, operation, integration, waits }, sequence);
      if (integration.as === 'resume') writeAnswer(request, use, sequence);
    }
  }
  if (integration.credential === true) mark('credential', request, use, sequence);
  if (pattern === 'waitForTaskToken') addCallback(request, sequence);
}

/** Operations whose plain answer says only that work was accepted; with `.sync` the step waits for the work itself. */
const STARTING_VERBS = /^(start|run|submit|send)[A-Z]/;

/** Raises the result by a mark that says what it is. */
function mark(name: SourceMark, request: Request, use: Use, sequence: Sequence): void {
  const description = `what ${use.operation} returns`;
  const of = readOf(RESULT, use.span);
  const value: Expression = { kind: 'source', of, label: { marks: [name] }, description, span: use.span };
  sequence.add({ kind: 'assign', name: request.state.name, span: use.span, target: RESULT, value });
}

/** An answer that is JSON text keeps no structure. */
function textOrValue(value: Expression, isText: boolean): Expression {
  return isText ? applyOf('jsonText', [value], value.span) : value;
}

function lowerInvoke(request: Request, use: Use, sequence: Sequence): void {
  const { argument } = request;
  const { integration, span, resource } = use;
  const payload = partOf(argument, integration.argument ?? '') ?? literalOf(null, argument.span);
  const sent = withClientContext(request, payload);
  const invocation = literalParameter(request, 'InvocationType');
  const isWaiting = integration.waits !== false && invocation !== 'Event' && resource.pattern !== 'waitForTaskToken';
  const target = functionTarget(request, use);
  addCall(request, { target, argument: sent, operation: use.operation, integration, waits: isWaiting }, sequence);
  if (integration.wraps === undefined || resource.pattern === 'waitForTaskToken') return;
  const answer = textOrValue(readOf(RESULT, span), integration.isText === true);
  sequence.assign(RESULT, objectOf({ [integration.wraps]: answer, StatusCode: literalOf(200, span) }, span), span);
}

/** The client context of a request reaches the function beside its payload. */
function withClientContext(request: Request, payload: Expression): Expression {
  const given = hasParameter(request, 'ClientContext') ? partOf(request.argument, 'ClientContext') : null;
  if (given === null) return payload;
  const { span } = payload;
  return { kind: 'merge', base: payload, over: objectOf({ '(client context)': given }, span), span };
}

/** Starts a workflow. With `.sync` the answer holds input and output as JSON text, with `.sync:2` as values. */
function lowerStart(request: Request, use: Use, sequence: Sequence): void {
  const { argument } = request;
  const { integration, span, resource } = use;
  const sent = partOf(argument, integration.argument ?? '') ?? objectOf({}, argument.span);
  const waits = resource.pattern === 'sync' || resource.pattern === 'sync2' || integration.waits === true;
  const target = workflowTarget(request, use);
  // A workflow that is not known is told all parameters, the execution's name among them.
  const told = target.kind === 'composition' ? sent : argument;
  if (target.kind === 'composition') writeName(request, use, target.id, sequence);
  addCall(request, { target, argument: told, operation: use.operation, integration, waits }, sequence);
  const name = chosenName(request);
  const named = name === null ? {} : { Name: name, ExecutionArn: name };
  if (!waits) {
    const base = readOf(RESULT, span);
    if (name !== null) sequence.assign(RESULT, { kind: 'merge', base, over: objectOf(named, span), span }, span);
    return;
  }
  const isText = resource.pattern === 'sync' || integration.isText === true;
  const answer = objectOf(
    {
      ...named,
      Output: textOrValue(readOf(RESULT, span), isText),
      Input: textOrValue(sent, isText),
      Status: literalOf('SUCCEEDED', span),
    },
    span,
  );
  sequence.assign(RESULT, answer, span);
}
