import type { Authentication } from '../../model/application.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { entriesOf, itemsOf, textOf, valueAt, type DataNode } from '../source/index.ts';
import { relativeTo, type Lookup } from './lookup.ts';
import { note } from './problems.ts';
import type { TemplateScope } from './scope.ts';
import type { TemplateResource, TemplateTrigger } from './types.ts';

interface OpenApiInput {
  /** Functions and state machines that a value refers to. */
  readonly startedBy: (node: DataNode | null) => readonly TemplateResource[];
  /** What the API asks of callers when the document says nothing. */
  readonly fallback: Authentication;
}

/** The OpenAPI document of an API, and what is known about where it is. */
export interface ApiBody {
  readonly body: DataNode | null;
  /** The file that it was read from, null when it stands in the template. */
  readonly file: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Finds the document: in the template, included by the macro `AWS::Include`, or by its path in `DefinitionUri`. */
export function findApiBody(api: TemplateResource, scope: TemplateScope, lookup: Lookup): ApiBody {
  const written = valueAt(api.properties, 'DefinitionBody') ?? valueAt(api.properties, 'Body');
  const location =
    valueAt(written, 'Fn::Transform', 'Parameters', 'Location') ?? valueAt(api.properties, 'DefinitionUri');
  if (location === null) return { body: written, file: null, diagnostics: [] };
  const text = scope.defaultText(location);
  const found = text === null || /^\w+:\/\//.test(text) ? null : lookup(relativeTo(location.span.file, text));
  if (found !== null) return { body: found.root, file: found.path, diagnostics: found.diagnostics };
  const message = `the OpenAPI document of ${api.logicalId} cannot be read, so what it starts is not known`;
  const help = 'Keep the document in the repository and name its path relative to the template.';
  return { body: null, file: null, diagnostics: [note('TPL011', { message, help }, location.span)] };
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
