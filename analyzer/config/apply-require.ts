import type { Application } from '../../model/application.ts';
import type { StoreId } from '../../model/brand.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { PassRequirement } from '../../model/labelling.ts';
import { declaredAt } from './claims.ts';
import type { Matches } from './matches.ts';
import { nearNames } from './near.ts';
import { matchesPattern, nameableFunction, nameableStore } from './patterns.ts';
import type { Configuration, PassRule } from './types.ts';

export interface AppliedRequire {
  /** Functions that something requires, sorted: the names of the `bypass:` marks. */
  readonly required: readonly string[];
  readonly byStore: ReadonlyMap<StoreId, readonly PassRequirement[]>;
}

/** Finds which places require which functions. A requirement that cannot be checked is an error: dropping it would let everything pass. */
export function applyRequire(
  application: Application,
  configuration: Configuration,
  { matches, diagnostics }: { readonly matches: Matches; readonly diagnostics: Diagnostic[] },
): AppliedRequire {
  const byStore = new Map<StoreId, PassRequirement[]>();
  const required = new Set<string>();
  for (const rule of configuration.require) {
    const stores = application.stores.filter((store) => matchesPattern(rule.before, nameableStore(store)));
    const word = wordOf(rule, matches);
    if (word !== null && stores.length === 0) {
      const message = `\`${rule.before.text}\` is a ${word}; what must have been passed is checked where data is stored or sent`;
      const help = 'Name the table, bucket, queue, topic, bus, stream, log or endpoint that the data reaches.';
      diagnostics.push({ code: 'CFG016', severity: 'error', message, help, span: rule.before.span });
    }
    if (stores.length === 0) continue;
    const through = findFunction(application, rule, diagnostics);
    if (through === null) continue;
    required.add(through);
    const requirement = { through, mode: rule.mode, origin: declaredAt(rule.span) };
    for (const { id } of stores) byStore.set(id, [...(byStore.get(id) ?? []), requirement]);
  }
  return { required: [...required].sort(), byStore };
}

/** What the checker cannot ask the question at; null when the pattern names nothing of that kind. */
function wordOf({ before }: PassRule, matches: Matches): string | null {
  if (matches.functions.some((thing) => matchesPattern(before, thing))) return 'function';
  return matches.results.some((thing) => matchesPattern(before, thing)) ? 'result of a workflow' : null;
}

function findFunction(
  application: Application,
  { through }: PassRule,
  diagnostics: Diagnostic[],
): PassRequirement['through'] | null {
  const found = application.functions.filter((declared) => matchesPattern(through, nameableFunction(declared)));
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only.id;
  const near = nearNames(
    through.glob,
    application.functions.flatMap(({ name }) => name),
  );
  const message =
    only === undefined
      ? `no function is named \`${through.text}\`, so nothing can pass through it`
      : `\`${through.text}\` names ${found.length} functions`;
  const suggestion =
    near.length === 0
      ? 'Name a function that the workflows call.'
      : `Did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`;
  const help = only === undefined ? suggestion : 'Name one function; write one entry for each that is required.';
  diagnostics.push({ code: 'CFG015', severity: 'error', message, help, span: through.span });
  return null;
}
