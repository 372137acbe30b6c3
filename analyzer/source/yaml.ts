import { Composer, Parser, type CST, type Document } from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { SOURCE_DEPTH_MAX } from './limits.ts';
import { depthProblem, syntaxProblem, type Place } from './problems.ts';
import type { Comment, DataNode } from './types.ts';
import { YamlConverter } from './yaml-convert.ts';

export interface YamlOutput {
  readonly roots: readonly DataNode[];
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses all documents of a YAML file. A broken one is left out and has a diagnostic. Never throws. */
export function parseYaml(text: string, place: Place): YamlOutput {
  const tokens = [...new Parser().parse(text)];
  const { comments, tooDeep } = survey(tokens, place);
  if (tooDeep !== null) return { roots: [], comments, diagnostics: [depthProblem(place(tooDeep, tooDeep + 1))] };
  const roots: DataNode[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const document of composed(tokens, text.length)) {
    const [error] = document.errors;
    if (error !== undefined) {
      // What follows the first error is mostly its consequence.
      diagnostics.push(
        syntaxProblem(
          'YAML',
          firstSentence(error.message),
          place(Math.min(error.pos[0], text.length), Math.min(error.pos[1], text.length)),
        ),
      );
      continue;
    }
    const converter = new YamlConverter(text, place);
    const root = converter.root(document);
    if (root !== null) roots.push(root);
    diagnostics.push(...converter.diagnostics);
  }
  return { roots, comments, diagnostics };
}

function* composed(tokens: readonly CST.Token[], length: number): Generator<Document.Parsed> {
  // Duplicate keys are ours to report: the library would make an error of them and compare each key with each other.
  const options = {
    keepSourceTokens: true,
    uniqueKeys: false,
    merge: false,
    strict: true,
    prettyErrors: false,
  } as const;
  yield* new Composer(options).compose(tokens, true, length);
}

function firstSentence(message: string): string {
  const line = message.split('\n')[0] ?? message;
  return line.charAt(0).toLowerCase() + line.slice(1);
}

/** Finds all comments, and the place where the nesting passes the limit, without recursion: the composer that runs afterwards does recur. */
function survey(
  tokens: readonly CST.Token[],
  place: Place,
): { readonly comments: readonly Comment[]; readonly tooDeep: number | null } {
  const comments: Comment[] = [];
  let tooDeep: number | null = null;
  const stack: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 })).reverse();
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { token, depth } = at;
    if (depth > SOURCE_DEPTH_MAX) {
      tooDeep = token.offset;
      break;
    }
    if (token.type === 'comment') {
      const span = place(token.offset, token.offset + token.source.trimEnd().length);
      comments.push({ text: token.source.slice(1).trim(), span });
    }
    for (const below of partsOf(token).toReversed())
      stack.push({ token: below, depth: below.type === 'comment' ? depth : depth + 1 });
  }
  comments.sort((left, right) => left.span.start.offset - right.span.start.offset);
  return { comments, tooDeep };
}

/** The tokens directly inside a token, comments among them. */
function partsOf(token: CST.Token): CST.Token[] {
  switch (token.type) {
    case 'document':
      return [...token.start, ...(token.value === undefined ? [] : [token.value]), ...(token.end ?? [])];
    case 'block-map':
    case 'block-seq':
      return token.items.flatMap(partsOfItem);
    case 'flow-collection':
      return [...token.items.flatMap(partsOfItem), ...token.end];
    case 'block-scalar':
      return token.props;
    case 'alias':
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
    case 'doc-end':
      return token.end ?? [];
    default:
      return [];
  }
}

function partsOfItem(item: CST.CollectionItem): CST.Token[] {
  const { start, key, sep, value } = item;
  return [
    ...start,
    ...(key === null || key === undefined ? [] : [key]),
    ...(sep ?? []),
    ...(value === undefined ? [] : [value]),
  ];
}
