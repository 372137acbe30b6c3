import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { DecisionCore } from '../types.ts';
import type { LambdaProxyOptions } from './options.ts';
import { startLambdaProxy } from './proxy.ts';

/** Codes of shells for a program that was not found, and for one that was ended by a signal. */
const EXIT_NOT_FOUND = 127;
const EXIT_SIGNAL_BASE = 128;
/** Signals that are handed on to the runtime. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** The program that is wrapped: what Lambda passes to `AWS_LAMBDA_EXEC_WRAPPER`. */
export interface RuntimeProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Environment of the runtime; `AWS_LAMBDA_RUNTIME_API` in it is replaced. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Receives the signals to hand on: `process`. */
  readonly signals: NodeJS.EventEmitter;
}

/**
 * Runs a runtime behind a proxy of its own, and ends with it: there is never a runtime without the proxy, nor a proxy without the runtime.
 *
 * @returns the exit code to end with, as {@link runBehind}.
 */
export async function runRuntime(
  core: DecisionCore,
  options: LambdaProxyOptions,
  program: RuntimeProgram,
): Promise<number> {
  const proxy = await startLambdaProxy(core, options);
  const code = await runBehind(proxy.address, program);
  await proxy.close();
  return code;
}

/**
 * Runs a runtime behind a proxy that serves already.
 *
 * @param address of the proxy.
 * @returns the runtime's exit code, 128 and its signal's number, or 127 when it could not be started. Never rejects.
 */
export async function runBehind(address: string, program: RuntimeProgram): Promise<number> {
  const child = spawn(program.command, program.arguments, {
    env: { ...program.environment, AWS_LAMBDA_RUNTIME_API: address },
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of SIGNALS) program.signals.on(signal, forward);
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => {
      resolve(EXIT_NOT_FOUND);
    });
    child.on('exit', (exitCode, signal) => {
      resolve(exitCode ?? EXIT_SIGNAL_BASE + (signal === null ? 0 : constants.signals[signal]));
    });
  });
  for (const signal of SIGNALS) program.signals.off(signal, forward);
  return code;
}
