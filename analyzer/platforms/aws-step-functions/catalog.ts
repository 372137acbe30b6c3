import type { StoreKind } from '../../../model/application.ts';
import entries from './catalog/integrations.json' with { type: 'json' };

/** How an operation acts on data. */
export type IntegrationAction =
  /** Invokes a function. */
  | 'call'
  /** Reads from a store. */
  | 'read'
  /** Writes to a store. */
  | 'write'
  /** Sends to a party and takes its answer. */
  | 'exchange'
  /** Starts another workflow. */
  | 'start'
  /** Resumes a waiting execution with a token. */
  | 'resume'
  /** An operation of the provider on its argument. */
  | 'compute';

/** One entry of `catalog/integrations.json`. */
export interface Integration {
  readonly as: IntegrationAction;
  readonly kind?: StoreKind;
  /** Parameter(s) that name the store or function; the first that is there counts. */
  readonly name?: string | readonly string[];
  /** The name stands inside each item of that parameter. */
  readonly within?: string;
  /** Name when the parameter is absent. */
  readonly absent?: string;
  /** The store has no name of its own. */
  readonly fixed?: string;
  /** Parameter that is the argument; absent: all of them. */
  readonly argument?: string;
  /** Field of the answer that holds the result. */
  readonly wraps?: string;
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
}

const CATALOG = new Map<string, Integration>(
  Object.entries(entries as unknown as Readonly<Record<string, Integration>>),
);

/** Operations that only look; for operations that the catalogue does not list. */
const READING_VERBS = /^(get|list|describe|head|batchGet|lookup|search|scan|query|detect|check|poll|receive)/;

export interface CatalogEntry {
  readonly integration: Integration;
  /** False when the operation was classified by its verb alone. */
  readonly isListed: boolean;
}

/** The entry of an operation `service:action`; unlisted ones are told by their verb. */
export function lookUp(service: string, action: string): CatalogEntry {
  const listed = CATALOG.get(`${service}:${action}`) ?? CATALOG.get(`${service}:*`);
  if (listed !== undefined) return { integration: listed, isListed: true };
  const isReading = READING_VERBS.test(action);
  const integration: Integration = {
    as: isReading ? 'read' : 'write',
    kind: 'service',
    fixed: service,
    idempotent: isReading ? true : null,
  };
  return { integration, isListed: false };
}

/** A resource of a Task taken apart. */
export type TaskResource =
  | { readonly kind: 'integration'; readonly service: string; readonly action: string; readonly pattern: CallPattern }
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

/** Takes a Task's `Resource` apart. */
export function readTaskResource(text: string): TaskResource {
  const integration =
    /^arn:[^:]+:states:[^:]*:[^:]*:(?:aws-sdk:)?([A-Za-z0-9-]+):([A-Za-z0-9]+)(?:\.(sync:2|sync|waitForTaskToken))?$/.exec(
      text,
    );
  if (integration !== null && integration[1] !== 'activity' && integration[1] !== 'stateMachine') {
    const [, service = '', action = '', pattern] = integration;
    return { kind: 'integration', service, action, pattern: PATTERNS[pattern ?? ''] ?? 'request' };
  }
  if (/^arn:[^:]+:states:[^:]*:[^:]*:activity:/.test(text)) return { kind: 'activity', text };
  const placeholder = /^\$\{([^}]+)\}(.*)$/s.exec(text);
  if (placeholder !== null) return { kind: 'placeholder', name: placeholder[1] ?? '', suffix: placeholder[2] ?? '' };
  if (/^arn:[^:]*(?:\$\{[^}]*\})?[^:]*:lambda:.*:function:/s.test(text)) return { kind: 'lambda', text };
  return { kind: 'unknown', text };
}
