import type { StoreId } from '../../../model/brand.ts';
import type { CallTarget, Expression, StoreTarget } from '../../../model/ir.ts';
import type { SelectionScope } from '../../expressions/index.ts';
import { entriesOf, valueAt, type DataNode } from '../../source/index.ts';
import type { PlaceholderTarget } from '../../templates/index.ts';
import type { IntegrationResource, Integration, TaskResource } from './catalog.ts';
import { expandText, forEachText, nameText, placeholderTarget, type WorkflowContext } from './context.ts';
import { fieldOf, type State } from './machine.ts';
import { placesOf, writtenName, type Place, type WrittenName } from './names.ts';
import { parseArn, type NameUse } from './resources.ts';
import { CONTEXT } from './selections.ts';

/** What a Task asks for, with its argument already evaluated. */
export interface Request {
  readonly state: State;
  readonly argument: Expression;
  readonly scope: SelectionScope;
  readonly context: WorkflowContext;
  /** Parameters or Arguments as written, for names; null when the whole input is sent. */
  readonly written: DataNode | null;
}

/** One use of an integration. */
export interface Use {
  readonly operation: string;
  readonly integration: Integration;
  readonly span: CallTarget['span'];
  readonly resource: IntegrationResource;
}

/** What is known about the account that names are looked up in. */
export function nameUse(request: Request, span: CallTarget['span']): NameUse {
  let roleAccount: string | null = null;
  forEachText(fieldOf(request.state, 'Credentials'), (text) => {
    const account = parseArn(text)?.account ?? '';
    if (/^\d{12}$/.test(account)) roleAccount ??= account;
  });
  return { span, homeAccount: request.context.homeAccount, roleAccount };
}

/** A function that the Resource itself names. */
export function directTarget(
  request: Request,
  resource: Extract<TaskResource, { kind: 'lambda' | 'activity' | 'placeholder' }>,
): CallTarget {
  const span = fieldOf(request.state, 'Resource')?.span ?? request.state.nameSpan;
  const { registry } = request.context;
  const use = nameUse(request, span);
  if (resource.kind === 'activity')
    return { kind: 'function', id: registry.functionNamed(resource.text, 'activity', use), span };
  if (resource.kind === 'lambda') return { kind: 'function', id: namedFunction(resource.text, request, span), span };
  const target = request.context.workflow.resolve(resource.name);
  if (target.kind !== 'resource')
    return { kind: 'function', id: registry.functionNamed(readableName(target, resource.name), 'user', use), span };
  if (target.resource.type === 'AWS::StepFunctions::Activity')
    return { kind: 'function', id: registry.activityOfResource(target.resource), span };
  return { kind: 'function', id: registry.functionOfResource(target.resource), span };
}

/** What people call something that cannot be followed. */
function readableName(target: PlaceholderTarget, placeholder: string): string {
  return target.kind === 'parameter' || target.kind === 'import' ? target.name : placeholder;
}

/** A function by a text that may be, or hold, a placeholder. */
function namedFunction(
  text: string,
  request: Request,
  span: CallTarget['span'],
): ReturnType<WorkflowContext['registry']['functionOfResource']> {
  const { context } = request;
  const { registry } = context;
  const inner = /^\$\{([^}]+)\}(?::[\w$-]+)?$/.exec(text)?.[1] ?? /:function:\$\{([^}]+)\}/.exec(text)?.[1];
  const target = inner === undefined ? null : context.workflow.resolve(inner);
  if (target?.kind === 'resource') return registry.functionOfResource(target.resource);
  const name = expandText(text, context).replace(/^\$\{([^}]+)\}$/, '$1');
  return registry.functionNamed(name, 'user', nameUse(request, span));
}

const nameless = (use: Use): { readonly text: string; readonly reason: string; readonly span: Use['span'] } => ({
  text: `${use.operation} without a name`,
  reason: 'the parameter that names its target is missing',
  span: use.span,
});

/** The function that a parameter names. */
export function functionTarget(request: Request, use: Use): CallTarget {
  const name = writtenName(request, use.integration);
  if (name === null) return { kind: 'unresolved', ...nameless(use) };
  if (name.kind === 'dynamic') return { kind: 'dynamic', from: name.from, span: name.from.span };
  return { kind: 'function', id: namedFunction(name.text, request, name.span), span: name.span };
}

/** The workflow that a parameter names. */
export function workflowTarget(request: Request, use: Use): CallTarget {
  const { context } = request;
  const name = writtenName(request, use.integration);
  if (name === null) return { kind: 'unresolved', ...nameless(use) };
  if (name.kind === 'dynamic') {
    const { from } = name;
    return isOwnId(from)
      ? { kind: 'composition', id: context.id, span: from.span }
      : { kind: 'dynamic', from, span: from.span };
  }
  const target = placeholderTarget(name.text, context);
  const written =
    target?.kind === 'resource'
      ? `${target.resource.file}#${target.resource.logicalId}`
      : (/stateMachine:([^:]+)/.exec(expandText(name.text, context))?.[1] ?? expandText(name.text, context));
  const id = context.registry.compositionNamed(written);
  if (id !== null) return { kind: 'composition', id, span: name.span };
  const reason = 'no workflow of this name is in the repository';
  return { kind: 'unresolved', text: name.text, reason, span: name.span };
}

/** `$$.StateMachine.Id`: the workflow that runs. */
function isOwnId(from: Expression): boolean {
  if (from.kind !== 'path' || from.path.root !== CONTEXT.root) return false;
  const names = from.path.segments.map((segment) => (segment.kind === 'field' ? segment.name : ''));
  return names.join('.') === 'StateMachine.Id';
}

/** A store of a request with what goes there. */
export interface StorePlace {
  readonly store: StoreTarget;
  readonly value: Expression;
}

/** The stores that a request is for, each once; one that is not resolved when the name is missing. */
export function storeTargets(request: Request, use: Use): readonly StorePlace[] {
  const { integration, span } = use;
  const kind = integration.kind ?? 'service';
  const value = request.argument;
  if (integration.fixed !== undefined) {
    const id = request.context.registry.storeNamed(kind, integration.fixed, {
      ...nameUse(request, span),
      homeAccount: null,
    });
    return [{ store: { kind: 'store', id, span }, value }];
  }
  const places = placesOf(request, integration);
  if (places.length === 0) return [{ store: { kind: 'unresolved', ...nameless(use) }, value }];
  return merged(places.map((place) => ({ store: storeOfPlace(place, kind, request), value: place.value })));
}

function storeOfPlace({ name }: Place, kind: NonNullable<Integration['kind']>, request: Request): StoreTarget {
  if (name.kind === 'dynamic') return { kind: 'dynamic', from: name.from, span: name.from.span };
  return { kind: 'store', id: namedStore(kind, name, request), span: name.span };
}

/** Two items for one store are one effect on it. */
function merged(places: readonly StorePlace[]): readonly StorePlace[] {
  const byId = new Map<string, StorePlace>();
  for (const [at, place] of places.entries()) {
    const key = place.store.kind === 'store' ? place.store.id : `${at}`;
    const known = byId.get(key);
    const value: Expression | undefined =
      known === undefined ? place.value : { kind: 'array', items: [known.value, place.value], span: place.value.span };
    byId.set(key, { ...place, value });
  }
  return [...byId.values()];
}

function namedStore(
  kind: NonNullable<Integration['kind']>,
  name: Extract<WrittenName, { kind: 'static' }>,
  request: Request,
): StoreId {
  const { context } = request;
  const target = placeholderTarget(name.text, context);
  const linked = context.registry.storeOfTarget(target);
  if (linked !== null) return linked;
  const expanded = expandText(name.text, context);
  const whole = /^\$\{([^}]+)\}$/.exec(expanded)?.[1];
  const text = whole === undefined ? expanded : target === null ? whole : readableName(target, whole);
  return context.registry.storeNamed(kind, text, nameUse(request, name.span));
}

/** The store that a copy is taken from; null when the integration copies nothing. */
export function copySource(request: Request, use: Use): StoreTarget | null {
  const { from } = use.integration;
  if (from === undefined) return null;
  const place = placesOf(request, { as: 'read', name: from, idempotent: true })[0];
  if (place === undefined) return null;
  if (place.name.kind === 'dynamic') return { kind: 'dynamic', from: place.name.from, span: place.name.from.span };
  const text = place.name.text.replace(/^\//, '').split('/')[0] ?? '';
  return storeOfPlace({ ...place, name: { ...place.name, text } }, use.integration.kind ?? 'service', request);
}

/** Whether a request has a parameter. */
export function hasParameter(request: Request, name: string): boolean {
  return entriesOf(request.written).some((entry) => entry.key === name || entry.key === `${name}.$`);
}

/** The text of the Resource of the state, with placeholders. */
export const resourceText = (state: State): string => nameText(valueAt(state.node, 'Resource')) ?? '';
