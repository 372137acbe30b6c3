import type { Authentication } from '../../model/application.ts';
import { entriesOf, itemsOf, textOf, valueAt, type DataNode } from '../source/index.ts';
import type { TemplateResource, TemplateTrigger } from './types.ts';

interface OpenApiInput {
  /** Functions and state machines that a value refers to. */
  readonly startedBy: (node: DataNode | null) => readonly TemplateResource[];
  /** What the API asks of callers when the document says nothing. */
  readonly fallback: Authentication;
}

const METHODS: ReadonlySet<string> = new Set([
  'get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'x-amazon-apigateway-any-method',
]); // prettier-ignore

/** What the operations of an OpenAPI document start through their `x-amazon-apigateway-integration`. */
export function openApiTriggers(body: DataNode | null, { startedBy, fallback }: OpenApiInput): TemplateTrigger[] {
  const schemes = valueAt(body, 'securityDefinitions') ?? valueAt(body, 'components', 'securitySchemes');
  const whole = securityOf(valueAt(body, 'security'), schemes) ?? fallback;
  return entriesOf(valueAt(body, 'paths')).flatMap((path) =>
    entriesOf(path.value).flatMap((operation): TemplateTrigger[] => {
      if (!METHODS.has(operation.key.toLowerCase())) return [];
      const authentication = operationAuthentication(operation.value, schemes) ?? whole;
      const targets = startedBy(valueAt(operation.value, 'x-amazon-apigateway-integration'));
      return targets.map((target) => ({ target, kind: 'http', authentication, from: null, span: operation.keySpan }));
    }),
  );
}

function operationAuthentication(operation: DataNode, schemes: DataNode | null): Authentication | null {
  const type = textOf(valueAt(operation, 'x-amazon-apigateway-auth', 'type'));
  if (type !== null) return type.toUpperCase() === 'NONE' ? 'none' : 'authenticated';
  return securityOf(valueAt(operation, 'security'), schemes);
}

/** An empty list asks for nothing; a scheme that is only an API key identifies nobody. */
function securityOf(node: DataNode | null, schemes: DataNode | null): Authentication | null {
  if (node?.kind !== 'list') return null;
  const names = itemsOf(node).flatMap((item) => entriesOf(item).map((entry) => entry.key));
  return names.some((name) => !isApiKey(name, schemes)) ? 'authenticated' : 'none';
}

/** Authorizers of API Gateway are written as API key schemes as well, with their type beside it. */
function isApiKey(name: string, schemes: DataNode | null): boolean {
  const scheme = valueAt(schemes, name);
  if (scheme === null) return /^api_?key/i.test(name);
  return textOf(valueAt(scheme, 'type')) === 'apiKey' && valueAt(scheme, 'x-amazon-apigateway-authtype') === null;
}
