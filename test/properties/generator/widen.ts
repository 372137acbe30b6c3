import type { Application, Trigger } from '../../../model/application.ts';
import { compositionId, stepId, storeId } from '../../../model/brand.ts';
import {
  FAILS_OPERATOR,
  LIST_OPERATOR,
  SEQUENCE_OPERATOR,
  type Bound,
  type BranchArm,
  type CallStep,
  type Composition,
  type EffectDescription,
  type Expression,
  type Journal,
  type Path,
  type Region,
  type Segment,
  type Step,
} from '../../../model/ir.ts';
import type { LabelSpaceDeclaration } from '../../../model/label.ts';
import { ExpressionGenerator, literalOf, SPAN, VARIABLES } from './expressions.ts';
import type { Generated } from './generator.ts';
import { Random } from './random.ts';

/**
 * Adds to a generated application what platforms rarely have: targets chosen at run time, computed limits, foreign identities, executions that nobody
 * waits for, triggers, journals of errors, sequences, failures that are only reported. Separate from the generator, so that its seeds keep their meaning.
 */
export function widen(generated: Generated, seed: number): Generated {
  const { application, space } = generated;
  const widener = new Widener(new Random(seed ^ 0x27d4eb2f), space);
  return { space, application: widener.application(application) };
}

class Widener {
  readonly #random: Random;
  readonly #make: ExpressionGenerator;

  constructor(random: Random, space: LabelSpaceDeclaration) {
    this.#random = random;
    this.#make = new ExpressionGenerator(random, space, 'added constant');
  }

  application(application: Application): Application {
    const compositions = application.compositions.map((each) => this.#composition(each));
    return { ...application, compositions, triggers: this.#triggers(application) };
  }

  #triggers(application: Application): readonly Trigger[] {
    const random = this.#random;
    if (application.compositions.length < 2 || !random.chance(60)) return [];
    return [
      {
        target: { kind: 'composition', id: compositionId('c1') },
        kind: 'queue',
        authentication: 'internal',
        from: storeId(random.pick(['s0', 's1', 'open', 'journal'])),
        span: SPAN,
      },
    ];
  }

  #composition(composition: Composition): Composition {
    const random = this.#random;
    const journals: readonly Journal[] = random.chance(25)
      ? [
          {
            store: storeId('journal'),
            includesData: random.chance(30),
            level: random.pick(['all', 'error']),
            span: SPAN,
          },
        ]
      : composition.journals;
    return { ...composition, journals, body: this.#region(composition.body) };
  }

  #region(region: Region): Region {
    const steps = region.steps.map((step) => this.#step(step));
    return { ...region, steps: steps.flatMap((step) => this.#reporting(step)) };
  }

  /** Lets handlers, and tests of evaluations, only report what they catch. */
  #reporting(step: Step): readonly Step[] {
    const random = this.#random;
    if (step.kind !== 'try' && step.kind !== 'branch') return [step];
    if ((step.kind === 'try' && step.handlers.length === 0) || !random.chance(30)) return [step];
    const [noted, raised] = [stepId(`${step.id}~note`), stepId(`${step.id}~report`)];
    const isForAll = random.chance(70);
    const target: Path = { root: random.pick(VARIABLES), segments: [] };
    const common = { name: step.name, span: SPAN };
    const reporting: Step =
      step.kind === 'try'
        ? {
            ...step,
            handlers: step.handlers.map((each, at) => (isForAll || at === 0 ? { ...each, next: noted } : each)),
          }
        : { ...step, arms: step.arms.map((arm, at) => (isForAll || at === 0 ? this.#failing(arm, noted) : arm)) };
    return [
      reporting,
      { ...common, kind: 'assign', id: noted, target, value: this.#read(), next: raised },
      { ...common, kind: 'raise', id: raised, error: literalOf('E0'), cause: random.chance(50) ? this.#read() : null },
    ];
  }

  #failing({ guard }: BranchArm, next: BranchArm['next']): BranchArm {
    return { guard: { kind: 'apply', operator: FAILS_OPERATOR, args: [guard], span: SPAN }, next, span: SPAN };
  }

  #step(step: Step): Step {
    const random = this.#random;
    switch (step.kind) {
      case 'assign':
        return random.chance(15) ? { ...step, value: this.#unusual(step.value) } : step;
      case 'call':
        return this.#call(step);
      case 'read':
      case 'write': {
        if (step.kind === 'read' && random.chance(10))
          return { ...step, store: { kind: 'store', id: storeId('journal'), span: SPAN } };
        const store = random.chance(4) ? ({ kind: 'dynamic', from: this.#chosen(), span: SPAN } as const) : step.store;
        return { ...step, store, effect: this.#effect(step.effect) };
      }
      case 'await':
        return step.source.kind === 'timer' ? step : { ...step, timeoutSeconds: this.#bound(25) };
      case 'loop':
        return { ...step, rounds: this.#bound(50), body: this.#region(step.body) };
      case 'forEach':
        return {
          ...step,
          concurrency: random.chance(15) ? { kind: 'default', value: 40 } : this.#bound(40),
          tolerates: step.tolerates || random.chance(15),
          body: this.#region(step.body),
        };
      case 'try': {
        const retry = step.retry.map((policy) => ({
          ...policy,
          attempts: random.chance(50) ? this.#computed() : policy.attempts,
        }));
        return { ...step, retry, body: this.#region(step.body) };
      }
      case 'parallel':
      case 'race':
        return { ...step, arms: step.arms.map((arm) => this.#region(arm)) };
      default:
        return step;
    }
  }

  #call(step: CallStep): CallStep {
    const random = this.#random;
    const effect = this.#effect(step.effect);
    if (random.chance(4)) return { ...step, effect, target: { kind: 'dynamic', from: this.#chosen(), span: SPAN } };
    if (random.chance(2))
      return { ...step, effect, target: { kind: 'unresolved', text: 'elsewhere', reason: 'generated', span: SPAN } };
    return { ...step, effect, waits: !random.chance(step.target.kind === 'composition' ? 40 : 10) };
  }

  #effect(effect: EffectDescription): EffectDescription {
    return {
      ...effect,
      timeoutSeconds: this.#bound(8),
      credentials: this.#random.chance(8) ? this.#read() : null,
    };
  }

  #bound(percent: number): Bound {
    if (!this.#random.chance(percent)) return { kind: 'none' };
    return this.#random.chance(70) ? this.#computed() : { kind: 'set', value: 1 + this.#random.below(2) };
  }

  #computed(): Bound {
    return { kind: 'dynamic', from: this.#read() };
  }

  /** What chooses a target: often something low, so that the choice itself is not always what is reported. */
  #chosen(): Expression {
    return this.#random.chance(40) ? literalOf(1) : this.#read();
  }

  #read(): Expression {
    const field: Segment = { kind: 'field', name: this.#random.pick(['x', 'y', 'z']) };
    const path: Path = this.#random.chance(60)
      ? { root: 'in', segments: [field] }
      : { root: this.#random.pick(VARIABLES), segments: [] };
    return { kind: 'path', path, span: SPAN };
  }

  #unusual(value: Expression): Expression {
    const random = this.#random;
    if (random.chance(30)) return { kind: 'get', of: value, segments: [{ kind: 'dynamic' }], span: SPAN };
    const more = this.#make.expression({ variables: ['in', ...VARIABLES] }, 1);
    const operator = random.chance(50) ? LIST_OPERATOR : SEQUENCE_OPERATOR;
    return { kind: 'apply', operator, args: [value, more], span: SPAN };
  }
}
