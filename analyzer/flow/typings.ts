import type { Application } from '../../model/application.ts';
import type { StepTyping } from '../../model/verdict.ts';
import { stepsOf } from '../../model/walk.ts';
import type { Program } from './program.ts';

/** Labels of every step of every composition, in program order; steps that nothing reaches are marked so. */
export function stepTypings(application: Application, program: Program): readonly StepTyping[] {
  const { space } = program.kernel;
  const typings: StepTyping[] = [];
  for (const composition of application.compositions) {
    const { id } = composition;
    for (const step of stepsOf(composition)) {
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
