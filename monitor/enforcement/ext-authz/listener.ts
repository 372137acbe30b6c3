import { lstatSync, unlinkSync } from 'node:fs';
import net from 'node:net';
import { createSecureContext } from 'node:tls';
import { ExtAuthzError, type ExtAuthzLimits, type ExtAuthzListen, type ExtAuthzTls } from './options.ts';

/** Bytes of a unix socket's path on Linux, without the zero at its end (unix(7)). */
const UNIX_PATH_BYTES_MAX = 107;
/** Until the kernel asks whether a silent peer is still there, milliseconds. */
const KEEPALIVE_MS = 60_000;
/** Connections that the kernel keeps until they are accepted. */
const BACKLOG = 511;
/** A socket that its owner and group may use: Envoy runs as another user of the group. */
const SOCKET_UMASK = 0o117;

/** What the listener counts. */
export interface ListenerCounts {
  connectionsRefused: number;
  /** Of {@link makeGrpcServer}. */
  connectionsSilent: number;
}

/** An open listener. */
export interface Listener {
  readonly address: string;
  /** Accepts no more; connections that are there go on. */
  stop(): void;
  /** Ends all connections. */
  destroy(): void;
}

/**
 * Listens with a server, once it may.
 * @throws ExtAuthzError with MON303 or MON304
 */
export async function listen(
  acceptor: net.Server,
  where: ExtAuthzListen,
  limits: ExtAuthzLimits,
  counts: ListenerCounts,
): Promise<Listener> {
  const sockets = new Set<net.Socket>();
  acceptor.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.setKeepAlive(true, KEEPALIVE_MS);
    socket.once('close', () => {
      sockets.delete(socket);
    });
    socket.on('error', () => undefined);
  });
  acceptor.maxConnections = limits.connectionsMax;
  acceptor.on('drop', () => {
    counts.connectionsRefused += 1;
  });
  await bind(acceptor, where);
  return {
    address: addressOf(acceptor, where),
    stop: () => {
      acceptor.close();
    },
    destroy: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * What secures an address; null for nothing.
 * @throws ExtAuthzError with MON301 or MON302
 */
export function securityOf(where: ExtAuthzListen): ExtAuthzTls | null {
  if (where.kind === 'unix') return null;
  const { host, tls } = where;
  if ((tls === null || tls.clientAuthorities === null) && !isLoopback(host)) {
    throw new ExtAuthzError(
      'MON301',
      `external authorization would listen on ${host} without mutual TLS: whoever reaches it could ask for decisions in anyone's name`,
      'Listen on a unix socket or on 127.0.0.1, or set a certificate, its key and the authorities of client certificates.',
    );
  }
  if (tls === null) return null;
  try {
    createSecureContext({ cert: tls.certificate, key: tls.key, ca: tls.clientAuthorities ?? undefined });
  } catch (error) {
    throw new ExtAuthzError(
      'MON302',
      `the certificate or key of external authorization cannot be used (${error instanceof Error ? error.message : 'unknown error'})`,
      'Give the certificate chain, its key and the authorities as PEM; the key must not have a passphrase.',
    );
  }
  return tls;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));
}

async function bind(acceptor: net.Server, where: ExtAuthzListen): Promise<void> {
  if (where.kind === 'unix') await makeRoom(where.path);
  await new Promise<void>((resolve, reject) => {
    acceptor.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new ExtAuthzError(
          'MON303',
          `external authorization cannot listen on ${describe(where)} (${error.code ?? error.message})`,
          'See that the address is free and that the program may use it.',
        ),
      );
    });
    if (where.kind === 'unix') {
      // Binding happens within the call, so nobody can connect before the mode is set.
      const before = process.umask(SOCKET_UMASK);
      try {
        acceptor.listen({ path: where.path, backlog: BACKLOG }, resolve);
      } finally {
        process.umask(before);
      }
    } else {
      acceptor.listen({ host: where.host, port: where.port, backlog: BACKLOG }, resolve);
    }
  });
}

/** Removes a socket that nobody listens on any more, as a process that was killed leaves it. */
async function makeRoom(path: string): Promise<void> {
  if (Buffer.byteLength(path) > UNIX_PATH_BYTES_MAX) {
    throw new ExtAuthzError(
      'MON304',
      `the path of the socket ${path} is longer than ${UNIX_PATH_BYTES_MAX} bytes`,
      'Choose a shorter path, e.g. below /run/weir.',
    );
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isSocket() && !(await isAnswered(path))) {
    unlinkSync(path);
    return;
  }
  throw new ExtAuthzError(
    'MON303',
    `external authorization cannot listen on unix:${path} (${found.isSocket() ? 'another program listens there' : 'a file is there that is no socket'})`,
    'See that the address is free and that the program may use it.',
  );
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => {
      resolve(false);
    });
  });
}

const describe = (where: ExtAuthzListen): string =>
  where.kind === 'unix'
    ? `unix:${where.path}`
    : net.isIPv6(where.host)
      ? `[${where.host}]:${where.port}`
      : `${where.host}:${where.port}`;

function addressOf(acceptor: net.Server, where: ExtAuthzListen): string {
  const bound = acceptor.address();
  return where.kind === 'tcp' && typeof bound === 'object' && bound !== null
    ? describe({ ...where, port: bound.port })
    : describe(where);
}
