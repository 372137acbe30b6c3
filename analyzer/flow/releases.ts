import type { FunctionId } from '../../model/brand.ts';
import type { Axis } from '../../model/label.ts';
import type { ReleaseStep, Step } from '../../model/ir.ts';
import type { Release } from '../../model/labelling.ts';
import type { SinkDescription } from '../../model/verdict.ts';
import { anyError } from './errors.ts';
import { labelOf } from './evaluate.ts';
import { recordJournals } from './journals.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import { assign } from './state.ts';
import { evaluationOf, type Conclusion, type Premises } from './transfer.ts';
import { uniform } from './tree.ts';

/**
 * Lowers a label by a declared release and records what the release needs: authority, no more than `from` going in, and robustness.
 * Without authority nothing is lowered.
 */
export function lowerByRelease(
  premises: Premises<Step>,
  use: { readonly id: FunctionId; readonly argument: Leaf; readonly release: Release },
  program: Program,
): Leaf {
  const { kernel, effects } = program;
  const { site, pc } = premises;
  const { release, argument } = use;
  const name = program.functionName(use.id);
  const sink: SinkDescription = { kind: 'function', id: use.id, name, origin: release.origin };
  const common = { site, sink, forbidden: null, origin: release.origin, unknown: null };
  const isAllowed = release.compositions === null || release.compositions.includes(site.composition);
  const authority = { ...common, promise: 'authority' as const, bound: kernel.space.top, axes: [] };
  const refusal = `authority ${release.authority} may not be used in ${program.compositionName(site.composition)}`;
  const nothing = { data: kernel.leaves.bottom, control: kernel.leaves.bottom };
  effects.record(authority, { ...nothing, broken: isAllowed || !kernel.holds('release-authority') ? null : refusal });
  if (!isAllowed && kernel.holds('release-authority')) return argument;
  if (kernel.holds('release-input')) {
    effects.record(
      { ...common, promise: 'release-input', bound: release.from, axes: release.axes },
      { ...nothing, data: argument },
    );
  }
  effects.record(
    { ...common, promise: 'robustness', bound: release.requires, axes: ['integrity'] },
    {
      data: kernel.holds('release-robustness-data') ? argument : kernel.leaves.bottom,
      control: kernel.holds('release-robustness-control') ? pc : kernel.leaves.bottom,
    },
  );
  return lower(premises, { ...use, name }, program);
}

function lower(
  premises: Premises<Step>,
  use: { readonly name: string; readonly argument: Leaf; readonly release: Release },
  program: Program,
): Leaf {
  const { kernel } = program;
  const { release, argument } = use;
  const lowered = kernel.leaves.leaf(
    kernel.space.replaceAxes(argument.label, release.axes, release.to),
    argument.origins,
  );
  const construct = release.axes.includes('integrity') ? 'endorse' : 'declassify';
  const why = `${use.name} releases it (authority ${release.authority})`;
  const hop = { site: premises.site, construct, slot: 'release', why } as const;
  return kernel.trace.hop(lowered, hop, { data: argument.origins, control: kernel.leaves.none });
}

/** An explicit release: the function must be declared as one, under the authority and with bounds that cover what the step asks for. */
export function transferRelease(premises: Premises<ReleaseStep>, program: Program): Conclusion {
  const { step, pc, resultPc, site, state } = premises;
  const { kernel } = program;
  const argument = kernel.leaves.withoutMarks(labelOf(step.argument, evaluationOf(premises, program)), [
    `bypass:${step.by}`,
  ]);
  const declared = program.labelling.functions.get(step.by)?.release ?? null;
  const isDeclared = declared !== null && declared.authority === step.authority;
  const axes: readonly Axis[] = isDeclared ? declared.axes.filter((axis) => step.to[axis] !== undefined) : [];
  let released = argument;
  if (isDeclared) {
    // What the step says of its levels holds beside the declaration: the stricter counts.
    const { space } = kernel;
    const from = space.meet(declared.from, kernel.resolveOver(step.from, space.top));
    const to = space.join(declared.to, kernel.resolveOver(step.to, space.bottom));
    const release = { ...declared, axes, from, to };
    released = lowerByRelease(premises, { id: step.by, argument, release }, program);
  } else if (kernel.holds('release-authority')) refuse(premises, program);
  else released = kernel.leaves.leaf(kernel.resolveOver(step.to, argument.label), argument.origins);
  const hop = { site, construct: step.kind, why: `released under authority ${step.authority}` } as const;
  const passed = { variables: state.variables, passed: program.passedWith(state.passed, [step.by]) };
  const value = uniform(released);
  const after =
    step.result === null ? passed : assign(passed, { target: step.result, value, pc: resultPc, hop }, kernel);
  program.recordTyping(premises, { input: argument, output: released });
  const failure = kernel.join(argument, pc);
  const errors = anyError(kernel.stripGuard(failure), kernel.leaves.withMarks(failure, ['error']));
  recordJournals({ ...premises, data: kernel.join(argument, released), errors }, program);
  const stop = program.strict ? argument : kernel.leaves.bottom;
  return { after, failed: state, errors, timing: argument, stop, result: null };
}

function refuse(premises: Premises<ReleaseStep>, program: Program): void {
  const { kernel } = program;
  const { step, site } = premises;
  const name = program.functionName(step.by);
  const origin = {
    description: `${name} is not declared as a ${step.kind === 'declassify' ? 'declassifier' : 'endorser'}`,
    span: null,
  };
  const sink: SinkDescription = { kind: 'function', id: step.by, name, origin };
  program.effects.record(
    { site, sink, promise: 'authority', bound: kernel.space.top, axes: [], forbidden: null, origin, unknown: null },
    {
      data: kernel.leaves.bottom,
      control: kernel.leaves.bottom,
      broken: `${name} is not declared under authority ${step.authority}`,
    },
  );
}
