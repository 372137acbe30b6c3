import http from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionContext } from 'ava';
import { startLambdaProxy, type LambdaProxy } from '../../../../../monitor/enforcement/lambda/proxy.ts';
import type { LambdaProxyOptions } from '../../../../../monitor/enforcement/lambda/options.ts';
import type { Admission, Arrival, DecisionCore, InvocationOutcome } from '../../../../../monitor/enforcement/types.ts';
import type { Denial, Obligation } from '../../../../../model/decision.ts';
import { RuntimeApiDouble } from './runtime-api-double.ts';

const DENIAL: Denial = {
  id: 'WEIR-CALL-003',
  severity: 'high',
  message: 'The caller may not call grade-catch.',
  action: 'Add it to the callers in the contract.',
  evidence: {},
  undecided: false,
};

/** How the core of a test answers. */
export interface Ruling {
  readonly isAdmitted: boolean;
  readonly contextToken?: string | null;
  readonly obligations?: readonly Obligation[];
}

/** A core that answers as it is told, and remembers what it was asked and how invocations ended. */
export class CoreDouble implements DecisionCore {
  readonly arrivals: Arrival[] = [];
  readonly outcomes: InvocationOutcome[] = [];
  readonly #rule: (arrival: Arrival) => Ruling | Promise<Ruling>;
  #onOutcome: (() => void) | null = null;

  constructor(rule: (arrival: Arrival) => Ruling | Promise<Ruling>) {
    this.#rule = rule;
  }

  async admit(arrival: Arrival): Promise<Admission> {
    this.arrivals.push(arrival);
    const { isAdmitted, contextToken = null, obligations = [] } = await this.#rule(arrival);
    const verdict = isAdmitted ? 'allow' : 'deny';
    let isComplete = false;
    return {
      decision: {
        id: `decision-${this.arrivals.length}`,
        invocationId: `invocation-${this.arrivals.length}`,
        entrypoint: 'weir/invocation/decision',
        mode: 'enforce',
        verdict,
        effective: verdict,
        cause: 'policy',
        deny: isAdmitted ? [] : [DENIAL],
        obligations,
        alerts: [],
        revision: 'r7',
        envoy: null,
        evaluationNs: 1,
      },
      isAdmitted,
      invocationId: `invocation-${this.arrivals.length}`,
      contextToken,
      obligations,
      label: { confidentiality: 'vessel', integrity: 'trusted', region: 'all', tenant: 'all', marks: [] },
      refusal: null,
      complete: (outcome) => {
        if (isComplete) return;
        isComplete = true;
        this.outcomes.push(outcome);
        this.#onOutcome?.();
      },
    };
  }

  /** Waits until so many invocations have ended. */
  async ended(count: number): Promise<void> {
    while (this.outcomes.length < count) {
      await new Promise<void>((resolve) => {
        this.#onOutcome = resolve;
      });
    }
  }
}

export const ALLOWING = (): Ruling => ({ isAdmitted: true });

/** A Runtime API, a proxy before it, and the core that decides; all closed at the end of the test. */
export async function startProxy(
  t: ExecutionContext,
  rule: (arrival: Arrival) => Ruling | Promise<Ruling>,
  options: Partial<LambdaProxyOptions> = {},
): Promise<{ readonly api: RuntimeApiDouble; readonly core: CoreDouble; readonly proxy: LambdaProxy }> {
  const api = new RuntimeApiDouble();
  await api.listen();
  const core = new CoreDouble(rule);
  const proxy = await startLambdaProxy(core, {
    runtimeApi: api.address,
    port: 0,
    route: 'grading',
    platform: 'aws-lambda',
    function: { name: 'grade-catch', version: '12', digest: null, memoryLimitBytes: 268_435_456 },
    instanceId: '2027/03/16/[12]c0ffee',
    carrier: 'client-context',
    clock: { nowMs: () => Date.now(), monotonicNs: () => process.hrtime.bigint() },
    ...options,
    limits: { retryDelayMs: 20, drainMs: 50, ...options.limits },
  });
  t.teardown(async () => {
    await proxy.close();
    await api.close();
  });
  return { api, core, proxy };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A runtime that does what the test says, on a connection of its own. */
export class RuntimeDouble {
  readonly #address: string;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  readonly #aborter = new AbortController();

  constructor(address: string) {
    this.#address = address;
  }

  call(method: 'GET' | 'POST', path: string, body = '', headers: http.OutgoingHttpHeaders = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const url = `http://${this.#address}${path}`;
      const request = http.request(url, { method, headers, agent: this.#agent, signal: this.#aborter.signal });
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      request.end(body);
    });
  }

  next(): Promise<Reply> {
    return this.call('GET', '/2018-06-01/runtime/invocation/next');
  }

  respond(requestId: string, body: string): Promise<Reply> {
    return this.call('POST', `/2018-06-01/runtime/invocation/${requestId}/response`, body);
  }

  /** Dies: every connection ends at once. */
  kill(): void {
    this.#aborter.abort();
    this.#agent.destroy();
  }
}
