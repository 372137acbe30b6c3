import { itemsOf, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { attributeText, pieceTogether, substitutionsOf } from './pieces.ts';
import type { PlaceholderTarget, TemplateResource } from './types.ts';

/** Deepest chain of references that is followed from one placeholder. */
const RESOLVE_DEPTH_MAX = 12;

/** The names that references in one template can mean. */
export class TemplateScope {
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly #root: MapNode;

  constructor(root: MapNode, resources: ReadonlyMap<string, TemplateResource>) {
    this.#root = root;
    this.resources = resources;
  }

  /** What the name between `${` and `}` means; `variables` come first (DefinitionSubstitutions, the second argument of `Fn::Sub`). */
  resolve(name: string, variables: ReadonlyMap<string, DataNode> = new Map(), depth = 0): PlaceholderTarget {
    if (depth > RESOLVE_DEPTH_MAX) return { kind: 'unknown', name, reason: 'its references go around in a circle' };
    const variable = variables.get(name);
    if (variable !== undefined) return this.resolveNode(variable, depth + 1);
    if (name.startsWith('AWS::')) return { kind: 'pseudo', name };
    const dot = name.indexOf('.');
    const logicalId = dot < 0 ? name : name.slice(0, dot);
    const resource = this.resources.get(logicalId);
    if (resource !== undefined) return { kind: 'resource', resource, attribute: dot < 0 ? null : name.slice(dot + 1) };
    const parameter = valueAt(this.#root, 'Parameters', logicalId);
    if (parameter !== null) {
      return {
        kind: 'parameter',
        name: logicalId,
        defaultText: textOf(valueAt(parameter, 'Default')),
        span: parameter.span,
      };
    }
    return { kind: 'unknown', name, reason: 'nothing of this name is declared in the template' };
  }

  /** What a template value means. */
  resolveNode(node: DataNode, depth = 0): PlaceholderTarget {
    if (depth > RESOLVE_DEPTH_MAX) return { kind: 'unknown', name: '', reason: 'its references go around in a circle' };
    if (node.kind === 'scalar') {
      const text = textOf(node) ?? '';
      return { kind: text.includes('${') ? 'composed' : 'literal', text, span: node.span };
    }
    const entry = node.kind === 'map' && node.entries.length === 1 ? node.entries[0] : undefined;
    if (entry === undefined) return { kind: 'unknown', name: '', reason: 'it is no text and no reference' };
    switch (entry.key) {
      case 'Ref':
        return this.resolve(textOf(entry.value) ?? '', new Map(), depth + 1);
      case 'Fn::GetAtt':
        return this.resolve(attributeText(entry.value) ?? '', new Map(), depth + 1);
      case 'Fn::ImportValue':
        return { kind: 'import', name: pieceTogether(entry.value)?.text ?? '', span: node.span };
      case 'Fn::If': {
        const [, yes, no] = itemsOf(entry.value);
        const first = yes === undefined ? null : this.resolveNode(yes, depth + 1);
        if (first !== null && first.kind !== 'unknown') return first;
        return no === undefined
          ? { kind: 'unknown', name: '', reason: 'it depends on a condition' }
          : this.resolveNode(no, depth + 1);
      }
      case 'Fn::FindInMap':
        return this.#findInMap(entry.value, depth);
      default:
        return this.#resolveText(node, depth);
    }
  }

  /** A literal text when nothing in it depends on deployment; null otherwise. */
  literalText(node: DataNode | null): string | null {
    if (node === null) return null;
    const target = this.resolveNode(node);
    return target.kind === 'literal' ? target.text : null;
  }

  #findInMap(value: DataNode, depth: number): PlaceholderTarget {
    const keys = itemsOf(value).map((item) => this.literalText(item));
    const [map, first, second] = keys;
    const found =
      typeof map === 'string' && typeof first === 'string' && typeof second === 'string'
        ? valueAt(this.#root, 'Mappings', map, first, second)
        : null;
    return found === null
      ? { kind: 'unknown', name: map ?? '', reason: 'its key in Mappings depends on deployment' }
      : this.resolveNode(found, depth + 1);
  }

  #resolveText(node: DataNode, depth: number): PlaceholderTarget {
    const pieces = pieceTogether(node);
    if (pieces === null) return { kind: 'unknown', name: '', reason: 'this intrinsic function is not evaluated' };
    const whole = /^\$\{([^}]+)\}$/.exec(pieces.text)?.[1];
    if (whole !== undefined && !whole.startsWith('!')) return this.resolve(whole, substitutionsOf(node), depth + 1);
    const text = this.#inline(pieces.text, substitutionsOf(node), depth);
    return { kind: text.includes('${') ? 'composed' : 'literal', text, span: node.span };
  }

  /** Replaces placeholders that are known literals; the others stay, so that nothing is guessed. */
  #inline(text: string, variables: ReadonlyMap<string, DataNode>, depth: number): string {
    return text.replace(/\$\{([^}!]+)\}/g, (whole, name: string) => {
      const target = this.resolve(name.trim(), variables, depth + 1);
      return target.kind === 'literal' || target.kind === 'composed' ? target.text : whole;
    });
  }
}
