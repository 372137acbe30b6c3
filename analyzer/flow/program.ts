import type { Application } from '../../model/application.ts';
import type { CompositionId, FunctionId, StoreId } from '../../model/brand.ts';
import { invariant } from '../../model/diagnostic.ts';
import type { CallTarget, Composition, Region, Step } from '../../model/ir.ts';
import type { FunctionSignature, Labelling, StoreSignature } from '../../model/labelling.ts';
import type { SinkDescription } from '../../model/verdict.ts';
import type { Cfg } from './cfg.ts';
import { regionRaises } from './raises.ts';
import { Contexts, type CompositionCall, type Summary } from './contexts.ts';
import type { Shape, ShapeOptions } from './dominance.ts';
import { EffectLog } from './effects.ts';
import { controlOf, type ErrorMap } from './errors.ts';
import type { Kernel } from './kernel.ts';
import type { Leaf } from './leaf.ts';
import { mayHoldTokens } from './questions.ts';
import { StoreContents } from './stores.ts';
import type { Premises } from './transfer.ts';

/** Labels at one step, joined over contexts. */
export interface Typing {
  readonly step: Step;
  control: Leaf;
  input: Leaf;
  output: Leaf;
}

/** One pass over an application: everything that transfer functions share and add to. */
export class Program {
  readonly kernel: Kernel;
  readonly labelling: Labelling;
  readonly strict: boolean;
  readonly effects: EffectLog;
  readonly stores: StoreContents;
  readonly contexts: Contexts;
  readonly raisers: ReadonlySet<CompositionId>;
  readonly shapeOptions: ShapeOptions;
  readonly typings = new Map<string, Typing>();
  transfers = 0;
  readonly #compositions: ReadonlyMap<CompositionId, Composition>;
  readonly #functionNames: ReadonlyMap<FunctionId, string>;
  readonly #stores: ReadonlyMap<StoreId, Application['stores'][number]>;
  readonly #shapes = new Map<Region, Map<boolean, { readonly cfg: Cfg; readonly shape: Shape }>>();
  readonly #controlRequired: ReadonlySet<string>;

  constructor(
    application: Application,
    labelling: Labelling,
    options: { readonly kernel: Kernel; readonly strict: boolean },
  ) {
    this.kernel = options.kernel;
    this.labelling = labelling;
    this.strict = options.strict;
    this.effects = new EffectLog(this.kernel);
    this.#compositions = new Map(application.compositions.map((composition) => [composition.id, composition]));
    this.#functionNames = new Map(application.functions.map((declared) => [declared.id, declared.name]));
    this.#stores = new Map(application.stores.map((declared) => [declared.id, declared]));
    this.raisers = findRaisers(application.compositions);
    this.shapeOptions = {
      seesTermination: this.strict && this.kernel.holds('strict-termination'),
      raiseExits: this.kernel.holds('branch-raise-exits'),
    };
    this.stores = new StoreContents(this.kernel, {
      signatureOf: (id) => this.storeSignatureOf(id),
      nameOf: (id) => this.storeName(id),
    });
    this.contexts = new Contexts(this);
    this.#controlRequired = new Set(
      [...labelling.stores.values()].flatMap((store) =>
        store.requires
          .filter((requirement) => requirement.mode === 'control')
          .map((requirement) => requirement.through),
      ),
    );
  }

  compositionOf(id: CompositionId): Composition | undefined {
    return this.#compositions.get(id);
  }

  /** Shape of a frame's control flow; the same for all contexts, so computed once. */
  shapeOf(
    region: Region,
    tracksFailures: boolean,
    build: () => { readonly cfg: Cfg; readonly shape: Shape },
  ): { readonly cfg: Cfg; readonly shape: Shape } {
    const byTracking = this.#shapes.get(region) ?? new Map<boolean, { readonly cfg: Cfg; readonly shape: Shape }>();
    this.#shapes.set(region, byTracking);
    const known = byTracking.get(tracksFailures);
    if (known !== undefined) return known;
    const built = build();
    byTracking.set(tracksFailures, built);
    return built;
  }

  callComposition(call: CompositionCall): Summary {
    return this.contexts.call(call);
  }

  countTransfer(): void {
    this.transfers += 1;
  }

  signatureOf(id: FunctionId): FunctionSignature {
    const signature = this.labelling.functions.get(id);
    invariant(signature !== undefined, `labelling: every function has a signature (${id})`);
    return signature;
  }

  storeSignatureOf(id: StoreId): StoreSignature {
    const signature = this.labelling.stores.get(id);
    invariant(signature !== undefined, `labelling: every store has a signature (${id})`);
    return signature;
  }

  functionName(id: FunctionId): string {
    return this.#functionNames.get(id) ?? id;
  }

  storeName(id: StoreId): string {
    return this.#stores.get(id)?.name ?? id;
  }

  compositionName(id: CompositionId): string {
    return this.#compositions.get(id)?.name ?? id;
  }

  targetName(target: CallTarget): string {
    switch (target.kind) {
      case 'function':
        return this.functionName(target.id);
      case 'composition':
        return this.compositionName(target.id);
      case 'dynamic':
        return 'a target chosen at run time';
      case 'unresolved':
        return target.text;
    }
  }

  storeSink(id: StoreId, operation: string): SinkDescription {
    return { kind: 'store', id, name: operation, origin: this.storeSignatureOf(id).origin };
  }

  mayHoldTokens(id: FunctionId, signature: FunctionSignature): boolean {
    return mayHoldTokens(id, signature, this.labelling.tokenHolders);
  }

  /** Whether people or parties outside the application read this store, so that error detail in it is a disclosure. */
  showsErrors(id: StoreId): boolean {
    const kind = this.#stores.get(id)?.kind;
    return kind === 'log' || kind === 'topic' || kind === 'endpoint';
  }

  passedWith(passed: ReadonlySet<string>, more: readonly string[]): ReadonlySet<string> {
    const added = more.filter((name) => this.#controlRequired.has(name) && !passed.has(name));
    return added.length === 0 ? passed : new Set([...passed, ...added]);
  }

  failureOf(errors: ErrorMap): Leaf {
    const payloads = [...errors.values()].map((error) => this.kernel.trees.flatten(error.payload));
    return this.kernel.leaves.joinAll([controlOf(errors, this.kernel.leaves), ...payloads]);
  }

  recordTyping(premises: Premises<Step>, labels: { readonly input: Leaf; readonly output: Leaf }): void {
    const { step, pc, site } = premises;
    const key = `${site.composition}/${step.id}`;
    const known = this.typings.get(key);
    if (known === undefined) {
      this.typings.set(key, { step, control: pc, ...labels });
      return;
    }
    known.control = this.kernel.join(known.control, pc);
    known.input = this.kernel.join(known.input, labels.input);
    known.output = this.kernel.join(known.output, labels.output);
  }
}

/** Compositions out of which an explicit `raise` may come, through any number of calls. */
function findRaisers(compositions: readonly Composition[]): ReadonlySet<CompositionId> {
  const raisers = new Set<CompositionId>();
  for (let changed = true; changed;) {
    changed = false;
    for (const { id, body } of compositions) {
      if (raisers.has(id) || !regionRaises(body, raisers)) continue;
      raisers.add(id);
      changed = true;
    }
  }
  return raisers;
}
