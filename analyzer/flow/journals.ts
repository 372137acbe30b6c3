import type { Journal } from '../../model/ir.ts';
import type { SinkDescription } from '../../model/verdict.ts';
import { controlOf, NO_ERRORS, type ErrorMap } from './errors.ts';
import type { FramePlace } from './frame-input.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import type { Site } from './trace.ts';

/** A step as its execution's journals see it. */
export interface Journalled {
  readonly site: Site;
  readonly pc: Leaf;
  readonly place: FramePlace;
  /** What it takes and gives. */
  readonly data: Leaf;
  /** X of the step; default none. */
  readonly errors?: ErrorMap;
}

/**
 * Asks whether the execution's journals may show a step: that it ran, its data where they include data, and its failure.
 *
 * A journal that keeps errors only does not show steps that cannot fail. A failure that nobody can catch ends the execution, and with it the
 * journal; that it does is a channel of strict mode, but what the failure says is not.
 */
export function recordJournals(seen: Journalled, program: Program): void {
  const { site, pc } = seen;
  const { kernel, effects, stores } = program;
  const journals = kernel.holds('journal-names') ? (program.compositionOf(site.composition)?.journals ?? []) : [];
  for (const journal of journals) {
    if (journal.level !== 'all' && (seen.errors ?? NO_ERRORS).size === 0) continue;
    const signature = program.storeSignatureOf(journal.store);
    const cause = causeShown(seen, program);
    const shown = kernel.join(cause, shownBy(journal, seen, program));
    const slot = `recorded@${journal.store}`;
    const hop = { site, construct: 'write', slot, why: `${program.storeName(journal.store)} shows it` } as const;
    const data = kernel.trace.hop(shown, hop, { data: shown.origins, control: kernel.leaves.none });
    const sink: SinkDescription = {
      kind: 'journal',
      id: journal.store,
      name: program.storeName(journal.store),
      origin: signature.origin,
    };
    const at: Site = { ...site, step: null, name: program.compositionName(site.composition), span: journal.span };
    effects.recordFlow({ site: at, sink, bound: signature.accepts ?? kernel.space.top }, { data, control: pc });
    // A record is written for a failure, too, so what decides the failure decides that there is one.
    const content = kernel.trees.raise(kernel.trees.empty, kernel.join(data, pc));
    stores.write(journal.store, { value: content, existence: kernel.join(cause, pc) }, at);
  }
}

/** What decides a failure that the journal shows and the execution outlives. */
function causeShown(seen: Journalled, program: Program): Leaf {
  const { kernel, strict } = program;
  const isShown = seen.place.tracksFailures && (!strict || kernel.holds('strict-journal-failure'));
  const isSeen = isShown && kernel.holds('journal-failure');
  return isSeen ? controlOf(seen.errors ?? NO_ERRORS, kernel.leaves) : kernel.leaves.bottom;
}

/** The data in the record of a step. */
function shownBy(journal: Journal, seen: Journalled, program: Program): Leaf {
  const { kernel } = program;
  const { bottom } = kernel.leaves;
  if (!journal.includesData) return bottom;
  const failure = kernel.holds('journal-error') ? program.failureOf(seen.errors ?? NO_ERRORS) : bottom;
  const data = journal.level === 'all' && kernel.holds('journal-data') ? seen.data : bottom;
  return kernel.join(data, failure);
}
