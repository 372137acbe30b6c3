import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { open, routeTo, startFunction, startTestProxy, testCore, until } from './support.ts';

const MIB = 1_024 * 1_024;
const PIECE = Buffer.alloc(64 * 1_024, 7);
const PIECES = 1_600;

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** Bytes that are still held after a collection. */
function heldBytes(): number {
  if (typeof collectGarbage === 'function') Reflect.apply(collectGarbage, undefined, []);
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('100 MB pass in both directions without being held', async (t) => {
  const server = await startFunction(t, (request, response) => {
    request.pipe(response);
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const sent = httpRequest({ port: proxy.port, method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
  const base = heldBytes();
  let peak = 0;
  const writing = (async () => {
    for (let at = 0; at < PIECES; at++) {
      if (!sent.write(PIECE)) await once(sent, 'drain');
      if (at % 100 === 0) {
        await turn();
        peak = Math.max(peak, heldBytes());
      }
    }
    sent.end();
  })();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let received = 0;
  for await (const piece of response) received += (piece as Buffer).length;
  await writing;
  t.is(received, PIECES * PIECE.length);
  t.log(`peak of ${((peak - base) / MIB).toFixed(1)} MiB over caller, proxy and function`);
  // What is counted includes buffers that are garbage already; holding the body would be 100 MB in each of the three.
  t.true(peak - base < 80 * MIB);
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.sizeBytes, received);
});

test('a caller that does not read stops the function, and what was not asked for is not held', async (t) => {
  let written = 0;
  let isStopped = false;
  const server = await startFunction(t, (_, response) => {
    const write = (): void => {
      while (written < 200 * MIB) {
        written += PIECE.length;
        if (!response.write(PIECE)) {
          isStopped = true;
          response.once('drain', () => {
            isStopped = false;
            write();
          });
          return;
        }
      }
      response.end();
    };
    write();
  });
  const proxy = await startTestProxy(t, testCore(), [routeTo(server.port)]);
  const socket = await open(proxy.port);
  socket.pause();
  socket.write('GET /x HTTP/1.1\r\nHost: h\r\n\r\n');
  let last = -1;
  // The function stands still once every buffer on the way is full.
  await until(() => {
    const isStill = isStopped && written === last;
    last = written;
    return isStill && written > 0;
  });
  t.log(`stopped after ${(written / MIB).toFixed(1)} MiB`);
  t.true(written < 40 * MIB);
  socket.destroy();
});

test('a function that does not read stops the caller', async (t) => {
  const server = await startFunction(t, () => undefined);
  const proxy = await startTestProxy(t, testCore(), [routeTo(server.port)]);
  const sent = httpRequest({ port: proxy.port, method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
  sent.on('error', () => undefined);
  let written = 0;
  let isFull = false;
  while (!isFull && written < 200 * MIB) {
    written += PIECE.length;
    if (!sent.write(PIECE)) {
      isFull = await Promise.race([once(sent, 'drain').then(() => false), stalled()]);
    }
  }
  t.log(`stopped after ${(written / MIB).toFixed(1)} MiB`);
  t.true(isFull);
  t.true(written < 40 * MIB);
  sent.destroy();

  /** True when the writer is not asked to go on for many turns of the event loop. */
  async function stalled(): Promise<boolean> {
    const end = process.hrtime.bigint() + 500_000_000n;
    while (process.hrtime.bigint() < end) await new Promise((resolve) => setTimeout(resolve, 10));
    return true;
  }
});

test('pieces are handed on as they come', async (t) => {
  let next: () => void = () => undefined;
  const server = await startFunction(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
    next = () => {
      response.end('data: 2\n\n');
    };
  });
  const proxy = await startTestProxy(t, testCore(), [routeTo(server.port)]);
  const sent = httpRequest({ port: proxy.port }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const [first] = (await once(response, 'data')) as [Buffer];
  t.is(first.toString(), 'data: 1\n\n');
  next();
  const [second] = (await once(response, 'data')) as [Buffer];
  t.is(second.toString(), 'data: 2\n\n');
});
