import type { InvocationContext } from '../../../model/run-time-input.ts';
import type { ContextAuthority } from '../context/types.ts';
import type { MonitorClock } from '../types.ts';
import type { ActivePolicy, PolicyStatus } from './active-policy.ts';
import type { BearerVerifier } from './callers.ts';
import type { InstanceRegistry } from './instances.ts';
import type { AdmissionRates } from './rates.ts';
import type { DecisionObserver, DecisionRecorder } from './record.ts';
import type { RefusalStatuses } from './refusal.ts';
import type { Route } from './route.ts';

/** What the core is made of. Everything that changes state or reads the world is handed in. */
export interface CoreOptions {
  readonly clock: MonitorClock;
  /** Unguessable and unique, e.g. a UUID of version 4. */
  readonly randomId: () => string;
  readonly routes: ReadonlyMap<string, Route>;
  /** Verifiers of bearer tokens by route. */
  readonly bearers: ReadonlyMap<string, BearerVerifier>;
  readonly active: ActivePolicy;
  /** Decides beside the active policy when it holds one; only differences are counted. */
  readonly candidate: ActivePolicy;
  readonly policyStatus: () => PolicyStatus;
  readonly deniesWhenStale: boolean;
  readonly contexts: ContextAuthority | null;
  readonly instances: InstanceRegistry;
  readonly rates: AdmissionRates;
  readonly node: () => InvocationContext['node'];
  readonly recorder: DecisionRecorder;
  /** Refuse what cannot be recorded. */
  readonly mustRecord: boolean;
  readonly observers: readonly DecisionObserver[];
  readonly refusalStatuses: RefusalStatuses;
}
