import type { StoreId } from '../../../model/brand.ts';
import type { CallTarget, Expression, StoreTarget } from '../../../model/ir.ts';
import { isJsonata, type SelectionScope } from '../../expressions/index.ts';
import { entriesOf, itemsOf, type DataNode } from '../../source/index.ts';
import type { CallPattern, Integration, TaskResource } from './catalog.ts';
import { expandText, nameText, placeholderTarget, type WorkflowContext } from './context.ts';
import { fieldOf, type State } from './machine.ts';
import { partOf } from './selections.ts';

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
  readonly pattern: CallPattern;
}

/** A function that the Resource itself names. */
export function directTarget(
  request: Request,
  resource: Extract<TaskResource, { kind: 'lambda' | 'activity' | 'placeholder' }>,
): CallTarget {
  const span = fieldOf(request.state, 'Resource')?.span ?? request.state.nameSpan;
  const { context } = request;
  if (resource.kind === 'placeholder') {
    const target = context.workflow.resolve(resource.name);
    if (target.kind === 'resource') {
      if (target.resource.type === 'AWS::StepFunctions::Activity')
        return activity(target.resource.logicalId, { request, span });
      return { kind: 'function', id: context.registry.functionOfResource(target.resource), span };
    }
    return {
      kind: 'function',
      id: context.registry.functionNamed(resource.name, { span, homeAccount: null, kind: 'user' }),
      span,
    };
  }
  if (resource.kind === 'activity') return activity(resource.text, { request, span });
  const inner = /:function:\$\{([^}]+)\}/.exec(resource.text)?.[1];
  const target = inner === undefined ? null : context.workflow.resolve(inner);
  if (target?.kind === 'resource')
    return { kind: 'function', id: context.registry.functionOfResource(target.resource), span };
  const text = expandText(resource.text, context);
  return {
    kind: 'function',
    id: context.registry.functionNamed(text, { span, homeAccount: context.homeAccount, kind: 'user' }),
    span,
  };
}

function activity(name: string, at: { readonly request: Request; readonly span: CallTarget['span'] }): CallTarget {
  const { context } = at.request;
  return {
    kind: 'function',
    id: context.registry.functionNamed(name, { span: at.span, homeAccount: context.homeAccount, kind: 'activity' }),
    span: at.span,
  };
}

/** The function that a parameter names. */
export function functionTarget(request: Request, use: Use): CallTarget {
  const { context } = request;
  const name = writtenName(request, use.integration);
  if (name === null)
    return {
      kind: 'unresolved',
      text: `${use.operation} without a name`,
      reason: 'the parameter that names its target is missing',
      span: use.span,
    };
  if (name.kind === 'dynamic') return { kind: 'dynamic', from: name.from, span: name.from.span };
  const target = placeholderTarget(name.text, context);
  if (target?.kind === 'resource')
    return { kind: 'function', id: context.registry.functionOfResource(target.resource), span: name.span };
  const versioned = /^\$\{([^}]+)\}[:/]/.exec(name.text)?.[1];
  const base = versioned === undefined ? null : context.workflow.resolve(versioned);
  if (base?.kind === 'resource')
    return { kind: 'function', id: context.registry.functionOfResource(base.resource), span: name.span };
  const text = expandText(name.text, context).replace(/^\$\{([^}]+)\}$/, '$1');
  return {
    kind: 'function',
    id: context.registry.functionNamed(text, { span: name.span, homeAccount: context.homeAccount, kind: 'user' }),
    span: name.span,
  };
}

/** The workflow that a parameter names. */
export function workflowTarget(request: Request, use: Use): CallTarget {
  const { context } = request;
  const name = writtenName(request, use.integration);
  if (name === null)
    return {
      kind: 'unresolved',
      text: `${use.operation} without a name`,
      reason: 'the parameter that names its target is missing',
      span: use.span,
    };
  if (name.kind === 'dynamic') return { kind: 'dynamic', from: name.from, span: name.from.span };
  const target = placeholderTarget(name.text, context);
  const written =
    target?.kind === 'resource'
      ? `${target.resource.file}#${target.resource.logicalId}`
      : expandText(name.text, context).split(':').at(-1);
  const id = context.registry.compositionNamed(written ?? '');
  if (id !== null) return { kind: 'composition', id, span: name.span };
  return {
    kind: 'unresolved',
    text: name.text,
    reason: 'no workflow of this name is in the repository',
    span: name.span,
  };
}

type WrittenName =
  | { readonly kind: 'static'; readonly text: string; readonly span: CallTarget['span'] }
  | { readonly kind: 'dynamic'; readonly from: Expression };

/** The parameter that names a target, as it is written. */
function writtenName(request: Request, integration: Integration): WrittenName | null {
  const names = typeof integration.name === 'string' ? [integration.name] : (integration.name ?? []);
  for (const name of names) {
    const found =
      integration.within === undefined
        ? parameterNamed(request, name, request.written)
        : nameWithin(request, name, integration.within);
    if (found !== null) return found;
  }
  if (request.written === null && names[0] !== undefined)
    return { kind: 'dynamic', from: partOf(request.argument, names[0]) ?? request.argument };
  return null;
}

function parameterNamed(request: Request, name: string, node: DataNode | null): WrittenName | null {
  const entry = entriesOf(node).find((each) => each.key === name || each.key === `${name}.$`);
  if (entry === undefined) return null;
  const text = nameText(entry.value);
  const isSelected =
    entry.key.endsWith('.$') || (request.state.language === 'JSONata' && text !== null && isJsonata(text));
  if (!isSelected && text !== null) return { kind: 'static', text, span: entry.value.span };
  const part = partOf(request.argument, name);
  return { kind: 'dynamic', from: part ?? request.argument };
}

/** The name inside the items of a list, e.g. `Entries[*].EventBusName`; the first that is written counts. */
function nameWithin(request: Request, list: string, name: string): WrittenName | null {
  for (const item of itemsOf(entriesOf(request.written).find((entry) => entry.key === list)?.value)) {
    const found = parameterNamed(request, name, item);
    if (found?.kind === 'static') return found;
    if (found !== null) return { kind: 'dynamic', from: partOf(request.argument, list) ?? request.argument };
  }
  return null;
}

/** The store that a parameter names. */
export function storeTarget(request: Request, use: Use): StoreTarget {
  const { context } = request;
  const { integration, span } = use;
  const kind = integration.kind ?? 'service';
  const name =
    writtenName(request, integration) ??
    (integration.absent === undefined ? null : { kind: 'static' as const, text: integration.absent, span });
  if (integration.fixed !== undefined)
    return {
      kind: 'store',
      id: context.registry.storeNamed(kind, integration.fixed, { span, homeAccount: null }),
      span,
    };
  if (name === null)
    return {
      kind: 'unresolved',
      text: `${use.operation} without a name`,
      reason: 'the parameter that names its target is missing',
      span,
    };
  if (name.kind === 'dynamic') return { kind: 'dynamic', from: name.from, span: name.from.span };
  return { kind: 'store', id: namedStore(kind, name, context), span: name.span };
}

function namedStore(
  kind: Integration['kind'] & string,
  name: Extract<WrittenName, { kind: 'static' }>,
  context: WorkflowContext,
): StoreId {
  const target = placeholderTarget(name.text, context);
  const linked = context.registry.storeOfTarget(target);
  if (linked !== null) return linked;
  const text = expandText(name.text, context).replace(/^\$\{([^}]+)\}$/, '$1');
  return context.registry.storeNamed(kind, text, { span: name.span, homeAccount: context.homeAccount });
}
