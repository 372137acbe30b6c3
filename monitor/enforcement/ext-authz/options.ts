import type { DecisionCause } from '../../../model/decision.ts';
import type { MonitorClock } from '../types.ts';
import type { ExtAuthzRoute, PrincipalTrust } from './routes.ts';

/** Where the door listens. Whoever reaches it can state any request, so nothing but loopback is open without mutual TLS. */
export type ExtAuthzListen =
  | {
      readonly kind: 'unix';
      /** At most 107 bytes. Created with mode 0660. */
      readonly path: string;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: ExtAuthzTls | null };

/** PEM texts. */
export interface ExtAuthzTls {
  readonly certificate: string;
  readonly key: string;
  /** Authorities of client certificates; null asks for none, which only a loopback address may do. */
  readonly clientAuthorities: string | null;
}

export interface ExtAuthzLimits {
  /** Bytes of one request as it is sent; Envoy's `max_request_bytes` should leave room for headers below it. */
  readonly messageBytesMax: number;
  /** Checks of one connection at once; Envoy queues more. */
  readonly streamsMax: number;
  /** Connections at once; more are closed as they come. */
  readonly connectionsMax: number;
  /** Checks that are being decided at once; more are refused as overload. */
  readonly pendingMax: number;
  /** Lateness of the event loop, milliseconds, from which on checks are refused as overload before they are read. */
  readonly loopLagMsMax: number;
  /** From the arrival of a check to its answer, milliseconds; Envoy's `timeout` should be longer. */
  readonly decisionMsMax: number;
  /** For a new connection to say something, milliseconds. */
  readonly silentMsMax: number;
  /** A connection without checks is closed after it, milliseconds. */
  readonly idleMsMax: number;
  /** For checks that are running when the door is closed, milliseconds. */
  readonly closeMsMax: number;
  /** Invocations that are assumed to be running ({@link ExtAuthzRoute.assumedDurationMs}); more count as ended at once. */
  readonly assumedRunningMax: number;
}

export const EXT_AUTHZ_LIMITS: ExtAuthzLimits = {
  messageBytesMax: 512 * 1024,
  streamsMax: 512,
  connectionsMax: 1_024,
  pendingMax: 1_000,
  loopLagMsMax: 250,
  decisionMsMax: 1_000,
  silentMsMax: 10_000,
  idleMsMax: 3_600_000,
  closeMsMax: 5_000,
  assumedRunningMax: 10_000,
};

/** A check that was refused before the core could decide. `detail` has nothing of the request. */
export interface DoorRefusal {
  readonly cause: Extract<DecisionCause, 'bad-request' | 'overload' | 'draining' | 'late' | 'thrown'>;
  readonly detail: string;
}

export interface ExtAuthzOptions {
  readonly listen: ExtAuthzListen;
  readonly routes: readonly ExtAuthzRoute[];
  readonly principals: PrincipalTrust;
  readonly clock: MonitorClock;
  /** Whether a policy is active: what health checks are told. */
  readonly isReady: () => boolean;
  /** Hears of every refusal that is not a decision; must not throw. */
  readonly onRefused: (refusal: DoorRefusal) => void;
  readonly limits: Partial<ExtAuthzLimits>;
}

/** What happened since the start. Everything that was refused or lost is counted. */
export interface ExtAuthzCounters {
  readonly checks: number;
  readonly passed: number;
  /** Refused by a decision. */
  readonly denied: number;
  /** Refused because of the request's form. */
  readonly malformed: number;
  readonly overloaded: number;
  /** Refused because the door is being closed. */
  readonly drained: number;
  /** The core did not decide in time. */
  readonly late: number;
  /** The core failed: a defect. */
  readonly failed: number;
  /** Admitted, but what the policy asks for cannot be done here. */
  readonly unmet: number;
  /** Envoy went away, or its deadline passed, before the answer. */
  readonly cancelled: number;
  readonly connectionsRefused: number;
  readonly connectionsSilent: number;
  /** Invocations counted as ended at once because too many were assumed to be running. */
  readonly assumedRunningRefused: number;
}

/** The running door. */
export interface ExtAuthz {
  /** Where it listens, e.g. `unix:/run/weir/ext-authz.sock` or `127.0.0.1:9191`. */
  readonly address: string;
  counters(): ExtAuthzCounters;
  /** Refuses new checks and tells health checks so; resolves when those that run have been answered. */
  drain(): Promise<void>;
  /** Drains, lets connections end for a while, and then ends them. */
  close(): Promise<void>;
}

/** A mistake in the configuration of the door. */
export class ExtAuthzError extends Error {
  readonly code: string;
  readonly help: string;

  constructor(code: string, message: string, help: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}
