import type { DiagnosticArea } from './area.ts';

/** Contexts that are not issued, and keys of contexts that are not taken. */
export const CTX: DiagnosticArea = {
  CTX001: {
    title: 'a context would be too large',
    help: 'Shorten names, or list fewer regions, tenants, marks or audiences; a context has 1 KiB.',
  },
  CTX002: { title: 'a number or a hash in a context is out of bounds', help: 'Give whole numbers that fit the field.' },
  CTX003: {
    title: 'a name in a context is empty, too long or no text',
    help: 'Give names of 1 to 250 bytes in UTF-8.',
  },
  CTX004: { title: 'too many or too few names in a context', help: 'Name 1 to 16 audiences and at most 200 others.' },
  CTX005: { title: 'a name has the sign of joined names', help: 'Rename the step or function.' },
  CTX006: { title: 'a key is no readable Ed25519 key', help: 'Give Ed25519 keys as JSON Web Key Set or PEM.' },
  CTX007: { title: 'the time of a key makes no sense', help: 'Give the begin in seconds, and an end after it.' },
  CTX008: { title: 'a key set is empty, too large or has a key twice', help: 'Give 1 to 512 different keys.' },
  CTX009: {
    title: 'too many executions are revoked',
    help: 'Quarantine the function or replace the key; wait until revocations end.',
  },
  CTX010: { title: 'no key may sign now', help: 'Add a private key whose time has begun and not ended.' },
};
