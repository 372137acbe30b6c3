import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whether the point can decide now, and what is in the way. */
export interface Readiness {
  readonly isReady: boolean;
  readonly reasons: readonly string[];
}

export interface TelemetryOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly readiness: () => Readiness;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Serves `/metrics`, `/health/live` and `/health/ready`; nothing here changes anything. */
export async function serveTelemetry(
  options: TelemetryOptions,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000 }, (request, response) => {
    void answer(options, request.url ?? '/', response);
  });
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

async function answer(options: TelemetryOptions, url: string, response: ServerResponse): Promise<void> {
  const send = (status: number, contentType: string, text: string): void => {
    response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  };
  switch (url.split('?')[0]) {
    case '/metrics': {
      const { contentType, text } = await options.metrics();
      send(200, contentType, text);
      return;
    }
    case '/health/live':
      send(200, 'text/plain', 'ok\n');
      return;
    case '/health/ready': {
      const { isReady, reasons } = options.readiness();
      send(isReady ? 200 : 503, 'application/json', `${JSON.stringify({ ready: isReady, reasons })}\n`);
      return;
    }
    default:
      send(404, 'text/plain', 'not found\n');
  }
}

/** Stops listening and ends what is idle; resolves when all connections are gone. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
