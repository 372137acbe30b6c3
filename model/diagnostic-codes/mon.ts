import type { DiagnosticArea } from './area.ts';

/** Configuration and operation of `weir-monitor`. */
export const MON: DiagnosticArea = {
  MON001: {
    title: 'the configuration of the monitor is no YAML',
    help: 'Write YAML 1.2 without aliases, at most 1 MiB.',
  },
  MON002: { title: 'the configuration of the monitor does not match its schema', help: 'Correct the value named.' },
  MON003: { title: 'the configuration of the monitor names something that is not there', help: 'Correct the name.' },
  MON004: { title: 'the configuration of the monitor is unsafe or contradicts itself', help: 'Follow the message.' },
  MON005: {
    title: 'a file of the monitor cannot be read, or others may read it',
    help: 'Give it to the user of the monitor alone.',
  },
  MON006: { title: 'a key or a set of keys cannot be used', help: 'Give a key of the algorithm that is configured.' },
  MON007: { title: 'the monitor cannot start', help: 'Free the address or folder that is named.' },
  MON008: { title: 'no monitor answers', help: 'Start it, or name its socket with --socket.' },
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
