import type { FunctionId, StoreId } from '../../model/brand.ts';
import type { Step } from '../../model/ir.ts';
import type { FunctionSignature, StoreSignature } from '../../model/labelling.ts';
import type { SinkDescription } from '../../model/verdict.ts';
import type { ErrorMap } from './errors.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import type { Premises } from './transfer.ts';
import type { Tree } from './tree.ts';

/** What is sent, and the control it is sent under. */
export interface Sent {
  readonly data: Leaf;
  readonly control: Leaf;
}

/** Asks whether `sent` may go to function f: its bound, tokens, required functions. */
export function recordFunctionEffect(premises: Premises<Step>, id: FunctionId, sent: Sent, program: Program): void {
  const signature = program.signatureOf(id);
  const sink: SinkDescription = { kind: 'function', id, name: program.functionName(id), origin: signature.origin };
  const { kernel } = program;
  const bounded = {
    data: kernel.holds('call-argument-bound') ? sent.data : kernel.leaves.bottom,
    control: kernel.holds('call-pc-bound') ? sent.control : kernel.leaves.bottom,
  };
  program.effects.recordFlow({ site: premises.site, sink, bound: signature.accepts }, bounded);
  recordToken(premises, { sink, data: sent.data, mayHold: program.mayHoldTokens(id, signature) }, program);
}

/** Asks whether `sent` may go to store s. Undeclared stores take everything; what they hold is inferred. */
export function recordStoreEffect(premises: Premises<Step>, id: StoreId, sent: Sent, program: Program): void {
  const signature = program.storeSignatureOf(id);
  const sink: SinkDescription = { kind: 'store', id, name: program.storeName(id), origin: signature.origin };
  program.effects.recordFlow({ site: premises.site, sink, bound: signature.accepts ?? program.kernel.space.top }, sent);
  recordToken(premises, { sink, data: sent.data, mayHold: signature.mayHoldTokens }, program);
  recordRequirements(premises, { sink, signature, data: sent.data }, program);
  if (program.showsErrors(id)) recordErrorDetail(premises, sink, sent.data, program);
}

/** Asks whether the composition's result may go to its caller. */
export function recordReturn(premises: Premises<Step>, sent: Sent, program: Program): void {
  const data = program.kernel.holds('return-bound') ? sent.data : program.kernel.leaves.bottom;
  const sink = recordEnd(premises, { data, control: sent.control }, program);
  recordErrorDetail(premises, sink, sent.data, program);
}

/**
 * Asks whether what an execution fails with may go to its caller: the error and the cause that a `raise` names, in strict mode all of any failure. That
 * an error carries error detail is no news.
 */
export function recordFailure(premises: Premises<Step>, errors: ErrorMap, program: Program): void {
  const { kernel, strict } = program;
  const { trees, leaves } = kernel;
  const raised = [...errors.values()].filter((error) => strict || error.told !== null);
  const isBounded = program.labelling.results.has(premises.site.composition);
  if (raised.length === 0 || !isBounded || !kernel.holds('failure-bound')) return;
  const words = (payload: Tree): Leaf =>
    leaves.joinAll(['Error', 'Cause'].map((name) => trees.flatten(trees.step(payload, { kind: 'field', name }))));
  const data = leaves.joinAll(raised.map(({ payload }) => (strict ? trees.flatten(payload) : words(payload))));
  const control = leaves.joinAll(raised.map((error) => (strict ? error.control : (error.told ?? leaves.bottom))));
  recordEnd(premises, { data, control }, program);
}

/** How an execution ends is told to its caller. */
function recordEnd(premises: Premises<Step>, sent: Sent, program: Program): SinkDescription {
  const { composition } = premises.site;
  const declared = program.labelling.results.get(composition);
  const origin = declared?.origin ?? { description: 'results are not bounded', span: null };
  const sink: SinkDescription = { kind: 'result', id: composition, name: program.compositionName(composition), origin };
  program.effects.recordFlow({ site: premises.site, sink, bound: declared?.accepts ?? program.kernel.space.top }, sent);
  return sink;
}

/** What goes to a place that is not known before run time cannot be decided. */
export function recordUnknownEffect(
  premises: Premises<Step>,
  target: { readonly text: string; readonly reason: string; readonly from: Leaf | null },
  sent: Sent,
  program: Program,
): void {
  const { kernel, labelling } = program;
  const origin = { description: target.reason, span: premises.site.span };
  const sink: SinkDescription = { kind: 'unknown', id: null, name: target.text, origin };
  program.effects.recordFlow({ site: premises.site, sink, bound: kernel.space.bottom, unknown: target.reason }, sent);
  if (kernel.space.hasMark(sent.data.label, 'token')) {
    recordMark(premises, { sink, promise: 'token', mark: 'token', data: sent.data, unknown: target.reason }, program);
  }
  if (target.from === null) return;
  program.effects.record(
    {
      site: premises.site,
      sink,
      promise: 'dynamic-target',
      bound: labelling.dynamicTarget.accepts,
      axes: ['integrity'],
      forbidden: null,
      origin: labelling.dynamicTarget.origin,
      unknown: null,
    },
    { data: target.from, control: sent.control },
  );
}

/** Asks whether a privileged operation is fed and steered by trusted data only. */
export function recordPrivilege(premises: Premises<Step>, sink: SinkDescription, sent: Sent, program: Program): void {
  const { accepts, origin } = program.labelling.privileged;
  program.effects.record(
    {
      site: premises.site,
      sink,
      promise: 'privileged',
      bound: accepts,
      axes: ['integrity'],
      forbidden: null,
      origin,
      unknown: null,
    },
    sent,
  );
}

function recordToken(
  premises: Premises<Step>,
  at: { readonly sink: SinkDescription; readonly data: Leaf; readonly mayHold: boolean },
  program: Program,
): void {
  if (at.mayHold || !program.kernel.space.hasMark(at.data.label, 'token')) return;
  recordMark(premises, { sink: at.sink, promise: 'token', mark: 'token', data: at.data }, program);
}

function recordErrorDetail(premises: Premises<Step>, sink: SinkDescription, data: Leaf, program: Program): void {
  if (!program.kernel.space.hasMark(data.label, 'error')) return;
  recordMark(premises, { sink, promise: 'error-detail', mark: 'error', data }, program);
}

function recordMark(
  premises: Premises<Step>,
  found: {
    readonly sink: SinkDescription;
    readonly promise: 'token' | 'error-detail';
    readonly mark: 'token' | 'error';
    readonly data: Leaf;
    readonly unknown?: string;
  },
  program: Program,
): void {
  const { kernel } = program;
  const { site } = premises;
  const { sink, promise, mark, data } = found;
  const unknown = found.unknown ?? null;
  program.effects.record(
    { site, sink, promise, bound: kernel.space.top, axes: [], forbidden: mark, origin: sink.origin, unknown },
    { data, control: kernel.leaves.bottom },
  );
}

function recordRequirements(
  premises: Premises<Step>,
  at: { readonly sink: SinkDescription; readonly signature: StoreSignature; readonly data: Leaf },
  program: Program,
): void {
  const { kernel } = program;
  const { site, state } = premises;
  for (const { through, mode, origin } of at.signature.requires) {
    const name = program.functionName(through);
    const hasPassed = mode === 'data' || state.passed.has(through);
    program.effects.record(
      {
        site,
        sink: at.sink,
        promise: 'must-pass',
        bound: kernel.space.top,
        axes: [],
        forbidden: `bypass:${through}`,
        origin,
        unknown: null,
      },
      {
        data: mode === 'data' ? at.data : kernel.leaves.withoutMarks(at.data, [`bypass:${through}`]),
        control: kernel.leaves.bottom,
        broken: hasPassed ? null : `not every way here calls ${name} first`,
      },
    );
  }
}

/** A function of this application, or one declared to, may hold callback tokens. */
export function mayHoldTokens(id: FunctionId, signature: FunctionSignature, holders: ReadonlySet<FunctionId>): boolean {
  return holders.has(id) || signature.release !== null;
}
