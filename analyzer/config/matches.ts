import type { Application } from '../../model/application.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { nearNames } from './near.ts';
import {
  matchesPattern,
  nameableComposition,
  nameableFunction,
  nameableStore,
  PATTERN_KINDS,
  type Nameable,
} from './patterns.ts';
import type { Configuration, NamePattern } from './types.ts';

/** Everything of one application that patterns can name, and which patterns name nothing. */
export class Matches {
  readonly stores: readonly Nameable[];
  readonly functions: readonly Nameable[];
  readonly inputs: readonly Nameable[];
  readonly results: readonly Nameable[];
  readonly workflows: readonly Nameable[];

  constructor(application: Application) {
    this.stores = application.stores.map(nameableStore);
    this.functions = application.functions.map(nameableFunction);
    this.inputs = application.compositions.map((one) => nameableComposition(one, 'input'));
    this.results = application.compositions.map((one) => nameableComposition(one, 'result'));
    this.workflows = application.compositions.map((one) => nameableComposition(one, 'workflow'));
  }

  /** Warnings for patterns that match nothing (CFG013), with near names. Nothing is said when nothing was found to match. */
  unmatched(configuration: Configuration): Diagnostic[] {
    if (this.workflows.length === 0) return [];
    const places = [...this.stores, ...this.functions];
    return [
      ...this.#check(
        configuration.sources.map(({ pattern }) => pattern),
        [...places, ...this.inputs],
      ),
      ...this.#check(
        configuration.sinks.map(({ pattern }) => pattern),
        [...places, ...this.results],
      ),
      ...this.#check(
        configuration.stores.map(({ pattern }) => pattern),
        this.stores,
      ),
      ...this.#check(
        configuration.functions.map(({ pattern }) => pattern),
        this.functions,
      ),
      ...this.#check(
        configuration.functions.flatMap(({ writes }) => writes),
        this.stores,
      ),
      ...this.#check(
        configuration.releases.map(({ pattern }) => pattern),
        this.functions,
      ),
      ...this.#check(
        configuration.releases.flatMap((rule) => rule.in ?? []),
        this.workflows,
      ),
      ...this.#check(
        configuration.authorities.flatMap((rule) => rule.in ?? []),
        this.workflows,
      ),
      ...this.#check(configuration.tokens, places),
      ...this.#check(
        configuration.require.map(({ before }) => before),
        [...places, ...this.results],
      ),
      ...this.#check(
        configuration.entries.flatMap(({ match }) => (match.kind === 'workflow' ? [match.pattern] : [])),
        this.workflows,
      ),
    ];
  }

  #check(patterns: readonly NamePattern[], things: readonly Nameable[]): Diagnostic[] {
    return patterns
      .filter((pattern) => !things.some((thing) => matchesPattern(pattern, thing)))
      .map((pattern) => unmatchedPattern(pattern, things));
  }
}

function unmatchedPattern(pattern: NamePattern, things: readonly Nameable[]): Diagnostic {
  const message = `\`${pattern.text}\` matches nothing in this application`;
  const report = (help: string): Diagnostic => ({
    code: 'CFG013',
    severity: 'warning',
    message,
    help,
    span: pattern.span,
  });
  const sameName = things.find((thing) => matchesPattern({ ...pattern, kind: null }, thing));
  if (sameName !== undefined) {
    const kind = sameName.kinds.at(-1) ?? '';
    return report(`There is a ${kind} of that name: write \`${kind}:${pattern.glob}\`.`);
  }
  const names = things.flatMap((thing) =>
    [...thing.names, ...(thing.namesOfKind ?? [])].map((name) => ({ name, thing })),
  );
  const [, afterColon] = pattern.glob.split(':');
  const near = nearNames(
    afterColon ?? pattern.glob,
    names.map(({ name }) => name),
  );
  const offered = near.map((name) => {
    const kind = names.find((one) => one.name === name)?.thing.kinds.at(-1);
    const isWritten = pattern.kind !== null && pattern.text.startsWith(`${pattern.kind}:`);
    return isWritten || afterColon !== undefined ? `\`${kind ?? ''}:${name}\`` : `\`${name}\``;
  });
  if (offered.length > 0) return report(`Did you mean ${offered.join(' or ')}?`);
  const help = afterColon !== undefined && pattern.kind === null ? ` Kinds are ${PATTERN_KINDS.join(', ')}.` : '';
  return report(
    `Correct the name, or remove the entry; \`weir check --show-config\` lists the names there are.${help}`,
  );
}
