import http from 'node:http';
import { readAuthority } from './upstream.ts';

/** Answers of the Extensions API that are read, in bytes. */
const ANSWER_BYTES_MAX = 64 * 1024;
const EXTENSION_ID = 'lambda-extension-identifier';

interface Answer {
  readonly status: number;
  readonly id: string;
  readonly body: string;
}

function request(url: URL, options: http.RequestOptions, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > ANSWER_BYTES_MAX) response.destroy(new Error('the answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () => {
        const id = response.headers[EXTENSION_ID];
        resolve({ status: response.statusCode ?? 0, id: typeof id === 'string' ? id : '', body: text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/**
 * Registers as an extension that only wants to hear of the shutdown, and returns when it comes. A sandbox with such an extension sends SIGTERM to its
 * runtime and waits, so that the wrapper can write what it still has; one without kills it at once.
 *
 * @param name file name in `/opt/extensions`, as the Extensions API asks.
 * @returns false when the Extensions API does not take the registration or ends otherwise; never rejects.
 */
export async function waitForShutdown(runtimeApi: string, name: string): Promise<boolean> {
  const target = readAuthority(runtimeApi);
  if (target === null) return false;
  const base = `http://${runtimeApi}/2020-01-01/extension`;
  try {
    const registered = await request(
      new URL(`${base}/register`),
      { method: 'POST', headers: { 'lambda-extension-name': name, 'content-type': 'application/json' } },
      JSON.stringify({ events: ['SHUTDOWN'] }),
    );
    if (registered.status !== 200 || registered.id === '') return false;
    const event = await request(
      new URL(`${base}/event/next`),
      { method: 'GET', headers: { [EXTENSION_ID]: registered.id } },
      '',
    );
    return event.status === 200 && /"eventType"\s*:\s*"SHUTDOWN"/.test(event.body);
  } catch {
    return false;
  }
}
