import type { CompositionId, RuleId } from './brand.ts';
import type { Span } from './span.ts';
import type { Witness } from './verdict.ts';

export type Level = 'error' | 'warning' | 'note';

/** How sure a rule is that what it reports is a problem, over real inputs. */
export type Precision = 'very-high' | 'high' | 'medium' | 'low';

/** `sandbox`: new, may not fail a build. `deprecated`: kept for old baselines only. */
export type Maturity = 'stable' | 'sandbox' | 'deprecated';

/** `rule.meta.json` of one rule; unknown keys are refused. */
export interface RuleMetadata {
  readonly id: RuleId;
  /** Folder name, `no-<thing>` or `require-<thing>`. */
  readonly slug: string;
  /** Folder above, e.g. `flow`. */
  readonly area: string;
  readonly title: string;
  /** One sentence: the promise that the rule guards. */
  readonly summary: string;
  /** Level of a violation, unless something at the place raises or lowers it. */
  readonly level: Level;
  /** Every level at which it reports violations, the highest first; what is undecided is a note. */
  readonly levels: readonly Level[];
  /** 0 to 10, as CVSS base scores; `security-severity` in SARIF. */
  readonly score: number;
  readonly precision: Precision;
  readonly maturity: Maturity;
  /** The weakest CWE entries the rule can defend, e.g. `CWE-200`; at least one. */
  readonly cwe: readonly string[];
  /** OWASP Serverless Top 10 (2017 interpretation) entries, e.g. `SAS-3`. */
  readonly owasp: readonly string[];
  readonly aliases: readonly string[];
  /** True when the rule can report something without a configuration. */
  readonly worksWithoutConfiguration: boolean;
  /** What the rule does not see. */
  readonly limits: readonly string[];
  /** Message templates by key; `{name}` is replaced by the argument of that name. */
  readonly messages: Readonly<Record<string, MessageTemplate>>;
}

/** The three parts of every message: what is wrong here; why it matters; what to do. */
export interface MessageTemplate {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

export interface RelatedPlace {
  readonly message: string;
  readonly span: Span;
  /** Only where the finding lists several places: what the finding would have as fingerprint if it were about this place alone. */
  readonly fingerprint?: string;
}

/**
 * One of several places that are reported together. Rules report each place, so that each can be suppressed or known from before; findings
 * that remain alike are put together at the end.
 */
export interface FindingPart {
  /** Findings of one rule, composition and outcome with the same group are reported together. */
  readonly group: string;
  /** The user's name of the state. */
  readonly name: string;
  readonly span: Span;
  /** What is wrong there, one clause without a full stop. */
  readonly what: string;
  /** What is counted in messages, e.g. `step`. */
  readonly noun: string;
  /** Arguments of the message besides those made from the places. */
  readonly data: Readonly<Record<string, string>>;
}

/** Why a finding does not count. Suppressed findings are marked in reports, never dropped. */
export interface Suppression {
  readonly kind: 'inline' | 'file';
  readonly reason: string;
  /** ISO date after which the suppression no longer holds; null when it has none. */
  readonly expires: string | null;
  readonly span: Span;
}

/** What a rule reports. */
export interface Finding {
  readonly ruleId: RuleId;
  readonly level: Level;
  readonly score: number;
  /** `undecided`: cannot be decided before run time. Shown and counted apart, never as satisfied. */
  readonly outcome: 'violated' | 'undecided';
  readonly messageKey: string;
  readonly message: MessageTemplate;
  readonly span: Span;
  /** Composition it is about, null for findings about a template or configuration. */
  readonly composition: CompositionId | null;
  /** User's name of the state or resource. */
  readonly place: string;
  readonly related: readonly RelatedPlace[];
  readonly witnesses: readonly Witness[];
  /** Stable over moves of lines: hash of rule, file, composition, place, sink and source names. 32 hexadecimal digits. */
  readonly fingerprint: string;
  /** Only before findings are put together, see {@link FindingPart}. */
  readonly part?: FindingPart;
}

/** A finding after suppressions and baseline were applied. */
export interface ReportedFinding extends Finding {
  readonly suppression: Suppression | null;
  /** Against the baseline or revision given: `new`, `unchanged`; null when there was none to compare with. */
  readonly baselineState: 'new' | 'unchanged' | null;
}
