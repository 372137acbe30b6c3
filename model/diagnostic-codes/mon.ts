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
};
