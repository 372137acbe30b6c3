import { request } from 'node:http';
import type { JsonValue } from '../../model/json.ts';
import { StartError } from '../run/files.ts';

/** Bytes of an answer. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: JsonValue;
}

const unreachable = (socket: string, error: Error): StartError =>
  new StartError(
    'MON008',
    `no monitor answers on ${socket}: ${error.message}`,
    'Start it, or name its socket with --socket.',
  );

/**
 * Asks a running monitor over its control socket.
 * @throws StartError MON008 when nobody answers.
 */
export function askMonitor(
  socket: string,
  { method, path, body }: Asked,
): Promise<{ readonly status: number; readonly body: JsonValue }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket, method, path, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) response.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      response.on('error', (error) => {
        reject(unreachable(socket, error));
      });
      response.on('end', () => {
        try {
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonValue,
          });
        } catch {
          reject(unreachable(socket, new Error('the answer is no JSON')));
        }
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in 10 s')));
    asked.on('error', (error) => {
      reject(unreachable(socket, error));
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/**
 * Follows decisions until the signal is aborted or the monitor ends.
 * @throws StartError MON008 when nobody answers.
 */
export function followMonitor(socket: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket, path: '/v1/decisions', signal }, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
      response.on('close', resolve);
      response.on('error', () => {
        resolve();
      });
    });
    asked.on('error', (error) => {
      if (signal.aborted) resolve();
      else reject(unreachable(socket, error));
    });
    asked.end();
  });
}
