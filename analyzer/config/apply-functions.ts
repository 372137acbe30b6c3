import type { FunctionDeclaration } from '../../model/application.ts';
import type { FunctionId } from '../../model/brand.ts';
import type { FunctionSignature } from '../../model/labelling.ts';
import type { LabellingParts } from './apply.ts';
import { applyRelease } from './apply-releases.ts';
import { sinkClaims, sourceClaims } from './apply-stores.ts';
import { boundOf, claimOfLabel, claimsOfShape, declaredAt, mergeClaims, resolveLabel, shapeOf } from './claims.ts';
import { matchesPattern, nameableFunction, nameableStore, specificityOf } from './patterns.ts';
import type { FunctionRule } from './types.ts';

/** Φ of every function. */
export function applyFunctions(shared: LabellingParts): ReadonlyMap<FunctionId, FunctionSignature> {
  const functions = shared.application.functions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return new Map(functions.map((declared) => [declared.id, applyFunction(declared, shared)]));
}

function applyFunction(declared: FunctionDeclaration, shared: LabellingParts): FunctionSignature {
  const { configuration, labels, native, diagnostics } = shared;
  const { space } = labels;
  const thing = nameableFunction(declared);
  const what = `function \`${declared.name}\``;
  const rules = configuration.functions
    .filter(({ pattern }) => matchesPattern(pattern, thing))
    .toSorted((a, b) => specificityOf(b.pattern) - specificityOf(a.pattern));
  const [rule] = rules;
  reportRivals(rules, what, shared);
  const accepted = rules.flatMap(({ accepts, pattern }) => (accepts === null ? [] : [claimOfLabel(accepts, pattern)]));
  const returned = rules.flatMap(({ returns, pattern }) => (returns === null ? [] : claimsOfShape(returns, pattern)));
  const bound = boundOf(
    mergeClaims([...accepted, ...sinkClaims(configuration, thing, space)], `what ${what} accepts`, diagnostics),
    space,
  );
  const beside = native.content.get(declared.id) ?? [];
  const content = mergeClaims(
    [...returned, ...sourceClaims(configuration, thing), ...beside],
    `what ${what} returns`,
    diagnostics,
  );
  const release = applyRelease(declared, shared);
  const isKnown = rule !== undefined || content.length > 0 || release !== null || declared.kind === 'service';
  const treatAs = rule?.treatAs ?? (isKnown ? 'pass-through' : configuration.unknownFunctions);
  const ruleOrigin = rule === undefined ? null : declaredAt(rule.span);
  const origin = bound?.origin ?? ruleOrigin ?? content[0]?.origin ?? release?.origin ?? unknownOrigin(declared);
  const error = rule?.errors ?? null;
  return {
    accepts: bound?.label ?? space.top,
    output: shapeOf(content, { label: space.bottom, origin }, space),
    dependsOnArgument: rule?.dependsOnInput ?? true,
    effects: effectsOf(rules, shared),
    error: error === null ? space.bottom : resolveLabel(error.declaration, space.bottom, space),
    isAssumed: !isKnown && treatAs === 'pass-through',
    isOpaque: treatAs === 'opaque',
    release,
    origin,
  };
}

function unknownOrigin(declared: FunctionDeclaration): FunctionSignature['origin'] {
  const description =
    declared.kind === 'service'
      ? `${declared.name} is an operation of the provider`
      : `nothing is declared for ${declared.name}`;
  return { description, span: null };
}

/** Two rules that are equally narrow must not say different things about one function. Labels are compared when they are merged. */
function reportRivals(rules: readonly FunctionRule[], what: string, { diagnostics }: LabellingParts): void {
  const [best, rival] = rules;
  if (best === undefined || rival === undefined) return;
  const isTied = specificityOf(best.pattern) === specificityOf(rival.pattern);
  if (!isTied || (best.treatAs === rival.treatAs && best.dependsOnInput === rival.dependsOnInput)) return;
  diagnostics.push({
    code: 'CFG014',
    severity: 'error',
    message: `${what} is declared here and, differently, at ${best.span.file}:${best.span.start.line}`,
    help: 'Remove one of the two, or make one pattern narrower.',
    span: rival.span,
  });
}

function effectsOf(rules: readonly FunctionRule[], { application }: LabellingParts): FunctionSignature['effects'] {
  const effects = new Map<string, FunctionSignature['effects'][number]>();
  for (const pattern of rules.flatMap(({ writes }) => writes)) {
    for (const store of application.stores) {
      if (matchesPattern(pattern, nameableStore(store))) {
        effects.set(store.id, { store: store.id, origin: declaredAt(pattern.span) });
      }
    }
  }
  return [...effects.values()].sort((a, b) => (a.store < b.store ? -1 : 1));
}
