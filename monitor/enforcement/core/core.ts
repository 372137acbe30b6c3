import type { Decision } from '../../../model/decision.ts';
import { joinLabels, worstLabel } from '../../../model/label-tables.ts';
import type { LabelDescription } from '../../../model/label.ts';
import type { InvocationInput } from '../../../model/run-time-input.ts';
import type { Evaluation } from '../../../policies/engine/types.ts';
import { verifyBatch } from '../context/batch.ts';
import { ContextError } from '../context/errors.ts';
import { isContextStripped } from '../context/presence.ts';
import type { CarriedContext } from '../context/types.ts';
import type { Admission, Arrival, DecisionCore, InvocationOutcome } from '../types.ts';
import type { LoadedPolicy } from './active-policy.ts';
import { ANONYMOUS } from './callers.ts';
import { bottomOf, latticeOf, makeInput, type Findings } from './input.ts';
import { failed, interpret, type Interpretation } from './interpret.ts';
import { onlyWhatDoorsCan, proveAgain } from './obligations.ts';
import { onwardContext } from './onward.ts';
import type { CoreOptions } from './options.ts';
import type { DecisionRecord } from './record.ts';
import { refuse } from './refusal.ts';
import { exceptionFor, type Route, type RouteException } from './route.ts';
import { ShadowRunner } from './shadow.ts';

/** Decisions that are being made at once; beyond it calls are refused as overload. */
export const PENDING_MAX = 2_000;

/** Everything that is known when the policy is asked. */
interface Asked {
  readonly arrival: Arrival;
  readonly route: Route;
  readonly policy: LoadedPolicy | null;
  readonly carried: CarriedContext | null;
  readonly input: InvocationInput;
}

interface Answer {
  readonly interpretation: Interpretation;
  readonly evaluation: Evaluation | null;
  readonly asked: Asked | null;
}

/** An invocation that has taken its place. */
interface Begun {
  readonly ok: true;
  readonly contextToken: string | null;
  readonly label: LabelDescription;
  readonly undo: () => void;
}

interface NotBegun {
  readonly ok: false;
  readonly cause: 'unrecorded' | 'context';
  readonly detail: string;
}

/** Where one arrival stands. */
interface Visit {
  readonly arrival: Arrival;
  readonly invocationId: string;
  readonly functionId: string;
  readonly nowMs: number;
  readonly startedNs: bigint;
}

/** Decides arrivals. See {@link DecisionCore}; one instance per node. */
export class EnforcementCore implements DecisionCore {
  readonly #options: CoreOptions;
  readonly #inFlight = new Map<string, number>();
  readonly #shadow: ShadowRunner;
  #pending = 0;
  #isDraining = false;

  constructor(options: CoreOptions) {
    this.#options = options;
    this.#shadow = new ShadowRunner(options);
  }

  /** Invocations that were admitted and have not ended. */
  get inFlight(): number {
    return [...this.#inFlight.values()].reduce((sum, count) => sum + count, 0);
  }

  /** From now on everything that arrives is refused; what is in flight goes on. */
  drain(): void {
    this.#isDraining = true;
  }

  async admit(arrival: Arrival): Promise<Admission> {
    const { clock, randomId } = this.#options;
    const visit: Visit = {
      arrival,
      invocationId: randomId(),
      functionId: `${arrival.platform}:${arrival.functionName}`,
      nowMs: clock.nowMs(),
      startedNs: clock.monotonicNs(),
    };
    const route = this.#options.routes.get(arrival.route) ?? null;
    this.#pending += 1;
    try {
      const answer = await this.#ask(visit, route);
      return this.#carryOut(visit, route, answer);
    } catch (error) {
      // Nothing above is expected to throw: whatever did is our defect, and a call is never let through by a defect.
      const name = error instanceof Error ? error.name : typeof error;
      return this.#carryOut(visit, null, refusedBefore(failed('thrown', `internal error (${name})`)));
    } finally {
      this.#pending -= 1;
    }
  }

  async #ask(visit: Visit, route: Route | null): Promise<Answer> {
    if (route === null) return refusedBefore(failed('no-policy', 'no such route'));
    if (this.#isDraining) return refusedBefore(failed('draining', 'the point is being stopped'));
    if (this.#pending > PENDING_MAX) return refusedBefore(failed('overload', 'too many decisions at once'));
    if ((this.#inFlight.get(route.name) ?? 0) >= route.inFlightMax) {
      return refusedBefore(failed('overload', 'too many invocations of this route in flight'));
    }
    const asked = await this.#lookAt(visit, route);
    const { policy, input } = asked;
    const { context } = input.weir;
    if (context.status === 'refused') {
      return { interpretation: failed('context', context.reason ?? 'refused'), evaluation: null, asked };
    }
    // The operator's word holds whatever the active policy reads.
    const { quarantine } = input.weir.instance;
    if (quarantine !== null) return { interpretation: failed('quarantine', quarantine.cause), evaluation: null, asked };
    if (policy === null) return { interpretation: failed('no-policy', 'no bundle is active'), evaluation: null, asked };
    if (this.#options.deniesWhenStale && input.weir.policy.isStale) {
      return { interpretation: failed('stale', 'the bundle is older than allowed'), evaluation: null, asked };
    }
    const evaluation = await this.#evaluate(visit, route, { policy, input });
    // What a policy denies it denies also when it is late: an exception for lateness must not set that aside.
    const isDenial = evaluation.kind === 'result' && interpret(evaluation).verdict === 'deny';
    if (!isDenial && this.#elapsedMs(visit) > route.deadlineMs) {
      return { interpretation: failed('late', 'the deadline passed'), evaluation, asked };
    }
    const proved = proveAgain(interpret(evaluation), input);
    return { interpretation: onlyWhatDoorsCan(proved, visit.arrival.door), evaluation, asked };
  }

  #evaluate(
    visit: Visit,
    route: Route,
    { policy, input }: { readonly policy: LoadedPolicy; readonly input: InvocationInput },
  ): Evaluation | Promise<Evaluation> {
    return this.#options.active.evaluate(policy, {
      entrypoint: route.entrypoint,
      input,
      nowMs: visit.nowMs,
      tenant: input.weir.caller.tenant ?? '',
    });
  }

  /** Establishes what policies are told. */
  async #lookAt(visit: Visit, route: Route): Promise<Asked> {
    const { arrival, functionId, nowMs, startedNs } = visit;
    const { active, instances, rates, node, policyStatus } = this.#options;
    const policy = active.current;
    const data = policy?.data ?? null;
    const { carried, context } = this.#verifyContext(visit, route);
    const instance = instances.look(arrival.instanceId, latticeOf(data), nowMs);
    const findings: Findings = {
      invocationId: visit.invocationId,
      functionId,
      caller: await this.#callerOf(arrival, route, carried, nowMs),
      carried,
      context,
      instance: {
        id: arrival.instanceId,
        residualLabel: instance.residualLabel,
        quarantine: instance.quarantine,
        inFlight: instance.inFlight,
      },
      admittedPerMinute: rates.perMinute(functionId, startedNs),
      node: node(),
      policy: policyStatus(),
      data,
      nowMs,
    };
    return { arrival, route, policy, carried, input: makeInput(arrival, route, findings) };
  }

  #verifyContext(
    { arrival, functionId, nowMs }: Visit,
    route: Route,
  ): { readonly carried: CarriedContext | null; readonly context: InvocationInput['weir']['context'] } {
    const { contexts } = this.#options;
    const { contextBatch } = arrival;
    if (contextBatch === undefined && arrival.contextToken === null) {
      const { contextToken, transportCaller } = arrival;
      const doesRouteRequireContext = route.requiresContext;
      const isStripped = isContextStripped({ contextToken, doesRouteRequireContext, transportCaller });
      return {
        carried: null,
        context: isStripped ? { status: 'refused', reason: 'stripped' } : { status: 'absent', reason: null },
      };
    }
    if (contexts === null) return { carried: null, context: { status: 'refused', reason: 'unknown-key' } };
    const expected = { audience: functionId, nowMs };
    const verified =
      contextBatch === undefined
        ? contexts.verify(arrival.contextToken ?? '', expected)
        : verifyBatch(contexts, contextBatch, expected);
    return verified.ok
      ? { carried: verified.context, context: { status: 'verified', reason: null } }
      : { carried: null, context: { status: 'refused', reason: verified.reason } };
  }

  async #callerOf(
    arrival: Arrival,
    route: Route,
    carried: CarriedContext | null,
    nowMs: number,
  ): Promise<InvocationInput['weir']['caller']> {
    if (carried !== null) {
      const { holder, tenant, issuedAtMs } = carried;
      return { kind: 'function', id: holder, tenant, provedBy: 'context', provedAtMs: issuedAtMs };
    }
    if (arrival.transportCaller !== null) return arrival.transportCaller;
    const verifier = this.#options.bearers.get(route.name);
    if (verifier === undefined || arrival.bearerToken === null) return ANONYMOUS;
    return (await verifier.verify(arrival.bearerToken, nowMs)) ?? ANONYMOUS;
  }

  /** Applies mode and exceptions, begins the invocation when it is admitted, records, and only then answers. */
  #carryOut(visit: Visit, route: Route | null, answer: Answer): Admission {
    const { interpretation } = answer;
    const exception =
      route === null || interpretation.verdict === 'allow'
        ? null
        : exceptionFor(route, interpretation.cause, visit.nowMs);
    const isDry = route?.mode === 'dry-run' && mayPassDry(interpretation);
    const isAdmitted = interpretation.verdict === 'allow' || exception !== null || isDry;
    const record = this.#recordOf(visit, route, { answer, exception, isAdmitted });
    const prepared = isAdmitted && route !== null ? this.#begin(visit, route, answer) : null;
    if (prepared?.ok === false) return this.#refuse(visit, failedRecord(record, prepared));
    if (!this.#options.recorder.record(record) && this.#options.mustRecord) {
      prepared?.undo();
      const detail = 'the decision cannot be recorded';
      return this.#refuse(visit, failedRecord(record, { cause: 'unrecorded', detail }));
    }
    for (const observer of this.#options.observers) observer.decided(record, visit.arrival);
    if (answer.asked !== null) this.#shadow.consider(record, answer.asked.input, route?.entrypoint ?? '');
    if (prepared === null) return this.#refusedAdmission(visit, record);
    return {
      decision: record.decision,
      isAdmitted: true,
      invocationId: visit.invocationId,
      contextToken: prepared.contextToken,
      obligations: interpretation.obligations,
      label: prepared.label,
      refusal: null,
      complete: this.#completer(record, prepared.undo),
    };
  }

  /** Takes the place of the invocation: label, rate, load, context. Null when the instance's label cannot be kept. */
  #begin({ arrival, functionId, startedNs }: Visit, route: Route, { asked }: Answer): Begun | NotBegun {
    const { instances, rates } = this.#options;
    const data = asked?.policy?.data ?? null;
    const lattice = latticeOf(data);
    const label = asked?.input.weir.data.label ?? bottomOf(data);
    try {
      instances.begin(arrival.instanceId, label, lattice);
    } catch {
      return { ok: false, cause: 'unrecorded', detail: 'the label of the instance cannot be kept' };
    }
    rates.admit(functionId, startedNs);
    this.#inFlight.set(route.name, (this.#inFlight.get(route.name) ?? 0) + 1);
    const undo = (): void => {
      instances.end(arrival.instanceId);
      this.#inFlight.set(route.name, Math.max(0, (this.#inFlight.get(route.name) ?? 0) - 1));
    };
    try {
      return { ok: true, contextToken: this.#issue(asked, route), label, undo };
    } catch (error) {
      undo();
      const code = error instanceof ContextError ? error.code : 'internal error';
      return { ok: false, cause: 'context', detail: `no context can be issued (${code})` };
    }
  }

  /** @throws ContextError when there is no key to sign with, or the context would be too large. */
  #issue(asked: Asked | null, route: Route): string | null {
    const { contexts, instances } = this.#options;
    if (contexts === null || asked === null || !route.issuesContext) return null;
    const { input, carried, policy } = asked;
    // Whoever came with a context that does not verify gets no good one for it, also where everything is let through.
    if (input.weir.context.status === 'refused') return null;
    const data = policy?.data ?? null;
    const lattice = latticeOf(data);
    const residual = instances.look(input.weir.instance.id, lattice, input.time.unixMs).residualLabel;
    // An instance that may have seen anything may send anything.
    const label = joinLabels(lattice, input.weir.data.label, residual ?? worstLabel(lattice));
    const claims = onwardContext({
      input,
      carried,
      data,
      callees: policy?.callees ?? null,
      label,
      maxUses: route.contextUsesMax,
    });
    return claims === null ? null : contexts.issue(claims, input.time.unixMs);
  }

  #completer(record: DecisionRecord, undo: () => void): (outcome: InvocationOutcome) => void {
    const beganNs = this.#options.clock.monotonicNs();
    let isComplete = false;
    return (outcome) => {
      if (isComplete) return;
      isComplete = true;
      undo();
      const durationNs = Number(this.#options.clock.monotonicNs() - beganNs);
      for (const observer of this.#options.observers) observer.completed?.(record, outcome, durationNs);
    };
  }

  #recordOf(
    visit: Visit,
    route: Route | null,
    {
      answer,
      exception,
      isAdmitted,
    }: { readonly answer: Answer; readonly exception: RouteException | null; readonly isAdmitted: boolean },
  ): DecisionRecord {
    const { interpretation, evaluation, asked } = answer;
    const { verdict, cause, deny, obligations, alerts, envoy, detail } = interpretation;
    const decision: Decision = {
      id: this.#options.randomId(),
      invocationId: visit.invocationId,
      entrypoint: route?.entrypoint ?? '',
      mode: route?.mode ?? 'enforce',
      verdict,
      effective: isAdmitted ? 'allow' : 'deny',
      cause: exception === null ? cause : 'exception',
      deny,
      obligations,
      alerts,
      revision: asked?.policy?.revision ?? '',
      envoy,
      evaluationNs: evaluation?.elapsedNs ?? 0,
    };
    return {
      decision,
      door: visit.arrival.door,
      route: visit.arrival.route,
      functionId: visit.functionId,
      instanceId: visit.arrival.instanceId,
      bundleName: asked?.policy?.bundleName ?? '',
      input: asked?.input ?? null,
      output: evaluation?.kind === 'result' ? evaluation.value : null,
      detail: exception === null ? detail : `${cause}: ${detail ?? ''}`,
      exception,
      arrivedAtMs: visit.nowMs,
      totalNs: Number(this.#options.clock.monotonicNs() - visit.startedNs),
    };
  }

  /** A refusal that comes after the decision was made, because it cannot be kept. */
  #refuse(visit: Visit, record: DecisionRecord): Admission {
    this.#options.recorder.record(record);
    for (const observer of this.#options.observers) observer.decided(record, visit.arrival);
    return this.#refusedAdmission(visit, record);
  }

  #refusedAdmission(visit: Visit, record: DecisionRecord): Admission {
    const { decision } = record;
    return {
      decision,
      isAdmitted: false,
      invocationId: visit.invocationId,
      contextToken: null,
      obligations: [],
      label: record.input?.weir.data.label ?? bottomOf(this.#options.active.current?.data ?? null),
      refusal: refuse(decision, this.#options.refusalStatuses),
      complete: () => undefined,
    };
  }

  #elapsedMs({ startedNs }: Visit): number {
    return Number(this.#options.clock.monotonicNs() - startedNs) / 1e6;
  }
}

/** The record of a call that was to go on and could not. */
function failedRecord(record: DecisionRecord, { cause, detail }: Pick<NotBegun, 'cause' | 'detail'>): DecisionRecord {
  const decision: Decision = { ...record.decision, verdict: 'deny', effective: 'deny', cause };
  return { ...record, decision, detail, exception: null };
}

const refusedBefore = (interpretation: Interpretation): Answer => ({ interpretation, evaluation: null, asked: null });

/** In dry-run a policy's word and a failing policy are let through; a point that is stopping or overloaded stays closed. */
function mayPassDry({ cause }: Interpretation): boolean {
  return cause !== 'draining' && cause !== 'overload' && cause !== 'bad-request';
}
