/**
 * What the operations of label spaces cost: `node test/bench/label-space.ts`. The checker joins some thousand times per workflow, so a join
 * should stay below a tenth of a microsecond also in the largest space.
 */
import {
  LEVELS_MAX,
  REGIONS_MAX,
  TENANTS_MAX,
  type Label,
  type LabelSpace,
  type LabelSpaceDeclaration,
} from '../../model/label.ts';
import { compileLabelSpace, DEFAULT_LABEL_SPACE_DECLARATION } from '../../model/label-space.ts';
import { spanAtStart } from '../../model/span.ts';
import { machine, measure, row, sequence } from './measure.ts';

const OPERATIONS = 20_000;

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

const LARGEST: LabelSpaceDeclaration = {
  confidentiality: { chains: [numbered('c', LEVELS_MAX)] },
  integrity: { chains: [numbered('i', LEVELS_MAX)] },
  regions: numbered('r', REGIONS_MAX),
  tenants: numbered('t', TENANTS_MAX),
  required: [],
};

function spaceOf(declaration: LabelSpaceDeclaration): LabelSpace {
  const outcome = compileLabelSpace(declaration, spanAtStart('bench'));
  if (!outcome.ok) throw new Error(outcome.diagnostics.map((diagnostic) => diagnostic.message).join());
  return outcome.value;
}

/** Different labels spread over all axes. */
function labelsOf(space: LabelSpace, count: number): Label[] {
  const { regions, tenants } = space.declaration;
  const confidentiality = space.declaration.confidentiality.chains?.[0] ?? [];
  const integrity = space.declaration.integrity.chains?.[0] ?? [];
  const pick = sequence(2 ** 30, count * 3);
  return Array.from({ length: count }, (_, at) => {
    const [first = 0, second = 0, third = 0] = pick.slice(at * 3, at * 3 + 3);
    const resolved = space.resolve(
      {
        confidentiality: confidentiality[first % confidentiality.length] ?? '',
        integrity: integrity[second % integrity.length] ?? '',
        region: regions.filter((__, region) => (region * third) % 3 > 0),
        tenant: tenants.filter((__, tenant) => (tenant * first + second) % 5 > 0),
      },
      space.bottom,
    );
    if (!('label' in resolved)) throw new Error(resolved.unknownNames.join());
    return resolved.label;
  });
}

let kept = 0;
/** Keeps results alive, so that nothing is optimised away. */
const keep = (value: Label | boolean): void => {
  kept += typeof value === 'boolean' ? Number(value) : value.id;
};

function report(name: string, space: LabelSpace, labelCount: number): void {
  const labels = labelsOf(space, labelCount);
  const left = sequence(labels.length, OPERATIONS).map((at) => labels[at] ?? space.bottom);
  const right = left.toReversed();
  const each = (operate: (a: Label, b: Label) => Label | boolean) => (): void => {
    for (let at = 0; at < OPERATIONS; at++) keep(operate(left[at] ?? space.bottom, right[at] ?? space.bottom));
  };
  console.log(
    row(
      `${name}: join`,
      measure(
        OPERATIONS,
        each((a, b) => space.join(a, b)),
      ),
    ),
  );
  console.log(
    row(
      `${name}: flowsTo`,
      measure(
        OPERATIONS,
        each((a, b) => space.flowsTo(a, b)),
      ),
    ),
  );
  console.log(
    row(
      `${name}: meet`,
      measure(
        OPERATIONS,
        each((a, b) => space.meet(a, b)),
      ),
    ),
  );
}

console.log(machine());
console.log(`${'ns per operation'.padEnd(64)}${'median'.padStart(10)}${'p99'.padStart(10)}`);
report('default space, 12 labels', spaceOf(DEFAULT_LABEL_SPACE_DECLARATION), 12);
report('64 levels, 256 regions, 1,024 tenants, 40 labels', spaceOf(LARGEST), 40);
report('the same, 5,000 labels (a quarter of joins not kept)', spaceOf(LARGEST), 5000);
console.log(`checksum ${kept}`);
