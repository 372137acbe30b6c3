import { chmodSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createConnection } from 'node:net';
import type { JsonValue } from '../../model/json.ts';
import type { DecisionLogEvent } from '../decision-log/event.ts';
import { LOG_LEVELS, type LogLevel } from '../telemetry/logger.ts';
import { closeServer } from '../telemetry/http.ts';

/** Body of a command, bytes. */
const COMMAND_BYTES_MAX = 65_536;

/** Listeners of the tail at once. */
export const TAILS_MAX = 16;

/** Bytes that a tail may be behind before events are left out and counted. */
const TAIL_BYTES_MAX = 1_048_576;

/** What the socket can ask for. */
export interface ControlTarget {
  status(): JsonValue;
  quarantine(instance: string, cause: string, untilMs: number | null): void;
  /** @returns false when it was not in quarantine. */
  release(instance: string): boolean;
  setLogLevel(level: LogLevel): void;
  /** Calls the listener with every decision from now on. @returns what ends it. */
  tail(listener: (event: DecisionLogEvent) => void): () => void;
}

/**
 * Serves the control API on a unix socket that only its owner may open. HTTP with JSON: `GET /v1/status`, `GET /v1/decisions` (JSON lines as they
 * happen, without inputs), `POST /v1/quarantine {instance, cause, untilMs?}`, `POST /v1/release {instance}`, `PUT /v1/log-level {level}`.
 *
 * @throws when the socket is in use by a living process or cannot be made.
 */
export async function serveControl(socket: string, target: ControlTarget): Promise<{ close(): Promise<void> }> {
  await removeDeadSocket(socket);
  let tails = 0;
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000 }, (request, response) => {
    const route = `${request.method ?? ''} ${request.url ?? ''}`;
    if (route === 'GET /v1/decisions') {
      if (tails >= TAILS_MAX) {
        reply(response, 503, { error: `at most ${TAILS_MAX} tails at once` });
        return;
      }
      tails += 1;
      const stop = follow(response, target);
      response.once('close', () => {
        tails -= 1;
        stop();
      });
      return;
    }
    void command(route, request, target)
      // A caller that goes away in the middle of a command is no reason to end.
      .catch((): Reply => ({ status: 400, body: { error: 'the request could not be read' } }))
      .then(({ status, body }) => {
        reply(response, status, body);
      });
  });
  // The mask makes the socket private from the moment it is there, not only after chmod.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
  } finally {
    process.umask(mask);
  }
  chmodSync(socket, 0o600);
  return { close: () => closeServer(server) };
}

interface Reply {
  readonly status: number;
  readonly body: JsonValue;
}

function reply(response: ServerResponse, status: number, body: JsonValue): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

async function command(route: string, request: IncomingMessage, target: ControlTarget): Promise<Reply> {
  if (route === 'GET /v1/status') return { status: 200, body: target.status() };
  const run = COMMANDS[route];
  if (run === undefined) return { status: 404, body: { error: `there is no ${route}` } };
  const text = await readBody(request);
  if (text === null) return { status: 413, body: { error: 'the body is too large' } };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { status: 400, body: { error: 'the body is not JSON' } };
  }
  if (typeof body !== 'object' || body === null) return { status: 400, body: { error: 'the body is not an object' } };
  try {
    return run(body as Readonly<Record<string, unknown>>, target);
  } catch (error) {
    return { status: 500, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

type Command = (body: Readonly<Record<string, unknown>>, target: ControlTarget) => Reply;

const COMMANDS: Readonly<Record<string, Command>> = {
  'POST /v1/quarantine': ({ instance, cause, untilMs }, target) => {
    const until = untilMs ?? null;
    if (typeof instance !== 'string' || typeof cause !== 'string' || !(until === null || Number.isSafeInteger(until))) {
      return {
        status: 400,
        body: { error: 'give `instance` and `cause`, and `untilMs` as milliseconds since 1970 or not at all' },
      };
    }
    target.quarantine(instance, cause, until === null ? null : Number(until));
    return { status: 200, body: { instance, quarantined: true } };
  },
  'POST /v1/release': ({ instance }, target) => {
    if (typeof instance !== 'string') return { status: 400, body: { error: 'give `instance`' } };
    return target.release(instance)
      ? { status: 200, body: { instance, quarantined: false } }
      : { status: 404, body: { error: `the instance ${instance} is not in quarantine` } };
  },
  'PUT /v1/log-level': ({ level }, target) => {
    const known = LOG_LEVELS.find((each) => each === level);
    if (known === undefined) return { status: 400, body: { error: `give \`level\`: one of ${LOG_LEVELS.join(', ')}` } };
    target.setLogLevel(known);
    return { status: 200, body: { level: known } };
  },
};

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = chunk as Buffer;
    bytes += part.length;
    if (bytes > COMMAND_BYTES_MAX) return null;
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Sends decisions as JSON lines. Inputs and results stay out: the tail is for watching, the log for evidence. */
function follow(response: ServerResponse, target: ControlTarget): () => void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  let missed = 0;
  return target.tail((event) => {
    if (response.writableLength > TAIL_BYTES_MAX) {
      missed += 1;
      return;
    }
    const { decision_id, timestamp, error, metrics, custom, result } = event;
    response.write(
      `${JSON.stringify({ decision_id, timestamp, ...(error === undefined ? {} : { error }), metrics, ...custom.weir, reasons: reasonsOf(result), ...(missed > 0 ? { missed } : {}) })}\n`,
    );
    missed = 0;
  });
}

/** Id and message of what denied. */
function reasonsOf(result: JsonValue | undefined): JsonValue {
  const deny = typeof result === 'object' && result !== null && 'deny' in result ? result['deny'] : [];
  return Array.isArray(deny)
    ? (deny as readonly JsonValue[]).flatMap((each) =>
        typeof each === 'object' && each !== null && 'id' in each && 'message' in each
          ? [{ id: each['id'], message: each['message'] }]
          : [],
      )
    : [];
}

/** A socket that nobody listens on is left over from a crash; one that answers belongs to somebody. */
async function removeDeadSocket(socket: string): Promise<void> {
  try {
    if (!statSync(socket).isSocket()) throw new Error(`${socket} is there and is no socket`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  const isAlive = await new Promise<boolean>((resolve) => {
    const connection = createConnection(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => {
      resolve(false);
    });
  });
  if (isAlive) throw new Error(`another monitor listens on ${socket}`);
  rmSync(socket);
}
