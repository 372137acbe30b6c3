import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import { SOURCE_DEPTH_MAX, SOURCE_LENGTH_MAX, SOURCE_NODES_MAX } from './limits.ts';

/** Places a range of the parsed text in the user's file. */
export type Place = (from: number, to: number) => Span;

export function syntaxProblem(language: string, detail: string, span: Span): Diagnostic {
  return {
    code: 'SRC001',
    severity: 'error',
    message: `this is not valid ${language}: ${detail}`,
    help: 'Correct the syntax here; nothing of this document is analysed until then.',
    span,
  };
}

export function depthProblem(span: Span): Diagnostic {
  return {
    code: 'SRC002',
    severity: 'error',
    message: `the document is nested more than ${SOURCE_DEPTH_MAX} levels deep`,
    help: 'Move parts of it into documents of their own.',
    span,
  };
}

export function duplicateProblem(key: string, span: Span): Diagnostic {
  return {
    code: 'SRC003',
    severity: 'warning',
    message: `the key \`${key}\` stands more than once in this map, and the last one is taken`,
    help: 'Remove all but one: other readers keep the first or refuse the file.',
    span,
  };
}

export function expansionProblem(span: Span): Diagnostic {
  return {
    code: 'SRC004',
    severity: 'error',
    message: `the document has more than ${SOURCE_NODES_MAX} values, or more than ${SOURCE_DEPTH_MAX} levels, once its aliases are expanded`,
    help: 'Write it with fewer nested aliases, or in several documents.',
    span,
  };
}

export function lengthProblem(span: Span): Diagnostic {
  return {
    code: 'SRC005',
    severity: 'error',
    message: `the file is longer than ${SOURCE_LENGTH_MAX} characters`,
    help: 'Split it, or leave it out of the analysis.',
    span,
  };
}

export function aliasProblem(name: string, span: Span): Diagnostic {
  return {
    code: 'SRC006',
    severity: 'error',
    message: `the alias \`*${name}\` has no anchor \`&${name}\` that ends before it`,
    help: 'Define the anchor earlier in the same document; an alias inside its own anchor has no finite value.',
    span,
  };
}

export function mergeProblem(span: Span): Diagnostic {
  return {
    code: 'SRC007',
    severity: 'warning',
    message: 'the merge key `<<` has a value that is neither a map nor a list of maps, and nothing is merged',
    help: 'Give it an alias of a map, or a list of such aliases.',
    span,
  };
}
