import type { DiagnosticArea } from './area.ts';

/** The monitor: its configuration and its doors. */
export const MON: DiagnosticArea = {
  MON301: {
    title: 'external authorization would be open to others without mutual TLS',
    help: 'Whoever reaches the port can ask for decisions in anyone’s name. Listen on a unix socket or on loopback, or require client certificates.',
  },
  MON302: {
    title: 'a certificate or key of external authorization cannot be used',
    help: 'Certificate chain, key and authorities must be PEM; the key must not have a passphrase.',
  },
  MON303: {
    title: 'external authorization cannot listen on its address',
    help: 'Another program listens there, or this one may not. The message has the error of the operating system.',
  },
  MON304: {
    title: 'the path of a unix socket is too long',
    help: 'Unix sockets have paths of at most 107 bytes. Choose a shorter one.',
  },
  MON305: {
    title: 'the routes of external authorization contradict each other',
    help: 'Every route needs a name of its own, and all routes together have at most 10,000 matches.',
  },
};
