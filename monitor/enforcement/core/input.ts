import type { BreakGlassGrant, LevelTable, PolicyData } from '../../../model/policy-data.ts';
import type { LabelDescription } from '../../../model/label.ts';
import { bottomLabel, ownEntry, worstLabel, type LatticeTables } from '../../../model/label-tables.ts';
import type {
  CallerContext,
  DataContext,
  ExecutionContext,
  InvocationContext,
  InvocationInput,
} from '../../../model/run-time-input.ts';
import type { CarriedContext } from '../context/types.ts';
import type { Arrival } from '../types.ts';
import type { PolicyStatus } from './active-policy.ts';
import type { Route } from './route.ts';

/**
 * The lattice of bundles without one. Nothing can be compared then: what is joined with anything else is `unknown`, and no policy can take that for
 * a level that it knows.
 */
const UNKNOWN_LEVELS: LevelTable = {
  flowsTo: { none: { none: true, unknown: true }, unknown: { unknown: true } },
  join: { none: { none: 'none', unknown: 'unknown' }, unknown: { none: 'unknown', unknown: 'unknown' } },
  bottom: 'none',
  top: 'unknown',
};
export const UNKNOWN_LATTICE: LatticeTables = { confidentiality: UNKNOWN_LEVELS, integrity: UNKNOWN_LEVELS };

/** What was found out about an arrival before the policy is asked. */
export interface Findings {
  readonly invocationId: string;
  readonly functionId: string;
  readonly caller: CallerContext;
  readonly carried: CarriedContext | null;
  readonly context: InvocationContext['context'];
  readonly instance: InvocationContext['instance'];
  readonly admittedPerMinute: number;
  readonly node: InvocationContext['node'];
  readonly policy: PolicyStatus;
  readonly data: PolicyData | null;
  readonly nowMs: number;
}

/** Puts together what a policy sees. */
export function makeInput(arrival: Arrival, route: Route, findings: Findings): InvocationInput {
  const { nowMs, functionId } = findings;
  const parsedBody = arrival.parsedBody;
  return {
    time: { rfc3339: new Date(nowMs).toISOString(), unixMs: nowMs },
    attributes: arrival.attributes,
    parsed_path: arrival.parsedPath,
    parsed_query: arrival.parsedQuery,
    ...(parsedBody === undefined ? {} : { parsed_body: parsedBody }),
    truncated_body: arrival.isBodyTruncated,
    version: { ext_authz: 'v3', encoding: 'protojson' },
    weir: {
      schema: 'weir.invocation/1',
      invocation: {
        id: findings.invocationId,
        claimedId: arrival.claimedId,
        attempt: arrival.attempt,
        trigger: arrival.trigger,
      },
      function: {
        id: functionId,
        name: arrival.functionName,
        platform: arrival.platform,
        version: arrival.functionVersion,
        digest: arrival.functionDigest,
        memoryLimitBytes: arrival.memoryLimitBytes,
        timeoutMs: arrival.timeoutMs,
        admittedPerMinute: findings.admittedPerMinute,
      },
      instance: findings.instance,
      node: findings.node,
      caller: findings.caller,
      execution: executionOf(findings, route),
      data: dataOf(arrival, route, findings),
      context: findings.context,
      smuggled: arrival.isFromPlatform ? [] : [...new Set(arrival.platformState)].sort(),
      policy: findings.policy,
      breakGlass: breakGlassOf(arrival, findings),
    },
  };
}

/** The lattice in force. */
export const latticeOf = (data: PolicyData | null): LatticeTables => data?.lattice ?? UNKNOWN_LATTICE;

function executionOf({ carried, invocationId, nowMs }: Findings, route: Route): ExecutionContext | null {
  if (carried === null) {
    return route.startsComposition === null
      ? null
      : {
          id: invocationId,
          composition: route.startsComposition,
          fromStep: null,
          parent: null,
          depth: 0,
          startedAtMs: nowMs,
        };
  }
  const { execution } = carried;
  if (execution.composition === NO_COMPOSITION) return null;
  return {
    id: execution.id,
    composition: execution.composition,
    fromStep: execution.step,
    parent: carried.invocationId,
    depth: execution.depth + 1,
    startedAtMs: execution.startedAtMs,
  };
}

/** What a carried context names as composition when the calls belong to none. */
export const NO_COMPOSITION = '';

function dataOf(arrival: Arrival, route: Route, { carried, context, data }: Findings): DataContext {
  const common = { expiresAtMs: carried?.dataExpiresAtMs ?? null, sizeBytes: arrival.sizeBytes };
  if (carried !== null) return { label: carried.label, evidence: 'context', ...common };
  // A call whose context was refused is not one from outside, whose label somebody declared.
  if (route.entryLabel === 'worst' || context.status === 'refused')
    return { label: worstLabel(latticeOf(data)), evidence: 'unknown', ...common };
  return { label: normal(route.entryLabel), evidence: 'declared', ...common };
}

/** Lists as sorted sets, as policies are promised. */
function normal(label: LabelDescription): LabelDescription {
  return {
    ...label,
    region: label.region === 'all' ? 'all' : [...label.region].sort(),
    tenant: label.tenant === 'all' ? 'all' : [...label.tenant].sort(),
    marks: [...label.marks].sort(),
  };
}

/** A grant that the caller asks for and that is made out to the caller. Whether it applies, and until when, is for policies to say. */
function breakGlassOf(arrival: Arrival, { caller, data }: Findings): InvocationContext['breakGlass'] {
  const id = arrival.breakGlassGrant;
  if (id === null || data === null) return null;
  const grant: BreakGlassGrant | undefined = ownEntry(data.breakGlass, id);
  if (grant === undefined || caller.provedBy === 'none' || caller.id !== grant.by) return null;
  return { grant: id, by: grant.by, reason: grant.reason, expiresAtMs: grant.expiresAtMs };
}

/** The bottom of the lattice in force, for what nothing is known to be in. */
export const bottomOf = (data: PolicyData | null): LabelDescription => bottomLabel(latticeOf(data));
