import type { Duplex } from 'node:stream';
import type { Exchange } from './exchange.ts';
import { endToEnd, isReserved, valueOf, type Field } from './fields.ts';
import type { ForwardResult } from './forward.ts';
import type { FunctionUpgrade } from './upstream.ts';

/** Carries a connection that the function has upgraded until one side ends it. */
export async function carryUpgrade(
  exchange: Exchange,
  upgraded: FunctionUpgrade,
  idleMs: number,
): Promise<ForwardResult> {
  const { socket, head, fields } = upgraded;
  socket.on('error', () => undefined);
  const taken = exchange.takeOver();
  if (taken === null || exchange.signal.aborted) {
    socket.destroy();
    return { outcome: { outcome: 'aborted', status: null, sizeBytes: null }, refusal: null };
  }
  const protocol = valueOf(fields, 'upgrade') ?? exchange.upgrade ?? '';
  const answer: Field[] = [
    ...endToEnd(fields).filter(([name]) => !isReserved(name)),
    ['connection', 'upgrade'],
    ['upgrade', protocol],
  ];
  const caller = taken.accept(answer);
  if (head.length > 0) socket.unshift(head);
  const bytes = await join(caller, socket, idleMs);
  return { outcome: { outcome: 'ok', status: 101, sizeBytes: bytes }, refusal: null };
}

/** Connects two sockets until both are closed; a silence of `idleMs` in both directions ends them. Resolves with the bytes of the function. */
function join(caller: Duplex, callee: Duplex, idleMs: number): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    const end = (): void => {
      clearTimeout(timer);
      caller.destroy();
      callee.destroy();
      resolve(bytes);
    };
    const timer = setTimeout(end, idleMs);
    caller.on('data', () => timer.refresh());
    callee.on('data', (piece: Buffer) => {
      bytes += piece.length;
      timer.refresh();
    });
    caller.once('close', end);
    callee.once('close', () => {
      // What the function sent last is still on its way to the caller.
      if (caller.writableFinished) end();
      else caller.end(end);
    });
    caller.once('error', end);
    callee.once('error', end);
    caller.pipe(callee);
    callee.pipe(caller);
  });
}
