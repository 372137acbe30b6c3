import type { FunctionId } from '../../model/brand.ts';
import type { CallStep } from '../../model/ir.ts';
import type { FunctionSignature } from '../../model/labelling.ts';
import { anyError, joinErrors, raiseErrors, type ErrorMap } from './errors.ts';
import { evaluate, labelOf } from './evaluate.ts';
import { recordJournals } from './journals.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import { recordFunctionEffect, recordPrivilege, recordStoreEffect, recordUnknownEffect } from './questions.ts';
import { lowerByRelease } from './releases.ts';
import { assign, type State } from './state.ts';
import { addressLabel, evaluationOf, limitLabel, type Conclusion, type Premises } from './transfer.ts';
import { uniform, type Tree } from './tree.ts';

/** What a call gives back. */
interface Answer {
  readonly value: Tree;
  readonly errors: ErrorMap;
  readonly timing: Leaf;
  /** Functions passed inside. */
  readonly passed: readonly string[];
}

export function transferCall(premises: Premises<CallStep>, program: Program): Conclusion {
  const { step, resultPc, site, state } = premises;
  const { kernel } = program;
  const argument = evaluate(step.argument, evaluationOf(premises, program));
  const sent = sentWith(premises, kernel.trees.flatten(argument), program);
  const answer = answerOf(premises, { argument, sent }, program);
  const label = kernel.trees.flatten(answer.value);
  const hop = { site, construct: 'call', why: `the result of ${program.targetName(step.target)}` } as const;
  const returned: State = { variables: state.variables, passed: program.passedWith(state.passed, answer.passed) };
  const after =
    step.result === null
      ? returned
      : assign(returned, { target: step.result, value: answer.value, pc: resultPc, hop }, kernel);
  program.recordTyping(premises, { input: sent, output: label });
  recordJournals({ ...premises, data: kernel.join(sent, label), errors: answer.errors }, program);
  const timing = kernel.leaves.joinAll([sent, answer.timing, limitOf(premises, program)]);
  const stop = program.strict ? timing : kernel.leaves.bottom;
  return { after, failed: state, errors: answer.errors, timing, stop, result: null };
}

/** ℓa with what else decides on who is asked for what: a target computed at run time, the identity that is used. */
function sentWith(premises: Premises<CallStep>, argument: Leaf, program: Program): Leaf {
  return program.kernel.join(argument, addressLabel(premises.step.target, premises, program));
}

function limitOf(premises: Premises<CallStep>, program: Program): Leaf {
  const { timeoutSeconds, heartbeatSeconds } = premises.step.effect;
  return limitLabel([timeoutSeconds, heartbeatSeconds], premises, program);
}

function answerOf(
  premises: Premises<CallStep>,
  input: { readonly argument: Tree; readonly sent: Leaf },
  program: Program,
): Answer {
  const { step } = premises;
  switch (step.target.kind) {
    case 'function':
      return callFunction(premises, { id: step.target.id, ...input }, program);
    case 'composition':
      return callComposition(premises, { id: step.target.id, ...input }, program);
    case 'dynamic': {
      const from = labelOf(step.target.from, evaluationOf(premises, program));
      return callUnknown(
        premises,
        { sent: input.sent, from, text: 'a target chosen at run time', reason: 'the target is chosen at run time' },
        program,
      );
    }
    case 'unresolved': {
      const { text, reason } = step.target;
      return callUnknown(premises, { sent: input.sent, from: null, text, reason }, program);
    }
  }
}

/** Effects and result of Φ(f). */
function callFunction(
  premises: Premises<CallStep>,
  call: { readonly id: FunctionId; readonly argument: Tree; readonly sent: Leaf },
  program: Program,
): Answer {
  const { pc, step, site } = premises;
  const { kernel } = program;
  const signature = program.signatureOf(call.id);
  const { sent } = call;
  recordFunctionEffect(premises, call.id, { data: sent, control: pc }, program);
  for (const effect of signature.effects) {
    recordStoreEffect(premises, effect.store, { data: sent, control: pc }, program);
    // The function's code decides whether it writes at all.
    const existence = kernel.join(sent, pc);
    program.stores.write(effect.store, { value: uniform(existence), existence }, site);
  }
  if (step.effect.privileged) {
    const sink = { kind: 'function', id: call.id, name: step.effect.operation, origin: signature.origin } as const;
    recordPrivilege(premises, sink, { data: sent, control: pc }, program);
  }
  const value = step.waits ? resultOf(premises, { ...call, signature }, program) : uniform(sent);
  // Who does not wait does not know that the function has run.
  const passed = step.waits ? [call.id] : [];
  return { value, errors: failureOf(premises, { sent, signature }, program), timing: sent, passed };
}

/** `Φ(f).out(ℓa)`. */
function resultOf(
  premises: Premises<CallStep>,
  call: { readonly id: FunctionId; readonly sent: Leaf; readonly signature: FunctionSignature },
  program: Program,
): Tree {
  const { site } = premises;
  const { kernel } = program;
  const { signature, id } = call;
  const name = program.functionName(id);
  const passed = kernel.leaves.withoutMarks(call.sent, [`bypass:${id}`]);
  const argument =
    signature.release === null
      ? passed
      : lowerByRelease(premises, { id, argument: passed, release: signature.release }, program);
  const { output } = signature;
  const bringsIn = output.label !== kernel.space.bottom || output.parts.length > 0;
  let value =
    bringsIn && kernel.holds('call-result-output')
      ? kernel.shape(output, { site, slot: `output@${id}`, description: `output of ${name}` })
      : kernel.trees.empty;
  if (signature.dependsOnArgument && kernel.holds('call-result-argument')) value = kernel.trees.raise(value, argument);
  if (signature.isAssumed) {
    const origin = { description: `${name} is not declared`, span: signature.origin.span };
    const description = `${name} is assumed to return nothing above its input`;
    const assumed = kernel.source(kernel.space.withMarks(kernel.space.bottom, ['assumed']), {
      site,
      slot: `assumed@${id}`,
      description,
      origin,
      isDefinite: false,
    });
    value = kernel.trees.raise(value, assumed);
  }
  if (signature.isOpaque) {
    const description = `${name} is unknown`;
    value = kernel.trees.raise(
      value,
      kernel.opaque({ site, slot: `opaque@${id}`, description, origin: signature.origin }),
    );
  }
  return kernel.trees.mapLeaves(value, (leaf) => kernel.leaves.withoutMarks(leaf, [`bypass:${id}`]));
}

/** `X(any) ⊔= pc ⊔ ℓa ⊔ Φ(f).error`; the payload carries the same. */
function failureOf(
  premises: Premises<CallStep>,
  call: { readonly sent: Leaf; readonly signature: FunctionSignature },
  program: Program,
): ErrorMap {
  const { kernel } = program;
  const { pc, site, step } = premises;
  const declared = kernel.holds('call-error-declared')
    ? kernel.source(call.signature.error, {
        site,
        slot: `error@${step.id}`,
        description: `errors of ${program.targetName(step.target)}`,
        origin: call.signature.origin,
        isDefinite: true,
      })
    : kernel.leaves.bottom;
  const argument = kernel.holds('call-error-argument') ? call.sent : kernel.leaves.bottom;
  const all = kernel.leaves.joinAll([argument, declared, limitOf(premises, program), pc]);
  const payload = kernel.errorPayload(all, {
    site,
    slot: `failure@${step.id}`,
    description: `an error of ${program.targetName(step.target)}`,
    origin: call.signature.origin,
  });
  return anyError(kernel.stripGuard(all), payload);
}

function callComposition(
  premises: Premises<CallStep>,
  call: {
    readonly id: Extract<CallStep['target'], { kind: 'composition' }>['id'];
    readonly argument: Tree;
    readonly sent: Leaf;
  },
  program: Program,
): Answer {
  const { pc, step, place, state } = premises;
  const { kernel } = program;
  const why = `it is sent to ${program.targetName(step.target)}`;
  const sent = kernel.trees.mapLeaves(call.argument, (leaf, slot) =>
    kernel.trace.hop(
      leaf,
      { site: premises.site, construct: 'call', slot: `sent${slot}`, why },
      { data: leaf.origins, control: kernel.leaves.none },
    ),
  );
  const entry = kernel.holds('composition-entry') ? sent : kernel.trees.empty;
  // Whether a start that fails has started something, and how far it gets in a limited time, are channels of strict mode.
  const cut = kernel.stripGuard(kernel.join(call.sent, limitOf(premises, program)));
  const start = program.strict ? kernel.join(pc, cut) : pc;
  const control = kernel.holds('composition-pc') ? start : kernel.leaves.bottom;
  const summary = program.callComposition({
    id: call.id,
    entry,
    pc: control,
    passed: state.passed,
    // Who does not wait does not see that what it started has failed; that it has is a channel of its own, as for any execution.
    tracksFailures: step.waits ? place.tracksFailures : program.strict,
  });
  const refused = refusalOf(premises, call.sent, program);
  if (!step.waits) return { value: uniform(call.sent), errors: refused, timing: call.sent, passed: [] };
  const identity = sentWith(premises, kernel.leaves.bottom, program);
  const result = kernel.holds('composition-result') ? summary.result : kernel.trees.empty;
  const inner: ErrorMap = kernel.holds('composition-error') ? summary.errors : new Map();
  return {
    value: kernel.trees.raise(result, identity),
    errors: joinErrors(refused, raiseErrors(inner, pc, kernel.trees), kernel.trees),
    timing: summary.timing,
    passed: [...summary.passed],
  };
}

/** Starting another composition may fail for what is sent, and waiting for it for how long. */
function refusalOf(premises: Premises<CallStep>, sent: Leaf, program: Program): ErrorMap {
  const { kernel } = program;
  const { pc, site, step } = premises;
  const argument = kernel.holds('composition-refusal') ? sent : kernel.leaves.bottom;
  const all = kernel.leaves.joinAll([argument, limitOf(premises, program), pc]);
  const payload = kernel.errorPayload(all, {
    site,
    slot: `failure@${step.id}`,
    description: `an error of ${program.targetName(step.target)}`,
    origin: { description: 'errors of the platform', span: null },
  });
  return anyError(kernel.stripGuard(all), payload);
}

/** ⊤ comes back, marked: nothing is known of what was called. */
function callUnknown(
  premises: Premises<CallStep>,
  call: { readonly sent: Leaf; readonly from: Leaf | null; readonly text: string; readonly reason: string },
  program: Program,
): Answer {
  const { pc, site, step } = premises;
  const { kernel } = program;
  recordUnknownEffect(premises, call, { data: call.sent, control: pc }, program);
  const origin = { description: call.reason, span: step.target.span };
  const description = `${call.text}: ${call.reason}`;
  const unknown = kernel.opaque({ site, slot: 'unknown-target', description, origin });
  const premise = call.from === null ? 'unresolved-result' : 'dynamic-target-result';
  const label = kernel.holds(premise) ? kernel.join(call.sent, unknown) : call.sent;
  const failure = kernel.leaves.joinAll([label, limitOf(premises, program), pc]);
  const errors = anyError(kernel.stripGuard(failure), kernel.leaves.withMarks(failure, ['error']));
  return { value: uniform(label), errors, timing: label, passed: [] };
}
