import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Span } from '../../../model/span.ts';
import {
  elementBeside,
  elementsOf,
  readSuppressionText,
  SUPPRESSION_WORD,
  type SuppressionRule,
} from '../../config/index.ts';
import type { DataNode, ParsedDocument } from '../../source/index.ts';

/** A request not to count findings, from a comment, a `Comment` field or the configuration. */
export interface Directive {
  readonly kind: 'inline' | 'file';
  /** Ids, aliases or slugs as written. */
  readonly rules: readonly string[];
  readonly reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`; null when it has none. */
  readonly expires: string | null;
  readonly span: Span;
  readonly covers: DirectiveScope;
}

/** Offsets in one file. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Inline: findings that begin in a range of one file, but not in the states that stand inside (`except`): a later state must not be covered by
 * what was said about the one around it. File: findings by glob and, if given, by the name of their place.
 */
export type DirectiveScope =
  | ({ readonly kind: 'range'; readonly file: string; readonly except: readonly OffsetRange[] } & OffsetRange)
  | { readonly kind: 'glob'; readonly glob: string; readonly place: string | null };

export interface ReadDirectives {
  readonly directives: readonly Directive[];
  /** CLI010 no reason, CLI014 not readable. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Cheap test for texts without any directive. */
export const mayHoldDirectives = (text: string): boolean => text.includes(SUPPRESSION_WORD);

/**
 * Reads the directives of a document: comments `# weir-ignore RULE[, RULE] -- reason [until YYYY-MM-DD]`, which cover what begins on their own line or,
 * standing alone, on the next line with content; and the same text in the `Comment` of a state, which covers the state. Neither covers the states
 * inside a state.
 */
export function readDirectives(document: ParsedDocument): ReadDirectives {
  const directives: Directive[] = [];
  const diagnostics: Diagnostic[] = [];
  const elements = elementsOf(document.roots);
  const states = elements.filter(({ key }) => key === 'States');
  const take = (text: string, span: Span, { from, to }: OffsetRange): void => {
    const read = parseDirective(text, span);
    const except = states.filter((inner) => from <= inner.from && inner.to <= to);
    if ('code' in read) diagnostics.push(read);
    else
      directives.push({
        ...read,
        covers: { kind: 'range', file: document.path, from, to, except: except.map(rangeOf) },
      });
  };
  const comments = document.comments.filter(({ text }) => isDirective(text));
  for (const { text, span } of comments)
    take(text, span, elementBeside(span, elements) ?? { from: span.start.offset, to: span.end.offset });
  for (const { text, span, holder } of commentFields(document.roots)) {
    take(text, span, { from: holder.start.offset, to: holder.end.offset });
  }
  return { directives, diagnostics };
}

/** Directives of the configuration. */
export function fileDirectives(suppressions: readonly SuppressionRule[]): readonly Directive[] {
  return suppressions.map(({ rule, file, place, reason, expires, span }) => ({
    kind: 'file',
    rules: [rule],
    reason,
    expires,
    span,
    covers: { kind: 'glob', glob: file, place },
  }));
}

const rangeOf = ({ from, to }: OffsetRange): OffsetRange => ({ from, to });

const isDirective = (text: string): boolean => text.trimStart().startsWith(SUPPRESSION_WORD);

function parseDirective(text: string, span: Span): Omit<Directive, 'covers'> | Diagnostic {
  const read = readSuppressionText(text);
  return 'code' in read ? { ...read, severity: 'warning', span } : { ...read, kind: 'inline', span };
}

interface CommentField {
  readonly text: string;
  readonly span: Span;
  readonly holder: Span;
}

function commentFields(roots: readonly DataNode[]): readonly CommentField[] {
  const found: CommentField[] = [];
  const stack = roots.toReversed();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'list') stack.push(...node.items.toReversed());
    if (node.kind !== 'map') continue;
    for (const { key, value } of node.entries) {
      if (key !== 'Comment' || value.kind !== 'scalar' || typeof value.value !== 'string') continue;
      if (isDirective(value.value)) found.push({ text: value.value, span: value.span, holder: node.span });
    }
    stack.push(...node.entries.map(({ value }) => value).toReversed());
  }
  return found;
}
