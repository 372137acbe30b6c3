import type { Application } from '../../model/application.ts';
import type { Region, Step } from '../../model/ir.ts';
import type { StepTyping } from '../../model/verdict.ts';
import type { Program } from './program.ts';

/** Labels of every step of every composition, in program order; steps that nothing reaches are marked so. */
export function stepTypings(application: Application, program: Program): readonly StepTyping[] {
  const { space } = program.kernel;
  const typings: StepTyping[] = [];
  for (const { id, body } of application.compositions) {
    for (const step of stepsOf(body)) {
      const typing = program.typings.get(`${id}/${step.id}`);
      typings.push({
        composition: id,
        step: step.id,
        isReachable: typing !== undefined,
        control: space.describe(typing?.control.label ?? space.bottom),
        input: space.describe(typing?.input.label ?? space.bottom),
        output: space.describe(typing?.output.label ?? space.bottom),
      });
    }
  }
  return typings;
}

function stepsOf(region: Region): readonly Step[] {
  return region.steps.flatMap((step) => [step, ...innerRegions(step).flatMap(stepsOf)]);
}

function innerRegions(step: Step): readonly Region[] {
  switch (step.kind) {
    case 'parallel':
    case 'race':
      return step.arms;
    case 'forEach':
    case 'loop':
    case 'try':
      return [step.body];
    default:
      return [];
  }
}
