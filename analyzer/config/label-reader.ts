import {
  AXES,
  type Axis,
  type LabelDeclaration,
  type LabelSpaceDeclaration,
  type LevelsDeclaration,
} from '../../model/label.ts';
import type { Span } from '../../model/span.ts';
import type { DataNode, MapEntry } from '../source/types.ts';
import { didYouMean } from './near.ts';
import { parseLabelPath } from './paths.ts';
import type { Reader } from './reader.ts';
import type { DeclaredLabel, DeclaredShape } from './types.ts';

const isAxis = (key: string): key is Axis => AXES.some((axis) => axis === key);

/** Reads labels as users write them and checks every name against the declared levels, regions and tenants. */
export class LabelReader {
  readonly #reader: Reader;
  readonly #names: Readonly<Record<Axis, readonly string[]>>;

  constructor(reader: Reader, declaration: LabelSpaceDeclaration) {
    this.#reader = reader;
    const { confidentiality, integrity, regions, tenants } = declaration;
    this.#names = {
      confidentiality: levelNames(confidentiality),
      integrity: levelNames(integrity),
      region: regions,
      tenant: tenants,
    };
  }

  /** The names of the levels, regions or tenants of an axis. */
  namesOf(axis: Axis): readonly string[] {
    return this.#names[axis];
  }

  /** A text like `secret` or `secret, untrusted`, or a map of axes. */
  label(node: DataNode, what: string): DeclaredLabel | null {
    if (node.kind === 'scalar') return this.#shorthand(node, what);
    if (node.kind === 'list') return this.#reader.wrongType(node, what, 'a level or a map of axes');
    const fields = this.#reader.fields(node, what, AXES);
    if (fields === null) return null;
    const declaration = this.#axes(fields, what);
    if (Object.keys(declaration).length === 0) return null;
    return { declaration, span: node.span };
  }

  /** A label, or a map of axes and paths (`$.customer.card: secret`); `$` is the whole. */
  shape(node: DataNode, what: string): DeclaredShape | null {
    if (node.kind === 'scalar') {
      const whole = this.label(node, what);
      return whole === null ? null : { whole, parts: [], span: node.span };
    }
    const entries = this.#reader.entries(node, what);
    if (entries === null) return null;
    const axes = new Map<string, MapEntry>();
    const parts: DeclaredShape['parts'][number][] = [];
    let root: DeclaredLabel | null = null;
    for (const entry of entries) {
      if (entry.key.startsWith('$')) {
        const path = parseLabelPath(entry.key);
        if (path === null) this.#badPath(entry);
        const label = this.label(entry.value, `the label of \`${entry.key}\``);
        if (path === null || label === null) continue;
        if (path.length === 0) root = label;
        else parts.push({ text: entry.key, path, label });
      } else if (isAxis(entry.key)) axes.set(entry.key, entry);
      else this.#reader.unknownKey(entry, what, [...AXES, '$.path']);
    }
    const declared = { ...root?.declaration, ...this.#axes(axes, what) };
    const span = root?.span ?? [...axes.values()][0]?.value.span ?? node.span;
    const whole = Object.keys(declared).length === 0 ? null : { declaration: declared, span };
    return whole === null && parts.length === 0 ? null : { whole, parts, span: node.span };
  }

  #badPath(entry: MapEntry): void {
    const help = 'Write `$.field.field`, `$["field with spaces"]` or `$.list[*].field`.';
    this.#reader.report({ code: 'CFG006', message: `\`${entry.key}\` is not a path`, help }, entry.keySpan);
  }

  #axes(fields: ReadonlyMap<string, MapEntry>, what: string): LabelDeclaration {
    let declaration: LabelDeclaration = {};
    for (const [axis, { value }] of fields) {
      if (!isAxis(axis)) continue;
      if (axis === 'region' || axis === 'tenant') {
        const names = this.#reader.texts(value, `\`${axis}\` of ${what}`);
        const known = names.filter(({ text, span }) => this.#isKnown(text, [axis], span));
        if (known.length === names.length) declaration = { ...declaration, [axis]: names.map(({ text }) => text) };
      } else {
        const name = this.#reader.text(value, `\`${axis}\` of ${what}`);
        if (name !== null && this.#isKnown(name, [axis], value.span)) declaration = { ...declaration, [axis]: name };
      }
    }
    return declaration;
  }

  #isKnown(name: string, axes: readonly Axis[], span: Span): boolean {
    const known = axes.flatMap((axis) => this.#names[axis]);
    if (known.includes(name)) return true;
    const word =
      axes.length > 1 ? 'level' : axes[0] === 'region' || axes[0] === 'tenant' ? axes[0] : `${axes[0]} level`;
    const listed =
      known.length === 0 ? `No ${word} is declared` : `Declared are ${known.map((one) => `\`${one}\``).join(', ')}`;
    const help = didYouMean(name, known, `${listed}; add it under \`lattice\` or use another.`);
    this.#reader.report({ code: 'CFG005', message: `there is no ${word} \`${name}\``, help }, span);
    return false;
  }

  #shorthand(node: DataNode, what: string): DeclaredLabel | null {
    const scalar = this.#reader.scalar(node, what);
    if (scalar === null) return null;
    let declaration: LabelDeclaration = {};
    let isGood = true;
    for (const { word, from } of wordsOf(scalar.value)) {
      const span = scalar.spanOf(from, from + word.length);
      const axes = (['confidentiality', 'integrity'] as const).filter((axis) => this.#names[axis].includes(word));
      const [axis] = axes;
      if (axis === undefined) isGood = this.#isKnown(word, ['confidentiality', 'integrity'], span) && isGood;
      else if (axes.length > 1 || declaration[axis] !== undefined) {
        isGood = false;
        const isTwice = axes.length === 1;
        const message = isTwice
          ? `\`${scalar.value}\` names two ${axis} levels`
          : `\`${word}\` is a confidentiality level and an integrity level`;
        const help = isTwice
          ? 'Name one level per axis.'
          : `Write \`{ confidentiality: ${word} }\` or \`{ integrity: ${word} }\`.`;
        this.#reader.report({ code: 'CFG007', message, help }, span);
      } else declaration = { ...declaration, [axis]: word };
    }
    return isGood ? { declaration, span: node.span } : null;
  }
}

function levelNames(levels: LevelsDeclaration): readonly string[] {
  return [...new Set([...(levels.chains ?? []).flat(), ...(levels.covers ?? []).flat()])];
}

function wordsOf(text: string): { word: string; from: number }[] {
  return [...text.matchAll(/[^,\s](?:[^,]*[^,\s])?/g)].map((found) => ({ word: found[0], from: found.index }));
}
