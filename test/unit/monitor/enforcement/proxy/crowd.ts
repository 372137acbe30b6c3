/** Opens many connections, reports, waits for a word, sends one request on each that is still open, and reports how they ended. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Connections that are made at a time; more would overflow the listener's backlog. */
const AT_ONCE = 250;

const port = Number(process.argv[2]);
const count = Number(process.argv[3]);
const sockets: { readonly socket: Socket; text: string; isClosed: boolean }[] = [];

for (let at = 0; at < count; at += AT_ONCE) {
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, count - at) }, async () => {
      const socket = connect({ host: '127.0.0.1', port });
      const one = { socket, text: '', isClosed: false };
      socket.on('error', () => undefined);
      socket.on('data', (piece) => {
        one.text += piece.toString('latin1');
      });
      socket.on('close', () => {
        one.isClosed = true;
      });
      sockets.push(one);
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    }),
  );
}
process.send?.({ opened: sockets.length });
await once(process, 'message');
for (const { socket, isClosed } of sockets) {
  if (!isClosed && socket.writable) socket.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
}
await Promise.all(
  sockets.map(async ({ socket, isClosed }) => {
    if (!isClosed) await once(socket, 'close');
  }),
);
const served = sockets.filter(({ text }) => text.startsWith('HTTP/1.1 200')).length;
const refused = sockets.filter(({ text }) => text.startsWith('HTTP/1.1 503')).length;
process.send?.({ served, refused, broken: count - served - refused });
process.disconnect();
