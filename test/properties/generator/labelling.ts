import { compositionId, functionId, storeId } from '../../../model/brand.ts';
import type { Application } from '../../../model/application.ts';
import { compileLabelSpace } from '../../../model/label-space.ts';
import {
  AXES,
  type Label,
  type LabelDeclaration,
  type LabelSpace,
  type LabelSpaceDeclaration,
} from '../../../model/label.ts';
import type { FunctionSignature, LabelledShape, Labelling, StoreSignature } from '../../../model/labelling.ts';
import { FUNCTIONS, SPAN, STORES } from './generator.ts';
import { Random } from './random.ts';

const ORIGIN = { description: 'generated', span: null };

/** All labels of a small space without marks. */
export function allLabels(space: LabelSpace): readonly Label[] {
  const { confidentiality, integrity, regions, tenants } = space.declaration;
  const levels = (declaration: LabelSpaceDeclaration['integrity']): readonly string[] => [
    ...new Set((declaration.chains ?? []).flat()),
  ];
  const subsets = (names: readonly string[]): readonly (readonly string[])[] =>
    names.reduce<readonly (readonly string[])[]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]]);
  const found: Label[] = [];
  for (const level of levels(confidentiality)) {
    for (const trust of levels(integrity)) {
      for (const region of subsets(regions)) {
        for (const tenant of subsets(tenants)) {
          const declaration: LabelDeclaration = { confidentiality: level, integrity: trust, region, tenant };
          const resolved = space.resolve(declaration, space.bottom);
          if ('label' in resolved) found.push(resolved.label);
        }
      }
    }
  }
  return found;
}

/** Compiles the space and labels everything at random; sinks are often unbounded and constants mostly low, so that verdicts vary. */
export function labelAtRandom(declaration: LabelSpaceDeclaration, application: Application, seed: number): Labelling {
  const compiled = compileLabelSpace(declaration, SPAN);
  if (!compiled.ok) throw new Error('generator: the space compiles');
  const space = compiled.value;
  const random = new Random(seed ^ 0x5bd1e995);
  const labels = allLabels(space);
  const any = (): Label => random.pick(labels);
  const mostlyLow = (): Label => (random.chance(75) ? space.bottom : any());
  const mostlyOpen = (): Label => (random.chance(55) ? space.top : any());
  const shape = (label: Label): LabelledShape => ({ label, origin: ORIGIN, parts: [] });
  const entry = (): LabelledShape => ({
    ...shape(mostlyLow()),
    parts: ['x', 'y', 'z', 'list'].map((name) => ({
      path: [{ kind: 'field', name }],
      label: random.chance(50) ? space.bottom : any(),
      origin: ORIGIN,
    })),
  });
  const signature = (name: string): FunctionSignature => ({
    accepts: mostlyOpen(),
    output: shape(mostlyLow()),
    dependsOnArgument: random.chance(80),
    effects: random.chance(20) ? [{ store: storeId(random.pick(['s0', 's1', 'open'])), origin: ORIGIN }] : [],
    error: mostlyLow(),
    isAssumed: false,
    isOpaque: false,
    release:
      name === 'release'
        ? {
            axes: random.chance(70) ? ['confidentiality', 'region', 'tenant'] : ['integrity'],
            from: space.top,
            to: any(),
            authority: 'office',
            requires: space.top,
            compositions: random.chance(80) ? null : [],
            digest: null,
            origin: ORIGIN,
          }
        : null,
    origin: ORIGIN,
  });
  const store = (name: string): StoreSignature => {
    const label = any();
    const isOpen = name === 'open' || random.chance(15);
    const isChannel = name === 'channel';
    return {
      accepts: isOpen && !isChannel ? null : label,
      content: isOpen && !isChannel ? null : shape(label),
      requires: [],
      mayHoldTokens: true,
      origin: ORIGIN,
    };
  };
  return {
    space,
    entries: new Map(application.compositions.map(({ id }) => [id, entry()])),
    results: new Map(
      random.chance(50) ? application.compositions.map(({ id }) => [id, { accepts: any(), origin: ORIGIN }]) : [],
    ),
    functions: new Map(FUNCTIONS.map((name) => [functionId(name), signature(name)])),
    stores: new Map(STORES.map((name) => [storeId(name), store(name)])),
    tokenHolders: new Set(FUNCTIONS.map(functionId)),
    privileged: { accepts: space.top, origin: ORIGIN },
    dynamicTarget: { accepts: space.top, origin: ORIGIN },
  };
}

/** The labelling with what declarations rarely say: shaped results, functions of which nothing is known, stores that leave axes open. */
export function widenLabelling(labelling: Labelling, seed: number): Labelling {
  const { space } = labelling;
  const random = new Random(seed ^ 0x165667b1);
  const labels = allLabels(space);
  const signature = (known: FunctionSignature): FunctionSignature => {
    if (known.release !== null) return known;
    const parts = random.chance(30)
      ? ['x', 'y'].map((name) => ({
          path: [{ kind: 'field', name } as const],
          label: random.pick(labels),
          origin: ORIGIN,
        }))
      : [];
    const [isOpaque, isAssumed] = [random.chance(5), random.chance(8)];
    return { ...known, output: { ...known.output, parts }, isOpaque, isAssumed };
  };
  const store = (known: StoreSignature): StoreSignature => {
    if (known.content === null || !random.chance(20)) return known;
    const axis = random.pick(AXES);
    const accepts = space.replaceAxes(known.accepts ?? space.top, [axis], space.top);
    const label = space.replaceAxes(known.content.label, [axis], space.bottom);
    return { ...known, accepts, content: { ...known.content, label }, inferredAxes: [axis] };
  };
  return {
    ...labelling,
    functions: new Map([...labelling.functions].map(([id, known]) => [id, signature(known)])),
    stores: new Map([...labelling.stores].map(([id, known]) => [id, store(known)])),
  };
}

export const ROOT = compositionId('c0');
