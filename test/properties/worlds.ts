import type { Application } from '../../model/application.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Label } from '../../model/label.ts';
import type { FunctionSignature, Labelling } from '../../model/labelling.ts';
import { expressionsOf, forEachStep } from '../../model/walk.ts';
import { ROOT } from './generator/labelling.ts';
import type { Random } from './generator/random.ts';
import { hiddenName } from './interpreter/frame.ts';
import type { World } from './interpreter/world.ts';
import type { Case } from './non-interference.ts';
import { isVisible } from './visibility.ts';

/** What a program may read besides its input, with its label. */
export interface Constant {
  readonly name: string;
  readonly label: Label;
}

export function constantsOf(application: Application, labelling: Labelling): readonly Constant[] {
  const found: Constant[] = [];
  for (const composition of application.compositions) {
    forEachStep(composition.body, (step) => {
      for (const expression of expressionsOf(step)) collect(expression);
      const isUnmodelled =
        step.kind === 'opaque' ||
        (step.kind === 'call' && step.target.kind !== 'function' && step.target.kind !== 'composition') ||
        (step.kind === 'read' && step.store.kind !== 'store');
      if (isUnmodelled) found.push({ name: hiddenName(step.id), label: labelling.space.top });
    });
  }
  function collect(value: unknown): void {
    if (Array.isArray(value)) value.forEach(collect);
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && value.kind === 'source' && 'description' in value && 'label' in value) {
      const resolved = labelling.space.resolve(value.label as object, labelling.space.bottom);
      if ('label' in resolved) found.push({ name: String(value.description), label: resolved.label });
    }
    for (const part of Object.values(value)) collect(part);
  }
  for (const [id, signature] of labelling.functions)
    if (signature.isOpaque) found.push({ name: hiddenName(id), label: labelling.space.top });
  return found;
}

/** What functions bring in, in whole and in parts with labels of their own. */
function outputLabels({ functions }: Labelling): ReadonlyMap<string, Label> {
  const labels = new Map<string, Label>();
  for (const [id, { output }] of functions) {
    labels.set(id, output.label);
    for (const { path, label } of output.parts)
      if (path[0]?.kind === 'field') labels.set(`${id}.${path[0].name}`, label);
  }
  return labels;
}

function inputOf(random: Random): JsonValue {
  const small = (): JsonValue => random.below(3);
  return {
    x: small(),
    y: small(),
    z: random.chance(30) ? { x: small(), y: small() } : small(),
    list: Array.from({ length: random.below(3) }, small),
  };
}

export function worldOf(subject: Case, random: Random, constants: readonly Constant[]): World {
  const { labelling } = subject;
  const numbers = (names: Iterable<string>): Map<string, number> =>
    new Map([...names].map((name) => [name, random.below(4)]));
  const declared = [...labelling.stores].filter(([, signature]) => signature.content !== null).map(([id]) => id);
  return {
    input: inputOf(random),
    contents: numbers(declared),
    outputs: numbers([...outputLabels(labelling).keys()]),
    errors: numbers(labelling.functions.keys()),
    constants: numbers(constants.map((constant) => constant.name)),
  };
}

/** A world that differs at random, but only where the observer may not look. */
export function varied(
  world: World,
  how: {
    readonly observer: Label;
    readonly subject: Case;
    readonly random: Random;
    readonly constants: readonly Constant[];
  },
): World {
  const { observer, subject, random } = how;
  const { labelling } = subject;
  const other = worldOf(subject, random, how.constants);
  const isSeen = (label: Label): boolean => isVisible(label, observer, labelling);
  const mix = (
    mine: ReadonlyMap<string, number>,
    theirs: ReadonlyMap<string, number>,
    labelOf: (name: string) => Label,
  ): Map<string, number> =>
    new Map([...mine].map(([name, value]) => [name, isSeen(labelOf(name)) ? value : (theirs.get(name) ?? value)]));
  const { bottom } = labelling.space;
  const entry = labelling.entries.get(ROOT);
  const fields = world.input as Readonly<Record<string, JsonValue>>;
  const others = other.input as Readonly<Record<string, JsonValue>>;
  const labelOfField = (name: string): Label =>
    entry?.parts.find((part) => part.path[0]?.kind === 'field' && part.path[0].name === name)?.label ??
    entry?.label ??
    bottom;
  const input = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isSeen(labelOfField(name)) ? value : (others[name] ?? null)]),
  );
  const store = (name: string): Label =>
    [...labelling.stores].find(([id]) => id === name)?.[1].content?.label ?? bottom;
  const called = (name: string): FunctionSignature | undefined =>
    [...labelling.functions].find(([id]) => id === name)?.[1];
  const outputs = outputLabels(labelling);
  return {
    input,
    contents: mix(world.contents, other.contents, store),
    outputs: mix(world.outputs, other.outputs, (name) => outputs.get(name) ?? bottom),
    errors: mix(world.errors, other.errors, (name) => called(name)?.error ?? bottom),
    constants: mix(
      world.constants,
      other.constants,
      (name) => how.constants.find((constant) => constant.name === name)?.label ?? bottom,
    ),
  };
}
