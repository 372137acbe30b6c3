import type { Application, StoreDeclaration } from '../../../model/application.ts';

/** Levels of the default lattice that are proposed. */
export type ProposedLevel = 'public' | 'internal' | 'confidential' | 'secret';

export const PROPOSED_LEVELS: readonly ProposedLevel[] = ['public', 'internal', 'confidential', 'secret'];

/** A label that a name suggests. A name proves nothing, so each is a question to the user. */
export interface Proposal {
  readonly section: 'sources' | 'sinks' | 'stores';
  /** Pattern as it stands in weir.yaml, e.g. `table:Patients`. */
  readonly pattern: string;
  readonly level: ProposedLevel;
  /** What the name looks like, e.g. `health data`. */
  readonly looksLike: string;
}

interface Clue {
  readonly words: RegExp;
  readonly looksLike: string;
  readonly level: ProposedLevel;
}

/** What words in names usually stand for, most telling first. Matched against whole words of a name. */
const CLUES: readonly Clue[] = [
  { words: /^(passwords?|secrets?|credentials?|tokens?|keys?)$/, looksLike: 'credentials', level: 'secret' },
  {
    words: /^(patients?|medical|health|diagnos[ei]s|prescriptions?|clinical|vitals?|wards?|ehr|phi)$/,
    looksLike: 'health data',
    level: 'secret',
  },
  {
    words: /^(cards?|credit|iban|bank|salar(y|ies)|payrolls?|tax(es)?|ssn)$/,
    looksLike: 'financial data',
    level: 'secret',
  },
  {
    words: /^(customers?|users?|persons?|people|profiles?|contacts?|employees?|members?|address(es)?|emails?|pii|kyc)$/,
    looksLike: 'personal data',
    level: 'confidential',
  },
  {
    words: /^(payments?|invoices?|orders?|contracts?|claims?|accounts?|transactions?)$/,
    looksLike: 'business records',
    level: 'internal',
  },
  {
    words: /^(public|website|catalogue?s?|cdn|static|assets?|partners?|broadcasts?|announcements?)$/,
    looksLike: 'something that others read',
    level: 'public',
  },
];

/** What words in the name of a topic say of who reads it. */
const READERS: readonly Clue[] = [
  {
    words:
      /^(photographers?|contractors?|freelancers?|suppliers?|vendors?|couriers?|agenc(y|ies)|guests?|visitors?|followers?|fans?|press|external|outside)$/,
    looksLike: 'something that people outside read',
    level: 'public',
  },
  {
    words: /^(alerts?|alarms?|notifications?|notify|notices?|news|newsletters?|updates?|reminders?|messages?)$/,
    looksLike: 'messages that are sent to people',
    level: 'internal',
  },
];
/** Whoever subscribes to a topic reads it, whatever its name: so each is a question. */
const SUBSCRIBED: Clue = { words: /^/, looksLike: 'something that every subscriber reads', level: 'internal' };

const KEPT: readonly StoreDeclaration['kind'][] = ['table', 'bucket', 'stream', 'parameter'];
const SENT: readonly StoreDeclaration['kind'][] = ['topic', 'bus', 'queue', 'endpoint'];

/** Proposals for everything whose name says something, and for every topic, sorted by section and pattern. */
export function proposeLabels(application: Application): readonly Proposal[] {
  const proposals: Proposal[] = [];
  for (const { kind, name } of application.stores) {
    const clue = kind === 'topic' ? (clueOf(name, [...CLUES, ...READERS]) ?? SUBSCRIBED) : clueOf(name, CLUES);
    const section = KEPT.includes(kind) ? 'stores' : SENT.includes(kind) ? 'sinks' : null;
    if (clue === null || section === null) continue;
    proposals.push({ section, pattern: `${kind}:${name}`, level: clue.level, looksLike: clue.looksLike });
  }
  for (const { name } of application.compositions) {
    const clue = clueOf(name, CLUES);
    if (clue === null || clue.level === 'public') continue;
    proposals.push({ section: 'sources', pattern: `input:${name}`, level: clue.level, looksLike: clue.looksLike });
  }
  const key = ({ section, pattern }: Proposal): string => `${section} ${pattern}`;
  return [...new Map(proposals.map((one) => [key(one), one])).values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function clueOf(name: string, clues: readonly Clue[]): Clue | null {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .map((word) => word.toLowerCase());
  return clues.find((clue) => words.some((word) => clue.words.test(word))) ?? null;
}
