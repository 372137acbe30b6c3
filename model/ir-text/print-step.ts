import type {
  Bound,
  BranchArm,
  CallTarget,
  EffectDescription,
  ErrorPattern,
  Expression,
  Handler,
  Path,
  Region,
  RetryPolicy,
  Step,
  StoreTarget,
} from '../ir.ts';
import { expressionText, labelText, pathText, spanText, type PrintOptions } from './print-expression.ts';
import { ENTRY_WORD, jumpText, nameText, numberText, quote, stepNameText, variableText } from './words.ts';

const INDENT = '  ';
export const indented = (lines: readonly string[]): string[] => lines.map((line) => INDENT + line);

/** Prints regions and steps, one line each; nests as deep as regions do, which `IR_REGION_DEPTH_MAX` bounds. */
export class StepPrinter {
  readonly #options: PrintOptions;

  constructor(options: PrintOptions) {
    this.#options = options;
  }

  region(region: Region): string[] {
    const first = region.steps[0]?.id;
    const entry = region.entry === first ? [] : [`${ENTRY_WORD} ${nameText(region.entry)}`];
    return [...entry, ...region.steps.flatMap((step, at) => this.#step(step, region.steps[at + 1]))];
  }

  bound(word: string, bound: Bound): string {
    switch (bound.kind) {
      case 'none':
        return '';
      case 'set':
        return ` ${word} ${numberText(bound.value)}`;
      case 'default':
        return ` ${word} default ${numberText(bound.value)}`;
      case 'dynamic':
        return ` ${word} dynamic ${this.#expression(bound.from)}`;
    }
  }

  /** The first line has the id, the action begins on it; the last has the jump and the place. */
  #step(step: Step, following: Step | undefined): string[] {
    const label = stepNameText(step.id) + (step.name === step.id ? '' : ` ${quote(step.name)}`);
    const lines = this.#action(step);
    lines[0] = `${label}: ${lines[0] ?? ''}`;
    lines.push(`${lines.pop() ?? ''}${jump(step, following)}${spanText(step.span, this.#options)}`);
    return lines;
  }

  #action(step: Step): string[] {
    switch (step.kind) {
      case 'branch':
        return this.#block('branch', [
          ...step.arms.map((arm) => this.#arm(arm)),
          `otherwise -> ${jumpText(step.otherwise)}`,
        ]);
      case 'loop': {
        const head = `${step.test === 'after' ? 'do ' : ''}while ${this.#expression(step.guard)}`;
        return this.#block(head + this.bound('rounds', step.rounds), this.region(step.body));
      }
      case 'forEach': {
        const variables = [step.item, ...(step.index === null ? [] : [step.index])].map(variableText).join(', ');
        const head = `${result(step.result)}for each ${variables} in ${this.#expression(step.items)}`;
        const tolerates = step.tolerates ? ' tolerates' : '';
        return this.#block(head + this.bound('concurrency', step.concurrency) + tolerates, this.region(step.body));
      }
      case 'parallel':
      case 'race': {
        const arms = step.arms.flatMap((arm) => this.#block('arm', this.region(arm)));
        return this.#block(result(step.result) + step.kind, arms);
      }
      case 'try':
        return this.#block('try', [
          ...this.#block('do', this.region(step.body)),
          ...step.retry.map((policy) => this.#retry(policy)),
          ...step.handlers.map((handler) => this.#handler(handler)),
        ]);
      default:
        return [this.#simpleAction(step)];
    }
  }

  #block(head: string, lines: readonly string[]): string[] {
    return [`${head} {`, ...indented(lines), '}'];
  }

  #simpleAction(step: Exclude<Step, { kind: 'branch' | 'loop' | 'forEach' | 'parallel' | 'race' | 'try' }>): string {
    switch (step.kind) {
      case 'assign':
        return `${pathText(step.target)} := ${this.#expression(step.value)}`;
      case 'call': {
        const detached = step.waits ? '' : ' detached';
        const asked = `call ${this.#target(step.target)} with ${this.#expression(step.argument)}${detached}`;
        return result(step.result) + asked + this.#effect(step.effect);
      }
      case 'read': {
        const asked = `read ${this.#target(step.store)} key ${this.#expression(step.key)}`;
        return result(step.result) + asked + this.#effect(step.effect);
      }
      case 'write': {
        const value = `key ${this.#expression(step.key)} value ${this.#expression(step.value)}`;
        return `${result(step.result)}write ${this.#target(step.store)} ${value}${this.#effect(step.effect)}`;
      }
      case 'await': {
        const { source } = step;
        const awaited = source.kind === 'timer' ? this.#expression(source.duration) : nameText(source.channel);
        const limits = this.bound('timeout', step.timeoutSeconds) + this.bound('heartbeat', step.heartbeatSeconds);
        return `${result(step.result)}await ${source.kind} ${awaited}${limits}`;
      }
      case 'declassify':
      case 'endorse': {
        const authority = `by ${nameText(step.by)} under ${nameText(step.authority)}`;
        const labels = `from ${labelText(step.from)} to ${labelText(step.to)}`;
        return `${result(step.result)}${step.kind} ${this.#expression(step.argument)} ${authority} ${labels}`;
      }
      case 'raise':
        return `raise ${this.#expression(step.error)}${step.cause === null ? '' : ` cause ${this.#expression(step.cause)}`}`;
      case 'return':
        return `return ${this.#expression(step.value)}`;
      case 'opaque': {
        const reads =
          step.reads.length === 0 ? '' : ` reads ${step.reads.map((read) => this.#expression(read)).join(', ')}`;
        const writes = step.writes.length === 0 ? '' : ` writes ${step.writes.map(pathText).join(', ')}`;
        return `opaque ${quote(step.reason)}${reads}${writes}`;
      }
    }
  }

  #expression(expression: Expression): string {
    return expressionText(expression, this.#options);
  }

  #target(target: CallTarget | StoreTarget): string {
    const named = (): string => {
      if (target.kind === 'dynamic') return this.#expression(target.from);
      return target.kind === 'unresolved'
        ? `${quote(target.text)} because ${quote(target.reason)}`
        : nameText(target.id);
    };
    return `${target.kind} ${named()}${spanText(target.span, this.#options)}`;
  }

  #effect(effect: EffectDescription): string {
    const { operation, idempotent, credentials } = effect;
    const parts = [
      operation === '' ? '' : ` via ${quote(operation)}`,
      idempotent === null ? '' : idempotent ? ' idempotent' : ' not-idempotent',
      this.bound('timeout', effect.timeoutSeconds),
      this.bound('heartbeat', effect.heartbeatSeconds),
      credentials === null ? '' : ` as ${this.#expression(credentials)}`,
      effect.privileged ? ' privileged' : '',
    ];
    return parts.join('');
  }

  #arm(arm: BranchArm): string {
    return `when ${this.#expression(arm.guard)} -> ${jumpText(arm.next)}${spanText(arm.span, this.#options)}`;
  }

  #retry(policy: RetryPolicy): string {
    const attempts = this.bound('attempts', policy.attempts);
    return `retry ${errors(policy.errors)}${attempts}${spanText(policy.span, this.#options)}`;
  }

  #handler(handler: Handler): string {
    const into = handler.binds === null ? '' : ` into ${pathText(handler.binds)}`;
    return `catch ${errors(handler.errors)}${into} -> ${jumpText(handler.next)}${spanText(handler.span, this.#options)}`;
  }
}

const result = (path: Path | null): string => (path === null ? '' : `${pathText(path)} <- `);

function errors(pattern: ErrorPattern): string {
  if (pattern.kind === 'any') return 'any';
  return pattern.names.length === 0 ? 'nothing' : pattern.names.map(quote).join(', ');
}

/** Where a step goes on is left out when it is the step on the next line, or the region's end after the last. */
function jump(step: Step, following: Step | undefined): string {
  if (step.kind === 'branch' || step.kind === 'raise' || step.kind === 'return') return '';
  return step.next === (following?.id ?? null) ? '' : ` -> ${jumpText(step.next)}`;
}
