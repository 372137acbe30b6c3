/** What a `weir.yaml` says, checked but not yet applied: names are patterns, labels are declarations. */
import type { Authentication, Trigger } from '../../model/application.ts';
import type { Level } from '../../model/finding.ts';
import type { Segment } from '../../model/ir.ts';
import type { Axis, LabelDeclaration, LabelSpaceDeclaration } from '../../model/label.ts';
import type { Span } from '../../model/span.ts';

/** A pattern for names: `[kind:]glob`. */
export interface NamePattern {
  /** As written, for messages. */
  readonly text: string;
  /** `table`, `function`, `input`, …; null when any kind will do. */
  readonly kind: string | null;
  readonly glob: string;
  readonly span: Span;
}

/** A label as written; axes that are not named are not declared. */
export interface DeclaredLabel {
  readonly declaration: LabelDeclaration;
  readonly span: Span;
}

/** A label for the whole value and labels for parts of it. */
export interface DeclaredShape {
  readonly whole: DeclaredLabel | null;
  readonly parts: readonly {
    /** As written, e.g. `$.customer.card`. */
    readonly text: string;
    readonly path: readonly Segment[];
    readonly label: DeclaredLabel;
  }[];
  readonly span: Span;
}

export interface ShapeRule {
  readonly pattern: NamePattern;
  readonly shape: DeclaredShape;
}

export interface LabelRule {
  readonly pattern: NamePattern;
  readonly label: DeclaredLabel;
}

/** What an entry rule is for: workflows by name, entries by the kind of their trigger, or by how callers are authenticated. */
export type EntryMatch =
  | { readonly kind: 'workflow'; readonly pattern: NamePattern }
  | { readonly kind: 'trigger'; readonly trigger: Trigger['kind'] }
  | { readonly kind: 'callers'; readonly authentication: Authentication };

export interface EntryRule {
  readonly match: EntryMatch;
  readonly label: DeclaredLabel;
}

/** Whether a function without declaration returns what it was given or may do anything. */
export type UnknownFunctions = 'pass-through' | 'opaque';

export interface FunctionRule {
  readonly pattern: NamePattern;
  /** Null when the declaration says more than how labels pass. */
  readonly treatAs: UnknownFunctions | null;
  readonly accepts: DeclaredLabel | null;
  readonly returns: DeclaredShape | null;
  readonly dependsOnInput: boolean;
  readonly writes: readonly NamePattern[];
  readonly errors: DeclaredLabel | null;
  readonly span: Span;
}

/** A function that may lower labels. */
export interface ReleaseRule {
  readonly kind: 'declassifier' | 'endorser';
  readonly pattern: NamePattern;
  readonly axes: readonly Axis[];
  /** The most that may go in; null when anything may. */
  readonly from: DeclaredLabel | null;
  readonly to: DeclaredLabel;
  readonly authority: string;
  /** Integrity that data and control must have; null for the highest trust. */
  readonly requires: DeclaredLabel | null;
  /** Workflows in which it may be used; null for all. */
  readonly in: readonly NamePattern[] | null;
  readonly digest: string | null;
  readonly span: Span;
}

/** Who may release, and where. */
export interface AuthorityRule {
  readonly name: string;
  readonly in: readonly NamePattern[] | null;
  readonly span: Span;
}

/** "What reaches `before` has passed `through`." */
export interface PassRule {
  readonly before: NamePattern;
  readonly through: NamePattern;
  readonly mode: 'data' | 'control';
  readonly span: Span;
}

export interface RuleSetting {
  /** Id, alias or slug as written. */
  readonly rule: string;
  readonly level: Level | 'off';
  readonly reason: string | null;
  readonly span: Span;
}

/** A finding that does not count, for formats without comments. */
export interface SuppressionRule {
  readonly rule: string;
  /** Glob over file paths relative to the root. */
  readonly file: string;
  /** Name of the state or resource; null for all in the file. */
  readonly place: string | null;
  readonly reason: string;
  /** ISO date `YYYY-MM-DD`, the last day on which it holds; null when it has none. */
  readonly expires: string | null;
  readonly span: Span;
}

/** A checked configuration. */
export interface Configuration {
  /** Path of the file, null when there is none and defaults apply. */
  readonly file: string | null;
  /** Levels, regions and tenants; `required` is filled in when the configuration meets an application. */
  readonly lattice: LabelSpaceDeclaration;
  /** Where the lattice is declared, or the start of the file. */
  readonly latticeSpan: Span;
  readonly sources: readonly ShapeRule[];
  readonly sinks: readonly LabelRule[];
  readonly stores: readonly ShapeRule[];
  readonly functions: readonly FunctionRule[];
  readonly releases: readonly ReleaseRule[];
  readonly authorities: readonly AuthorityRule[];
  readonly entries: readonly EntryRule[];
  readonly require: readonly PassRule[];
  readonly unknownFunctions: UnknownFunctions;
  /** Functions and stores that may hold callback tokens besides those that may by default. */
  readonly tokens: readonly NamePattern[];
  readonly rules: readonly RuleSetting[];
  /** Globs of files that are not read. */
  readonly ignore: readonly string[];
  readonly suppressions: readonly SuppressionRule[];
}
