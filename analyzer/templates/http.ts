/** How callers reach functions and state machines over HTTP, and how they are authenticated. */
import type { Authentication } from '../../model/application.ts';
import type { Span } from '../../model/span.ts';
import { textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { openApiTriggers } from './open-api.ts';
import { referencesIn } from './resources.ts';
import type { TemplateScope } from './scope.ts';
import { startedBy } from './started.ts';
import type { TemplateResource, TemplateTrigger } from './types.ts';

/**
 * Authentication of a SAM `Api` or `HttpApi` event: its own `Auth`, else its API's default authorizer. `Globals` are merged into APIs; an API
 * that SAM makes itself has only those. An API key identifies nobody.
 */
export function apiEventAuthentication(
  type: string,
  properties: DataNode | null,
  at: { readonly root: MapNode; readonly scope: TemplateScope },
): Authentication {
  const own = authorizerName(valueAt(properties, 'Auth', 'Authorizer'));
  if (own !== null) return own;
  const apiNode = valueAt(properties, type === 'Api' ? 'RestApiId' : 'ApiId');
  if (apiNode === null) return apiAuthentication(valueAt(at.root, 'Globals', type));
  const api = at.scope.resolveNode(apiNode);
  return api.kind === 'resource' ? apiAuthentication(api.resource.properties) : 'unknown';
}

function authorizerName(node: DataNode | null): Authentication | null {
  if (node === null) return null;
  const text = textOf(node);
  return text === null ? 'unknown' : text.toUpperCase() === 'NONE' ? 'none' : 'authenticated';
}

/** What an API asks of callers when the route says nothing. A private endpoint is only reached from inside the network. */
function apiAuthentication(properties: DataNode | null): Authentication {
  const fallback = authorizerName(valueAt(properties, 'Auth', 'DefaultAuthorizer'));
  if (fallback !== null && fallback !== 'none') return fallback;
  return isPrivate(properties) ? 'internal' : 'none';
}

function isPrivate(properties: DataNode | null): boolean {
  const endpoint = valueAt(properties, 'EndpointConfiguration');
  const types = valueAt(endpoint, 'Types');
  const written =
    textOf(endpoint) ?? textOf(valueAt(endpoint, 'Type')) ?? textOf(types?.kind === 'list' ? types.items[0] : types);
  return written === 'PRIVATE';
}

export function functionUrlTrigger(url: {
  readonly target: TemplateResource;
  readonly config: DataNode | null;
  readonly scope: TemplateScope;
  readonly span: Span;
}): TemplateTrigger {
  const type = url.scope.defaultText(valueAt(url.config, 'AuthType'));
  const authentication = type === 'AWS_IAM' ? 'authenticated' : type === 'NONE' ? 'none' : 'unknown';
  return { target: url.target, kind: 'function-url', authentication, from: null, span: url.span };
}

/** Triggers of an API by its OpenAPI document, or by the target of its quick creation. */
export function apiTriggers(api: TemplateResource, body: DataNode | null, scope: TemplateScope): TemplateTrigger[] {
  const fallback = apiAuthentication(api.properties);
  const routes = openApiTriggers(body, { startedBy: (node) => startedBy(node, scope), fallback });
  const quick = startedBy(valueAt(api.properties, 'Target'), scope).map((target) => http(target, 'none', api.span));
  return [...routes, ...quick];
}

/** Triggers that a resource of API Gateway, a function URL, a permission or AppSync makes. */
export function httpTriggers(resource: TemplateResource, scope: TemplateScope): TemplateTrigger[] {
  const { properties, span } = resource;
  switch (resource.type) {
    case 'AWS::Lambda::Url':
      return startedBy(valueAt(properties, 'TargetFunctionArn'), scope).map((target) =>
        functionUrlTrigger({ target, config: properties, scope, span }),
      );
    case 'AWS::Lambda::Permission':
      return publicPermission(resource, scope);
    case 'AWS::ApiGateway::Method':
      return startedBy(valueAt(properties, 'Integration'), scope).map((target) =>
        http(target, methodAuthentication(resource, scope), span),
      );
    case 'AWS::ApiGatewayV2::Route':
      return routeTriggers(resource, scope);
    case 'AWS::AppSync::DataSource':
      return startedBy(valueAt(properties, 'LambdaConfig'), scope).map((target) =>
        http(target, graphAuthentication(resource, scope), span),
      );
    default:
      return [];
  }
}

function http(target: TemplateResource, authentication: Authentication, span: Span): TemplateTrigger {
  return { target, kind: 'http', authentication, from: null, span };
}

function methodAuthentication({ properties }: TemplateResource, scope: TemplateScope): Authentication {
  const type = valueAt(properties, 'AuthorizationType');
  const written = type === null ? 'none' : namedAuthentication(scope.defaultText(type));
  if (written !== 'none') return written;
  const [api] = referencesIn(valueAt(properties, 'RestApiId'), scope.resources);
  return isPrivate(api?.properties ?? null) ? 'internal' : 'none';
}

const namedAuthentication = (text: string | null): Authentication =>
  text === null ? 'unknown' : text.toUpperCase() === 'NONE' ? 'none' : 'authenticated';

/** A route's target is an integration, which names what is started. */
function routeTriggers({ properties, span }: TemplateResource, scope: TemplateScope): TemplateTrigger[] {
  const type = valueAt(properties, 'AuthorizationType');
  const authentication = type === null ? 'none' : namedAuthentication(scope.defaultText(type));
  return referencesIn(valueAt(properties, 'Target'), scope.resources)
    .filter((integration) => integration.type === 'AWS::ApiGatewayV2::Integration')
    .flatMap((integration) => startedBy(integration.properties, scope))
    .map((target) => http(target, authentication, span));
}

/** Whoever may call without naming an account: anyone. Other permissions belong to a trigger that says more. */
function publicPermission({ properties, span }: TemplateResource, scope: TemplateScope): TemplateTrigger[] {
  const narrowing = ['SourceArn', 'SourceAccount', 'PrincipalOrgID', 'FunctionUrlAuthType'];
  const isPublic =
    textOf(valueAt(properties, 'Principal')) === '*' && narrowing.every((key) => valueAt(properties, key) === null);
  if (!isPublic) return [];
  return startedBy(valueAt(properties, 'FunctionName'), scope).map((target) => ({
    target,
    kind: 'other',
    authentication: 'none',
    from: null,
    span,
  }));
}

/** An API key of AppSync is in every client. */
function graphAuthentication({ properties }: TemplateResource, scope: TemplateScope): Authentication {
  const [api] = referencesIn(valueAt(properties, 'ApiId'), scope.resources);
  const type = api === undefined ? null : scope.defaultText(valueAt(api.properties, 'AuthenticationType'));
  return type === null ? 'unknown' : type === 'API_KEY' ? 'none' : 'authenticated';
}
