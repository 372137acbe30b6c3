import type { Application } from '../../model/application.ts';
import type { FunctionId } from '../../model/brand.ts';
import type { Diagnostic, Outcome } from '../../model/diagnostic.ts';
import type { Labelling } from '../../model/labelling.ts';
import { compareSpans } from '../../model/span.ts';
import { compileLabelSpace } from '../../model/label-space.ts';
import { applyEntries, applyResults } from './apply-entries.ts';
import { applyFunctions } from './apply-functions.ts';
import { applyRequire } from './apply-require.ts';
import { applyStores } from './apply-stores.ts';
import type { Claim } from './claims.ts';
import { defaultLabels, functionMayHoldTokens, type DefaultLabels } from './defaults.ts';
import { Matches } from './matches.ts';
import { matchesPattern, nameableFunction } from './patterns.ts';
import type { Configuration } from './types.ts';

/** Labels written beside things in their own files (comments, tags, metadata), by the thing's id. */
export interface NativeLabels {
  /** On what comes out of a function, a store or the input of a composition. */
  readonly content: ReadonlyMap<string, readonly Claim[]>;
}

export const NO_NATIVE_LABELS: NativeLabels = { content: new Map() };

/** What all parts of {@link labelApplication} share. */
export interface LabellingParts {
  readonly application: Application;
  readonly configuration: Configuration;
  readonly labels: DefaultLabels;
  readonly native: NativeLabels;
  readonly matches: Matches;
  readonly diagnostics: Diagnostic[];
}

/**
 * Resolves every label that the checker needs: declarations of the configuration by pattern, then labels written beside things, then defaults by the
 * kind of place (`defaults.ts`). Each label keeps where it was decided.
 *
 * Errors: CFG013 (warning) a pattern that matches nothing, CFG014 contradictory declarations, CFG015 and CFG016 requirements that cannot be
 * checked; LAT010 when too many functions are required. A labelling with errors is refused.
 */
export function labelApplication(
  application: Application,
  configuration: Configuration,
  native: NativeLabels = NO_NATIVE_LABELS,
): Outcome<Labelling> {
  const diagnostics: Diagnostic[] = [];
  const matches = new Matches(application);
  const require = applyRequire(application, configuration, { matches, diagnostics });
  const compiled = compileLabelSpace(
    { ...configuration.lattice, required: require.required },
    configuration.latticeSpan,
  );
  if (!compiled.ok) return { ok: false, diagnostics: [...diagnostics, ...compiled.diagnostics] };
  const space = compiled.value;
  const labels = defaultLabels(space);
  const shared = { application, configuration, labels, native, matches, diagnostics };
  const privileged = space.replaceAxes(space.top, ['integrity'], labels.authenticated);
  const labelling: Labelling = {
    space,
    entries: applyEntries(shared),
    results: applyResults(shared),
    functions: applyFunctions(shared),
    stores: applyStores(shared, require.byStore),
    tokenHolders: tokenHolders(application, configuration),
    privileged: {
      accepts: privileged,
      origin: { description: 'default of operations that run code or change permissions', span: null },
    },
    dynamicTarget: {
      accepts: privileged,
      origin: { description: 'default of targets that are chosen at run time', span: null },
    },
  };
  diagnostics.push(...matches.unmatched(configuration));
  diagnostics.sort((a, b) => compareSpans(a.span, b.span));
  const isBroken = diagnostics.some(({ severity }) => severity === 'error');
  return isBroken ? { ok: false, diagnostics } : { ok: true, value: labelling, diagnostics };
}

function tokenHolders(application: Application, configuration: Configuration): ReadonlySet<FunctionId> {
  const holders = application.functions.filter(
    (declared) =>
      functionMayHoldTokens(declared) ||
      configuration.tokens.some((pattern) => matchesPattern(pattern, nameableFunction(declared))),
  );
  return new Set(holders.map(({ id }) => id).sort());
}
