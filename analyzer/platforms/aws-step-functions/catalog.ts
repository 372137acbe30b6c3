import type { StoreKind } from '../../../model/application.ts';
import messages from './catalog/messages.json' with { type: 'json' };
import services from './catalog/services.json' with { type: 'json' };
import stores from './catalog/stores.json' with { type: 'json' };
import workflows from './catalog/workflows.json' with { type: 'json' };

/**
 * How an operation acts on data: `call` invokes a function, `read` and `write` act on a store, `exchange` sends to a party and takes its answer,
 * `start` starts another workflow, `resume` resumes a waiting execution with a token, `compute` is an operation of the provider on its argument.
 */
export type IntegrationAction = 'call' | 'read' | 'write' | 'exchange' | 'start' | 'resume' | 'compute';

/** One entry of a file in `catalog/`; `catalog/README.md` says how to add one, `catalog/schema.json` checks them. */
export interface Integration {
  readonly as: IntegrationAction;
  readonly kind?: StoreKind;
  /** Parameter(s) that name the store or function; the first that is there counts. */
  readonly name?: string | readonly string[];
  /** The names stand inside the items of this list parameter, at most one map below an item. */
  readonly within?: string;
  /** The keys of this map parameter are the names. */
  readonly namesIn?: string;
  /** Name when the parameter is absent. */
  readonly absent?: string;
  /** `name` holds a PartiQL statement that names the table. */
  readonly isStatement?: boolean;
  /** The store has no name of its own. */
  readonly fixed?: string;
  /** Parameter that names the store that a write takes its value from, of the same kind. */
  readonly from?: string;
  /** Parameter that is the argument; absent: all of them. */
  readonly argument?: string;
  /** Field of the answer that holds the result. */
  readonly wraps?: string;
  /** The result is JSON text and no JSON value. */
  readonly isText?: boolean;
  /** Parameters that select what is read or written; absent: none is told apart. */
  readonly key?: readonly string[];
  /** Parameter that makes a write depend on what is held. */
  readonly condition?: string;
  /** Parameter that makes a write return what was held. */
  readonly returns?: string;
  readonly credential?: boolean;
  readonly privileged?: boolean;
  /** Parameters that are commands; absent: all of them are. */
  readonly commands?: readonly string[];
  readonly waits?: boolean;
  readonly idempotent: boolean | null;
  /** Other entries, for requests that have the parameter `with`; the first that applies counts. */
  readonly variants?: readonly Variant[];
}

export type Variant = Partial<Omit<Integration, 'variants'>> & { readonly with: string };

const CATALOG = new Map<string, Integration>(
  [stores, messages, workflows, services].flatMap((file) =>
    Object.entries(file as unknown as Readonly<Record<string, Integration>>),
  ),
);

/** Every operation of the catalogue with its entry, sorted. */
export function catalogEntries(): readonly (readonly [string, Integration])[] {
  return [...CATALOG].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Operations that only look; for operations that the catalogue does not list. */
const READING_VERBS =
  /^(batchDescribe|batchGet|check|count|describe|detect|estimate|evaluate|filter|get|head|is|list|lookup|poll|preview|query|read|receive|scan|search|select|simulate|validate|verify|view)(?![a-z])/;

export interface CatalogEntry {
  readonly integration: Integration;
  /** False when the operation was classified by its verb alone. */
  readonly isListed: boolean;
}

/** The entry of an operation; unlisted ones are told by their verb: reading from or writing to a store that stands for the whole service. */
export function lookUp(resource: Pick<IntegrationResource, 'service' | 'action' | 'isSdk'>): CatalogEntry {
  const { service, action } = resource;
  const names = [`${service}:${action}`, `${service}:*`];
  const listed = (resource.isSdk ? [`aws-sdk:${service}:${action}`, ...names] : names)
    .map((name) => CATALOG.get(name))
    .find((entry) => entry !== undefined);
  if (listed !== undefined) return { integration: listed, isListed: true };
  const isReading = READING_VERBS.test(action);
  const idempotent = isReading ? true : null;
  return {
    integration: { as: isReading ? 'read' : 'write', kind: 'service', fixed: service, idempotent },
    isListed: false,
  };
}

/** The entry for a request with certain parameters. */
export function variantFor(integration: Integration, hasParameter: (name: string) => boolean): Integration {
  const variant = integration.variants?.find((each) => hasParameter(each.with));
  return variant === undefined ? integration : { ...integration, ...variant };
}

/** An optimized or SDK integration. */
export interface IntegrationResource {
  readonly kind: 'integration';
  readonly service: string;
  readonly action: string;
  /** Written as `aws-sdk:…`: parameters and answers are those of the service's API. */
  readonly isSdk: boolean;
  readonly pattern: CallPattern;
}

/** A resource of a Task taken apart. */
export type TaskResource =
  | IntegrationResource
  | { readonly kind: 'lambda'; readonly text: string }
  | { readonly kind: 'activity'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: string; readonly suffix: string }
  | { readonly kind: 'unknown'; readonly text: string };

export type CallPattern = 'request' | 'sync' | 'sync2' | 'waitForTaskToken';

const PATTERNS: Readonly<Record<string, CallPattern>> = {
  sync: 'sync',
  'sync:2': 'sync2',
  waitForTaskToken: 'waitForTaskToken',
};

const INTEGRATION =
  /^arn:[^:]+:states:[^:]*:[^:]*:(aws-sdk:)?([A-Za-z0-9-]+):([A-Za-z0-9]+)(?:\.(sync:2|sync|waitForTaskToken))?$/;

/** Takes a Task's `Resource` apart. */
export function readTaskResource(text: string): TaskResource {
  // Partition, region and account may be pseudo parameters, whose names have colons.
  const plain = text.replace(/\$\{AWS::(\w+)\}/g, '$1');
  const integration = INTEGRATION.exec(plain);
  if (integration !== null && integration[2] !== 'activity' && integration[2] !== 'stateMachine') {
    const [, sdk, service = '', action = '', pattern = ''] = integration;
    return { kind: 'integration', service, action, isSdk: sdk !== undefined, pattern: PATTERNS[pattern] ?? 'request' };
  }
  if (/^arn:[^:]+:states:[^:]*:[^:]*:activity:/.test(plain)) return { kind: 'activity', text };
  const placeholder = /^\$\{([^}]+)\}(.*)$/s.exec(text);
  if (placeholder !== null) return { kind: 'placeholder', name: placeholder[1] ?? '', suffix: placeholder[2] ?? '' };
  if (/^arn:[^:]*(?:\$\{[^}]*\})?[^:]*:lambda:.*:function:/s.test(text)) return { kind: 'lambda', text };
  return { kind: 'unknown', text };
}
