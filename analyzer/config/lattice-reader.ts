import type { LabelSpace, LabelSpaceDeclaration, LevelsDeclaration } from '../../model/label.ts';
import { compileLabelSpace, DEFAULT_LABEL_SPACE_DECLARATION } from '../../model/label-space.ts';
import type { Span } from '../../model/span.ts';
import type { DataNode } from '../source/types.ts';
import type { Reader } from './reader.ts';

export interface ReadLattice {
  readonly declaration: LabelSpaceDeclaration;
  readonly space: LabelSpace;
  readonly span: Span;
}

/** Reads `lattice:`; what is left out is as without configuration. Null when it is no lattice: no label can be read then. */
export function readLattice(node: DataNode | null, reader: Reader, start: Span): ReadLattice | null {
  const base = DEFAULT_LABEL_SPACE_DECLARATION;
  let declaration: LabelSpaceDeclaration = base;
  if (node !== null) {
    const fields = reader.fields(node, '`lattice`', ['confidentiality', 'integrity', 'regions', 'tenants']);
    const levels = (axis: 'confidentiality' | 'integrity'): LevelsDeclaration => {
      const value = fields?.get(axis)?.value;
      return value === undefined ? base[axis] : readLevels(value, axis, reader);
    };
    const names = (key: 'regions' | 'tenants'): readonly string[] => {
      const value = fields?.get(key)?.value;
      return value === undefined ? [] : reader.texts(value, `\`${key}\``).map(({ text }) => text);
    };
    declaration = {
      confidentiality: levels('confidentiality'),
      integrity: levels('integrity'),
      regions: names('regions'),
      tenants: names('tenants'),
      required: [],
    };
  }
  const span = node?.span ?? start;
  const compiled = compileLabelSpace(declaration, span);
  reader.diagnostics.push(...compiled.diagnostics);
  return compiled.ok ? { declaration, space: compiled.value, span } : null;
}

/** `[low, high]` is one chain; `{chains: [[…]], covers: [[higher, lower]]}` is any order. */
function readLevels(node: DataNode, axis: string, reader: Reader): LevelsDeclaration {
  if (node.kind === 'list') return { chains: [reader.texts(node, `\`${axis}\``).map(({ text }) => text)] };
  const fields = reader.fields(node, `\`${axis}\``, ['chains', 'covers']);
  const lists = (key: string): readonly (readonly string[])[] => {
    const value = fields?.get(key)?.value;
    if (value === undefined) return [];
    return (reader.items(value, `\`${key}\``) ?? []).map((item) =>
      reader.texts(item, `an entry of \`${key}\``).map(({ text }) => text),
    );
  };
  const covers = lists('covers').flatMap((pair): (readonly [string, string])[] => {
    const [higher, lower, ...more] = pair;
    if (higher !== undefined && lower !== undefined && more.length === 0) return [[higher, lower]];
    const message = `a cover has two levels, this one has ${pair.length}`;
    const help = 'Write `[higher, lower]`.';
    reader.report({ code: 'CFG002', message, help }, fields?.get('covers')?.value.span ?? node.span);
    return [];
  });
  return { chains: lists('chains'), covers };
}
