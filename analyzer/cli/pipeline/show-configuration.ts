import type { LabelledShape, LabelOrigin } from '../../../model/labelling.ts';
import type { Label, LabelSpace } from '../../../model/label.ts';
import type { Segment } from '../../../model/ir.ts';
import type { Configuration } from '../../config/index.ts';
import type { Analysis } from './analyse.ts';

/** Every label that holds, with where it was decided, as text for people: one line per place. */
export function showConfiguration(configuration: Configuration, { application, labelling }: Analysis): string {
  const { space } = labelling;
  const lines: string[] = [
    `configuration: ${configuration.file ?? 'none, defaults apply'}`,
    `unknown functions: ${configuration.unknownFunctions}`,
    '',
    'lattice:',
    `  confidentiality: ${levelsText(configuration.lattice.confidentiality)}`,
    `  integrity: ${levelsText(configuration.lattice.integrity)}`,
    `  regions: ${listText(configuration.lattice.regions)}`,
    `  tenants: ${listText(configuration.lattice.tenants)}`,
    '',
    'inputs:',
  ];
  for (const { id, name } of application.compositions) {
    const entry = labelling.entries.get(id);
    if (entry !== undefined) lines.push(...shapeLines(`  input:${name}`, entry, space));
    const result = labelling.results.get(id);
    if (result !== undefined)
      lines.push(`  result:${name} accepts ${formatted(result.accepts, space)}${originText(result.origin)}`);
  }
  lines.push('', 'stores:');
  for (const { id, kind, name } of application.stores) {
    const signature = labelling.stores.get(id);
    if (signature === undefined) continue;
    const accepts = signature.accepts === null ? 'anything' : formatted(signature.accepts, space);
    const token = signature.mayHoldTokens ? ', may hold tokens' : '';
    lines.push(`  ${kind}:${name} accepts ${accepts}${token}${originText(signature.origin)}`);
    for (const { through, mode, origin } of signature.requires) {
      lines.push(`    requires ${through} (${mode})${originText(origin)}`);
    }
    const inferred = signature.inferredAxes ?? [];
    if (signature.content !== null) lines.push(...shapeLines('    gives', signature.content, space));
    if (inferred.length > 0) lines.push(`    and on ${inferred.join(', ')} what is written`);
  }
  lines.push('', 'functions:', ...functionLines(application, labelling));
  return `${lines.join('\n')}\n`;
}

function functionLines(
  application: Analysis['application'],
  { functions, space }: Analysis['labelling'],
): readonly string[] {
  return application.functions.flatMap(({ id, name, kind }): readonly string[] => {
    const signature = functions.get(id);
    if (signature === undefined) return [];
    const { release } = signature;
    const how = signature.isOpaque
      ? 'may return anything'
      : signature.dependsOnArgument
        ? 'returns its input'
        : 'returns nothing of its input';
    const assumed = signature.isAssumed ? ' (assumed)' : '';
    const accepts = signature.accepts === space.top ? 'anything' : formatted(signature.accepts, space);
    const lines = [`  ${kind}:${name} accepts ${accepts}, ${how}${assumed}${originText(signature.origin)}`];
    const hasOutput = signature.output.label !== space.bottom || signature.output.parts.length > 0;
    if (hasOutput) lines.push(...shapeLines('    and', signature.output, space));
    for (const { store, origin } of signature.effects) lines.push(`    writes ${store}${originText(origin)}`);
    if (release !== null) {
      const to = release.axes.map((axis) => `${axis} to ${String(space.describe(release.to)[axis])}`).join(', ');
      lines.push(`    lowers ${to} under ${release.authority}${originText(release.origin)}`);
    }
    return lines;
  });
}

function shapeLines(head: string, shape: LabelledShape, space: LabelSpace): readonly string[] {
  return [
    `${head} ${formatted(shape.label, space)}${originText(shape.origin)}`,
    ...shape.parts.map(
      ({ path, label, origin }) => `    ${pathText(path)} ${formatted(label, space)}${originText(origin)}`,
    ),
  ];
}

function formatted(label: Label, space: LabelSpace): string {
  const { confidentiality, integrity, region, tenant } = space.describe(label);
  const sets = [
    ...(region === 'all' ? [] : [`in {${region.join(', ')}}`]),
    ...(tenant === 'all' ? [] : [`for {${tenant.join(', ')}}`]),
  ];
  return [confidentiality, integrity, ...sets].join(', ');
}

const originText = ({ description }: LabelOrigin): string => `  # ${description}`;

const listText = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

function levelsText(levels: Configuration['lattice']['confidentiality']): string {
  const chains = (levels.chains ?? []).map((chain) => chain.join(' < '));
  const covers = (levels.covers ?? []).map(([higher, lower]) => `${lower} < ${higher}`);
  return [...chains, ...covers].join('; ');
}

function pathText(path: readonly Segment[]): string {
  return `$${path.map((segment) => (segment.kind === 'field' ? `.${segment.name}` : '[*]')).join('')}`;
}
