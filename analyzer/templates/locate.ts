import type { Diagnostic } from '../../model/diagnostic.ts';
import { parseEmbedded, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import type { DefinitionInput } from './definitions.ts';
import { flattenDefinition } from './flatten.ts';
import { baseName, relativeTo, type FoundFile } from './lookup.ts';
import { intrinsicOf, pieceTogether } from './pieces.ts';
import { note, problem } from './problems.ts';
import type { Names } from './scope.ts';

/** A definition with what its placeholders mean. */
export interface Located {
  /** Null when it cannot be had; a diagnostic says why. */
  readonly definition: MapNode | null;
  readonly names: Names;
  readonly diagnostics: readonly Diagnostic[];
  /** The file it was read from, null when it stands in the template. */
  readonly file: string | null;
}

const nothing = (diagnostic: Diagnostic): Located => ({
  definition: null,
  names: new Map(),
  diagnostics: [diagnostic],
  file: null,
});

/** Finds the definition of a state machine: `Definition`, `DefinitionString`, `DefinitionUri` or `DefinitionS3Location`, in this order. */
export function locateDefinition(input: DefinitionInput): Located {
  const { properties, logicalId, span } = input.resource;
  const inline = valueAt(properties, 'Definition') ?? valueAt(properties, 'DefinitionString');
  if (inline !== null) return locateInline(inline, input, 0);
  const uri = valueAt(properties, 'DefinitionUri') ?? valueAt(properties, 'DefinitionS3Location');
  if (uri !== null) return locateFile(uri, input);
  const help = 'Give it Definition, DefinitionString, DefinitionUri or DefinitionS3Location.';
  return nothing(problem('TPL003', { message: `state machine ${logicalId} has no definition`, help }, span));
}

const CHOICES_DEPTH_MAX = 4;

function locateInline(node: DataNode, input: DefinitionInput, depth: number): Located {
  const call = intrinsicOf(node);
  if (call?.name === 'Fn::ToJsonString' && depth < CHOICES_DEPTH_MAX)
    return locateInline(call.argument, input, depth + 1);
  if (node.kind === 'map' && call === null) return written(node);
  const pieces = pieceTogether(node);
  if (pieces === null) {
    const chosen = call?.name === 'Fn::If' && call.argument.kind === 'list' ? call.argument.items[1] : undefined;
    if (chosen === undefined || depth >= CHOICES_DEPTH_MAX) return nothing(notEvaluated(node, input));
    const located = locateInline(chosen, input, depth + 1);
    return { ...located, diagnostics: [choiceNote(node), ...located.diagnostics] };
  }
  const parsed = parseEmbedded(pieces.text, (from, to) => pieces.place(from, to));
  const diagnostics = [...pieces.choices.map(choiceNote), ...parsed.diagnostics];
  if (parsed.root?.kind === 'map') return { definition: parsed.root, names: pieces.names, diagnostics, file: null };
  if (parsed.root?.kind === 'scalar' && /^\$\{[^}]+\}$/.test(pieces.text.trim()))
    diagnostics.push(notEvaluated(node, input));
  else if (parsed.diagnostics.length === 0) diagnostics.push(noStateMachine('the definition', node));
  return { definition: null, names: new Map(), diagnostics, file: null };
}

function written(node: MapNode): Located {
  const { definition, names, choices } = flattenDefinition(node);
  return { definition, names, diagnostics: choices.map(choiceNote), file: null };
}

function choiceNote(node: DataNode): Diagnostic {
  const message = 'this part of the definition depends on a condition, and its first alternative is analysed';
  const help = 'Write the alternatives as state machines of their own to have each checked.';
  return note('TPL007', { message, help }, node.span);
}

function notEvaluated(node: DataNode, input: DefinitionInput): Diagnostic {
  const message = `the definition of ${input.resource.logicalId} is only known after deployment`;
  const help = 'Write the definition as text, Fn::Sub or Fn::Join, or in a file of its own.';
  return problem('TPL004', { message, help }, node.span);
}

function noStateMachine(what: string, node: DataNode): Diagnostic {
  return problem(
    'TPL002',
    { message: `${what} is no state machine`, help: 'Give it a map with StartAt and States.' },
    node.span,
  );
}

function locateFile(uri: DataNode, input: DefinitionInput): Located {
  const key = valueAt(uri, 'Key');
  const text = input.scope.defaultText(intrinsicOf(uri) === null && uri.kind === 'map' ? key : uri);
  const isRemote = text === null || /^(?:s3|https?):\/\//.test(text);
  const found = isRemote ? null : firstFound(candidates(text, key !== null), input);
  if (found === null) return nothing(notFound({ uri, text: isRemote || key !== null ? null : text }));
  if (found.root?.kind === 'map') {
    return { definition: found.root, names: new Map(), diagnostics: found.diagnostics, file: found.path };
  }
  const diagnostics = [...found.diagnostics];
  if (found.root !== null || diagnostics.length === 0) diagnostics.push(noStateMachine(found.path, uri));
  return { definition: null, names: new Map(), diagnostics, file: found.path };
}

/** Keys of packaged artefacts: `cdk synth` keeps the file for `<hash>.json` as `asset.<hash>.json` beside the template. */
function candidates(text: string, isKey: boolean): readonly string[] {
  const base = baseName(text);
  return isKey ? [text, `asset.${base}`, base] : [text];
}

function firstFound(texts: readonly string[], { resource, lookup }: DefinitionInput): FoundFile | null {
  for (const text of texts) {
    const found = lookup(relativeTo(resource.file, text));
    if (found !== null) return found;
  }
  return null;
}

function notFound({ uri, text }: { readonly uri: DataNode; readonly text: string | null }): Diagnostic {
  if (text === null) {
    const help = 'Check the template before it is packaged, with the path of the local file.';
    return problem('TPL005', { message: 'the definition is kept in a bucket and cannot be read here', help }, uri.span);
  }
  const help = 'Correct the path, which is relative to the template, or build the file before the check.';
  return problem('TPL006', { message: `the definition file ${textOf(uri) ?? text} cannot be read`, help }, uri.span);
}
