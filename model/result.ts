import type { CompositionId } from './brand.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { FileCoverage } from './application.ts';
import type { FeatureUse } from './ir.ts';
import type { ReportedFinding, RuleMetadata } from './finding.ts';
import type { LabelDescription } from './label.ts';
import type { Span } from './span.ts';

/** Version of {@link Result}; the second number rises with additions, the first with breaking changes. */
export const RESULT_VERSION = '1.0';

/** How a step is drawn: the part of the IR a reader needs to recognise the workflow. */
export interface GraphNode {
  readonly id: string;
  /** User's name, e.g. the state's name. */
  readonly name: string;
  /** The platform's word, e.g. `Task`, `Choice`. */
  readonly kind: string;
  /** What it reaches, e.g. `sns:publish Alerts`; empty when nothing. */
  readonly detail: string;
  readonly span: Span;
  /** Join of what the step reads and produces. */
  readonly label: LabelDescription;
  /** Position in the configured lattice from 0 (lowest) to 1 (highest), for colour. */
  readonly confidentialityRank: number;
  readonly integrityRank: number;
  /** The enclosing group's node id (Parallel, Map, sub-workflow), null at the top. */
  readonly group: string | null;
  /** True for nodes that hold others. */
  readonly isGroup: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Condition or error in the user's words; empty for plain succession. */
  readonly text: string;
  readonly kind: 'next' | 'branch' | 'error' | 'enter';
}

/** One composition as reports draw it. Node ids of hops are in `hopNodes` of the findings' witnesses by span and composition. */
export interface CompositionGraph {
  readonly composition: CompositionId;
  readonly name: string;
  readonly platform: string;
  readonly file: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Counts over all verdicts; undecided is never part of satisfied. */
export interface VerdictCounts {
  readonly violated: number;
  readonly satisfied: number;
  readonly undecided: number;
  readonly notApplicable: number;
}

/** What has to be known or done before "undecided" becomes an answer, grouped so that it can be read. */
export interface Obligation {
  /** E.g. `function ChargeCard is not declared`. */
  readonly description: string;
  /** E.g. `declare it under functions: in weir.yaml, or accept the assumption`. */
  readonly help: string;
  /** How many verdicts wait for it. */
  readonly verdicts: number;
  readonly span: Span;
}

export interface CompositionSummary {
  readonly id: CompositionId;
  readonly name: string;
  readonly platform: string;
  readonly file: string;
  readonly units: number;
  readonly verdicts: VerdictCounts;
  readonly features: readonly FeatureUse[];
}

/** The one document that every report is rendered from. Sorted; same input, same bytes (`startedAt` and durations are not in it). */
export interface Result {
  readonly version: string;
  readonly tool: { readonly name: 'weir'; readonly version: string };
  /** `complete`: everything found was analysed. `incomplete`: something was refused, see diagnostics. */
  readonly status: 'complete' | 'incomplete';
  readonly findings: readonly ReportedFinding[];
  /** Metadata of every rule that ran, sorted by id. */
  readonly rules: readonly RuleMetadata[];
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: {
    readonly files: readonly FileCoverage[];
    readonly compositions: readonly CompositionSummary[];
    readonly unitsAnalysed: number;
    readonly unitsApproximated: number;
    readonly unitsRefused: number;
    readonly verdicts: VerdictCounts;
    readonly obligations: readonly Obligation[];
    /** Rules that could not report anything because nothing is configured for them. */
    readonly idleRules: readonly string[];
    readonly configuration: string | null;
  };
  readonly graphs: readonly CompositionGraph[];
  /** Texts of the files that spans in findings and witnesses point into, by file, so that reports can show code frames. */
  readonly sources: Readonly<Record<string, string>>;
}
