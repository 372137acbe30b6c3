import type { StoreId } from '../../model/brand.ts';
import type { ReadStep, StoreTarget, WriteStep } from '../../model/ir.ts';
import { AXES } from '../../model/label.ts';
import type { StoreSignature } from '../../model/labelling.ts';
import { anyError } from './errors.ts';
import { evaluate, labelOf } from './evaluate.ts';
import type { Kernel } from './kernel.ts';
import { recordJournals } from './journals.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import { recordPrivilege, recordStoreEffect, recordUnknownEffect } from './questions.ts';
import { assign } from './state.ts';
import type { Site } from './trace.ts';
import { addressLabel, evaluationOf, limitLabel, type Conclusion, type Premises } from './transfer.ts';
import { uniform, type Tree } from './tree.ts';

/** What stores hold: declared, or (for undeclared ones) the join of all that the application writes; grows until nothing changes. */
export class StoreContents {
  readonly #kernel: Kernel;
  readonly #signatureOf: (id: StoreId) => StoreSignature;
  readonly #nameOf: (id: StoreId) => string;
  readonly #written = new Map<StoreId, Tree>();
  /** What decides that something was written at all. */
  readonly #existence = new Map<StoreId, Leaf>();
  readonly #read = new Set<StoreId>();
  #hasNews = false;

  constructor(
    kernel: Kernel,
    names: { readonly signatureOf: (id: StoreId) => StoreSignature; readonly nameOf: (id: StoreId) => string },
  ) {
    this.#kernel = kernel;
    this.#signatureOf = names.signatureOf;
    this.#nameOf = names.nameOf;
  }

  /** Whether something that was read has grown since the last call. */
  takeNews(): boolean {
    const had = this.#hasNews;
    this.#hasNews = false;
    return had;
  }

  /** `existence`: what decides that this is written. */
  write(id: StoreId, { value, existence }: { readonly value: Tree; readonly existence: Leaf }, site: Site): void {
    const kernel = this.#kernel;
    this.#raiseExistence(id, existence, site);
    const known = this.#written.get(id) ?? kernel.trees.empty;
    const kept = kernel.trees.mapLeaves(value, (leaf, slot) =>
      kernel.trace.hop(
        leaf,
        { site, construct: 'write', slot: `${id}${slot}`, why: `it is kept in ${this.#nameOf(id)}` },
        { data: leaf.origins, control: kernel.leaves.none },
      ),
    );
    const joined = kernel.trees.limit(kernel.trees.join(known, kept));
    if (kernel.trees.equal(known, joined)) return;
    this.#written.set(id, joined);
    if (this.#read.has(id)) this.#hasNews = true;
  }

  #raiseExistence(id: StoreId, existence: Leaf, site: Site): void {
    const kernel = this.#kernel;
    const leaf = kernel.stripGuard(existence);
    const hop = { site, construct: 'write', slot: `sent@${id}`, why: 'this decides whether it is written' } as const;
    const kept = kernel.trace.hop(leaf, hop, { data: kernel.leaves.none, control: leaf.origins });
    const known = this.#existence.get(id) ?? kernel.leaves.bottom;
    const joined = kernel.join(known, kept);
    if (joined === known) return;
    this.#existence.set(id, joined);
    if (this.#read.has(id)) this.#hasNews = true;
  }

  /** What decides that the application put something into the store, as what it triggers sees it. */
  existenceOf(id: StoreId): Leaf {
    this.#read.add(id);
    return this.#existence.get(id) ?? this.#kernel.leaves.bottom;
  }

  /** Σ(s) as a reader sees it. */
  contentOf(id: StoreId, site: Site): Tree {
    const kernel = this.#kernel;
    const { content, inferredAxes = [] } = this.#signatureOf(id);
    const declared =
      content === null
        ? kernel.trees.empty
        : kernel.shape(content, { site, slot: `content@${id}`, description: `content of ${this.#nameOf(id)}` });
    if (content !== null && inferredAxes.length === 0) return declared;
    this.#read.add(id);
    if (!kernel.holds('read-inferred-content')) return declared;
    const written = this.#written.get(id) ?? kernel.trees.empty;
    if (content === null) return written;
    const spoken = AXES.filter((axis) => !inferredAxes.includes(axis));
    const { space, leaves } = kernel;
    const inferred = kernel.trees.mapLeaves(written, (leaf) =>
      leaves.leaf(space.replaceAxes(leaf.label, spoken, space.bottom), leaf.origins),
    );
    return kernel.trees.join(declared, inferred);
  }
}

export function transferRead(premises: Premises<ReadStep>, program: Program): Conclusion {
  const { step, pc, site, state } = premises;
  const { kernel } = program;
  const { bottom } = kernel.leaves;
  const key = keyOf(premises, program);
  const content = contentOf(step.store, premises, program);
  const held = kernel.trees.flatten(content);
  const readContent = kernel.holds('read-content') ? content : kernel.trees.empty;
  const value = kernel.trees.raise(readContent, kernel.holds('read-key') ? key : bottom);
  const label = kernel.join(held, key);
  if (step.store.kind !== 'store') {
    const sent = { data: key, control: pc };
    recordUnknownEffect(premises, unknownStore(step.store, premises, program), sent, program);
  }
  const hop = { site, construct: 'read', why: `read from ${storeText(step.store, program)}` } as const;
  const after = step.result === null ? state : assign(state, { target: step.result, value, pc, hop }, kernel);
  program.recordTyping(premises, { input: key, output: label });
  return concludeAccess(premises, { after, label }, program);
}

export function transferWrite(premises: Premises<WriteStep>, program: Program): Conclusion {
  const { step, pc, site, state } = premises;
  const { kernel } = program;
  const { bottom } = kernel.leaves;
  const evaluation = evaluationOf(premises, program);
  const key = keyOf(premises, program);
  const value = evaluate(step.value, evaluation);
  const sent = kernel.join(kernel.trees.flatten(value), key);
  const checked = kernel.leaves.joinAll([
    kernel.holds('write-value-bound') ? kernel.trees.flatten(value) : bottom,
    kernel.holds('write-key-bound') ? key : bottom,
  ]);
  const limit = accessLimit(premises, program);
  const control = kernel.holds('write-pc-bound') ? pc : bottom;
  // A write that is cut off has been done or not.
  const effect = { data: checked, control: program.strict ? kernel.join(control, limit) : control };
  if (step.store.kind === 'store') {
    const { id } = step.store;
    recordStoreEffect(premises, id, effect, program);
    if (step.effect.privileged)
      recordPrivilege(premises, program.storeSink(id, step.effect.operation), effect, program);
    const raised = kernel.trees.raise(value, kernel.join(key, pc));
    // A write may be refused for its value, too; a write that fails has been done or not.
    const existence = kernel.join(program.strict ? kernel.join(sent, limit) : key, pc);
    program.stores.write(id, { value: raised, existence }, site);
  } else recordUnknownEffect(premises, unknownStore(step.store, premises, program), effect, program);
  const hop = { site, construct: 'write', why: `the answer of ${step.effect.operation}` } as const;
  const answer = uniform(kernel.holds('write-answer') ? kernel.join(sent, pc) : bottom);
  const after =
    step.result === null ? state : assign(state, { target: step.result, value: answer, pc: bottom, hop }, kernel);
  program.recordTyping(premises, { input: sent, output: kernel.trees.flatten(answer) });
  return concludeAccess(premises, { after, label: sent }, program);
}

/** What computes how long a step waits for a store. */
function accessLimit(premises: Premises<ReadStep | WriteStep>, program: Program): Leaf {
  const { timeoutSeconds, heartbeatSeconds } = premises.step.effect;
  return program.kernel.stripGuard(limitLabel([timeoutSeconds, heartbeatSeconds], premises, program));
}

/** `X(any) ⊔= pc ⊔ label`. */
function concludeAccess(
  premises: Premises<ReadStep | WriteStep>,
  access: { readonly after: Conclusion['after']; readonly label: Leaf },
  program: Program,
): Conclusion {
  const { kernel } = program;
  const { pc, state, site, step } = premises;
  const { label } = access;
  const limit = accessLimit(premises, program);
  const failure = kernel.leaves.joinAll([kernel.holds('store-error') ? label : kernel.leaves.bottom, limit, pc]);
  const payload = kernel.errorPayload(failure, {
    site,
    slot: `failure@${step.id}`,
    description: `an error of ${step.effect.operation}`,
    origin: { description: 'errors of the platform', span: null },
  });
  const errors = anyError(kernel.stripGuard(failure), payload);
  recordJournals({ ...premises, data: label, errors }, program);
  return {
    after: access.after,
    failed: state,
    errors,
    timing: label,
    stop: program.strict ? kernel.join(label, limit) : kernel.leaves.bottom,
    result: null,
  };
}

/** ℓ(key), with what else decides on which place is meant: a name computed at run time, the identity that is used. */
function keyOf(premises: Premises<ReadStep | WriteStep>, program: Program): Leaf {
  const { step } = premises;
  const key = labelOf(step.key, evaluationOf(premises, program));
  return program.kernel.join(key, addressLabel(step.store, premises, program));
}

function contentOf(target: StoreTarget, premises: Premises<ReadStep>, program: Program): Tree {
  const { kernel } = program;
  const { site } = premises;
  if (target.kind === 'store') return program.stores.contentOf(target.id, site);
  const { text, reason, from } = unknownStore(target, premises, program);
  const origin = { description: reason, span: target.span };
  const unknown = kernel.opaque({ site, slot: 'unknown-store', description: `${text}: ${reason}`, origin });
  return uniform(from === null ? unknown : kernel.join(unknown, from));
}

function unknownStore(
  target: Exclude<StoreTarget, { kind: 'store' }>,
  premises: Premises<ReadStep | WriteStep>,
  program: Program,
): { readonly text: string; readonly reason: string; readonly from: Leaf | null } {
  if (target.kind === 'unresolved') return { text: target.text, reason: target.reason, from: null };
  const from = labelOf(target.from, evaluationOf(premises, program));
  return {
    text: `${premises.step.effect.operation} with a name chosen at run time`,
    reason: 'the name is chosen at run time',
    from,
  };
}

function storeText(target: StoreTarget, program: Program): string {
  if (target.kind === 'store') return program.storeName(target.id);
  return target.kind === 'unresolved' ? target.text : 'a store chosen at run time';
}
