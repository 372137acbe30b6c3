import { itemsOf, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { attributeText, intrinsicOf, isNoValue, pieceTogether } from './pieces.ts';
import type { PlaceholderTarget, TemplateResource } from './types.ts';

/** Deepest chain of references that is followed from one placeholder. */
const RESOLVE_DEPTH_MAX = 12;
/** Most references that are followed for one placeholder: nested substitutions could multiply. */
const RESOLVE_STEPS_MAX = 2000;
/** Longest text that a placeholder is composed to, in UTF-16 code units. */
const COMPOSED_LENGTH_MAX = 20_000;

export type Names = ReadonlyMap<string, DataNode>;

const NO_NAMES: Names = new Map();

/** How far one question has gone. */
interface Trail {
  readonly depth: number;
  readonly steps: { left: number };
}

const unknown = (name: string, reason: string): PlaceholderTarget => ({ kind: 'unknown', name, reason });

/** The names that references in one template can mean. */
export class TemplateScope {
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly #root: MapNode;

  constructor(root: MapNode, resources: ReadonlyMap<string, TemplateResource>) {
    this.#root = root;
    this.resources = resources;
  }

  /** What the name between `${` and `}` means; `names` come before the template's own. */
  resolve(name: string, names: Names = NO_NAMES): PlaceholderTarget {
    return this.#name(name, names, newTrail());
  }

  /** What a template value means. */
  resolveNode(node: DataNode): PlaceholderTarget {
    return this.#node(node, newTrail());
  }

  /** A literal text when nothing in it depends on deployment; null otherwise. */
  literalText(node: DataNode | null): string | null {
    if (node === null) return null;
    const target = this.resolveNode(node);
    return target.kind === 'literal' ? target.text : null;
  }

  /** As {@link literalText}, with parameters at their defaults: the best guess at a name that a deployment may change. */
  defaultText(node: DataNode | null): string | null {
    if (node === null) return null;
    const target = this.resolveNode(node);
    if (target.kind === 'parameter') return target.defaultText;
    if (target.kind !== 'literal' && target.kind !== 'composed') return null;
    const text = target.text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
      const inner = this.resolve(name);
      return inner.kind === 'parameter' ? (inner.defaultText ?? whole) : whole;
    });
    return text.includes('${') ? null : text;
  }

  #name(written: string, names: Names, trail: Trail): PlaceholderTarget {
    const name = written.trim();
    if (isSpent(trail)) return unknown(name, 'its references are too many or go around in a circle');
    const node = names.get(name);
    if (node !== undefined) return this.#node(node, deeper(trail));
    if (name.startsWith('AWS::')) return { kind: 'pseudo', name };
    const dot = name.indexOf('.');
    const logicalId = dot < 0 ? name : name.slice(0, dot);
    const resource = this.resources.get(logicalId);
    if (resource !== undefined) return { kind: 'resource', resource, attribute: dot < 0 ? null : name.slice(dot + 1) };
    const parameter = valueAt(this.#root, 'Parameters', logicalId);
    if (parameter?.kind === 'map') return parameterTarget(logicalId, parameter);
    return unknown(name, 'nothing of this name is declared in the template');
  }

  #node(node: DataNode, trail: Trail): PlaceholderTarget {
    if (isSpent(trail)) return unknown('', 'its references are too many or go around in a circle');
    if (node.kind === 'scalar') {
      const text = textOf(node) ?? '';
      return { kind: 'literal', text, span: node.span };
    }
    const call = intrinsicOf(node);
    if (call === null) return unknown('', 'it is no text and no reference');
    const { argument } = call;
    switch (call.name) {
      case 'Ref':
        return this.#name(textOf(argument) ?? '', NO_NAMES, deeper(trail));
      case 'Fn::GetAtt':
        return this.#name(attributeText(argument) ?? '', NO_NAMES, deeper(trail));
      case 'Fn::ImportValue':
        return { kind: 'import', name: this.#text(argument, deeper(trail)) ?? '', span: node.span };
      case 'Fn::If':
        return this.#choice(argument, deeper(trail));
      case 'Fn::FindInMap':
        return this.#findInMap(argument, deeper(trail));
      case 'Fn::Select':
        return this.#select(argument, deeper(trail));
      case 'Fn::Sub':
      case 'Fn::Join':
        return this.#composed(node, deeper(trail));
      default:
        return unknown(call.name, `${call.name} is not evaluated`);
    }
  }

  /** The first alternative that means something: which one is deployed is not known. */
  #choice(argument: DataNode, trail: Trail): PlaceholderTarget {
    for (const alternative of itemsOf(argument).slice(1)) {
      if (isNoValue(alternative)) continue;
      const target = this.#node(alternative, trail);
      if (target.kind !== 'unknown') return target;
    }
    return unknown('Fn::If', 'it depends on a condition');
  }

  /** Text of a literal or composed value. */
  #text(node: DataNode | undefined, trail: Trail): string | null {
    if (node === undefined) return null;
    const target = this.#node(node, trail);
    return target.kind === 'literal' || target.kind === 'composed' ? target.text : null;
  }

  #findInMap(argument: DataNode, trail: Trail): PlaceholderTarget {
    const [map, first, second] = itemsOf(argument).map((item) => this.#literal(item, trail));
    if (typeof map === 'string' && typeof first === 'string' && typeof second === 'string') {
      const found = valueAt(this.#root, 'Mappings', map, first, second);
      if (found !== null) return this.#node(found, trail);
    }
    return unknown('Fn::FindInMap', 'its key in Mappings depends on the deployment');
  }

  /** A literal, or a parameter at its default. */
  #literal(node: DataNode, trail: Trail): string | null {
    const target = this.#node(node, trail);
    if (target.kind === 'parameter') return target.defaultText;
    return target.kind === 'literal' ? target.text : null;
  }

  /** A part of an ARN, as `cdk synth` cuts names out of it, still is the resource; of a literal list it is the item. */
  #select(argument: DataNode, trail: Trail): PlaceholderTarget {
    const [index, from] = itemsOf(argument);
    const at = Number(textOf(index) ?? Number.NaN);
    if (from?.kind === 'list') {
      const item = from.items[at];
      return item === undefined ? unknown('Fn::Select', 'its list has no such item') : this.#node(item, trail);
    }
    const split = from === undefined ? null : intrinsicOf(from);
    if (split?.name !== 'Fn::Split') return unknown('Fn::Select', 'its list depends on the deployment');
    const [separator, whole] = itemsOf(split.argument);
    if (whole === undefined) return unknown('Fn::Split', 'it has no text');
    const target = this.#node(whole, trail);
    if (target.kind === 'resource') return { ...target, attribute: null };
    const part = target.kind === 'literal' ? target.text.split(textOf(separator) ?? '')[at] : undefined;
    return part === undefined
      ? unknown('Fn::Select', 'the text it is cut out of depends on the deployment')
      : { kind: 'literal', text: part, span: whole.span };
  }

  #composed(node: DataNode, trail: Trail): PlaceholderTarget {
    const pieces = pieceTogether(node);
    if (pieces === null) return unknown('', 'the text depends on the deployment');
    const whole = /^\$\{([^}!]+)\}$/.exec(pieces.text)?.[1];
    if (whole !== undefined) return this.#name(whole, pieces.names, trail);
    const text = this.#inline(pieces.text, pieces.names, trail);
    if (text === null) return unknown('', `the text is longer than ${COMPOSED_LENGTH_MAX} characters`);
    return { kind: /\$\{/.test(text) ? 'composed' : 'literal', text, span: node.span };
  }

  /** Replaces what is known; what is not stays a placeholder under the template's own name for it. */
  #inline(text: string, names: Names, trail: Trail): string | null {
    let length = 0;
    const inlined = text.replace(/\$\{([^}!]+)\}/g, (whole, name: string) => {
      const replaced = length > COMPOSED_LENGTH_MAX ? whole : (nameOf(this.#name(name, names, trail)) ?? whole);
      length += replaced.length;
      return replaced;
    });
    return length > COMPOSED_LENGTH_MAX ? null : inlined;
  }
}

/** How a target is written inside a composed text. */
function nameOf(target: PlaceholderTarget): string | null {
  switch (target.kind) {
    case 'literal':
    case 'composed':
      return target.text;
    case 'resource':
      return `\${${target.resource.logicalId}${target.attribute === null ? '' : `.${target.attribute}`}}`;
    case 'parameter':
    case 'pseudo':
      return `\${${target.name}}`;
    case 'import':
    case 'unknown':
      return null;
  }
}

/** The default of a parameter that is looked up (`AWS::SSM::Parameter::Value<…>`) names the entry, not the value. */
function parameterTarget(name: string, parameter: MapNode): PlaceholderTarget {
  const isLookedUp = textOf(valueAt(parameter, 'Type'))?.startsWith('AWS::SSM::') === true;
  const defaultText = isLookedUp ? null : textOf(valueAt(parameter, 'Default'));
  return { kind: 'parameter', name, defaultText, span: parameter.span };
}

const newTrail = (): Trail => ({ depth: 0, steps: { left: RESOLVE_STEPS_MAX } });

function deeper(trail: Trail): Trail {
  trail.steps.left -= 1;
  return { depth: trail.depth + 1, steps: trail.steps };
}

const isSpent = ({ depth, steps }: Trail): boolean => depth > RESOLVE_DEPTH_MAX || steps.left <= 0;
