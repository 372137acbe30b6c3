import type { Application } from '../../model/application.ts';
import type { Finding, FindingPart, RuleMetadata } from '../../model/finding.ts';
import type { Span } from '../../model/span.ts';
import type { Verdict, Witness } from '../../model/verdict.ts';
import type { CompositionId, StepId } from '../../model/brand.ts';
import type { StepTyping } from '../../model/verdict.ts';
import type { LabelDescription } from '../../model/label.ts';

/** What a rule may look at. */
export interface RuleContext {
  readonly application: Application;
  readonly verdicts: readonly Verdict[];
  /** Labels at a step, null for unknown ids. */
  typingOf(composition: CompositionId, step: StepId): StepTyping | null;
  /** Rank of a confidentiality level from 0 (lowest) to 1 (highest). */
  confidentialityRank(label: LabelDescription): number;
  integrityRank(label: LabelDescription): number;
  /** True when the user gave a configuration. */
  readonly isConfigured: boolean;
  readonly strict: boolean;
}

/** What a rule says; the engine adds level, score, fingerprint and the text from `rule.meta.json`. */
export interface RuleReport {
  readonly messageKey: string;
  /** Values for the `{name}` places of the template. */
  readonly data: Readonly<Record<string, string>>;
  readonly span: Span;
  readonly composition: CompositionId | null;
  readonly place: string;
  readonly outcome: Finding['outcome'];
  readonly related?: Finding['related'];
  readonly witnesses?: readonly Witness[];
  /** Raises or lowers the rule's level and score for this report (e.g. severity by label). */
  readonly level?: Finding['level'];
  readonly score?: number;
  /** Extra parts of the fingerprint that tell apart two reports at one place (sink and source names). No positions. */
  readonly identity: readonly string[];
  /** For findings that are put together with others of their workflow. */
  readonly part?: Omit<FindingPart, 'data'>;
}

/** `rules/<area>/<slug>/rule.ts` exports one of these as `rule`. */
export interface Rule {
  readonly meta: RuleMetadata;
  /** For rules that need declarations: whether a verdict answers what the rule asks. When no such question came up, the rule was idle. */
  asks?(verdict: Verdict): boolean;
  /** Pure. Reports in any order; the engine sorts. */
  check(context: RuleContext): readonly RuleReport[];
}
