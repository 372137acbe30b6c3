import type { Application } from '../../model/application.ts';
import { invariant } from '../../model/diagnostic.ts';
import type { LabelSpace } from '../../model/label.ts';
import { compileLevels } from '../../model/lattice.ts';
import { spanAtStart } from '../../model/span.ts';
import type { CheckResult } from '../flow/index.ts';
import type { RuleContext } from './types.ts';

/** What a {@link RuleContext} is made of. */
export interface RuleContextParts {
  readonly application: Application;
  readonly result: Pick<CheckResult, 'verdicts' | 'steps'>;
  readonly space: LabelSpace;
  readonly isConfigured: boolean;
  readonly strict: boolean;
}

/** Gives rules their view of an application and of what the checker found in it. */
export function buildRuleContext(parts: RuleContextParts): RuleContext {
  const { application, result, space, isConfigured, strict } = parts;
  const typings = new Map(result.steps.map((typing) => [`${typing.composition}/${typing.step}`, typing]));
  const confidentiality = ranksOf(space, 'confidentiality');
  const integrity = ranksOf(space, 'integrity');
  return {
    application,
    verdicts: result.verdicts,
    typingOf: (composition, step) => typings.get(`${composition}/${step}`) ?? null,
    confidentialityRank: (label) => confidentiality.get(label.confidentiality) ?? 0,
    integrityRank: (label) => integrity.get(label.integrity) ?? 0,
    isConfigured,
    strict,
  };
}

function ranksOf(space: LabelSpace, axis: 'confidentiality' | 'integrity'): ReadonlyMap<string, number> {
  const compiled = compileLevels(space.declaration[axis], { axis, span: spanAtStart('') });
  invariant(compiled.ok, `label space: the levels of ${axis} are a lattice`);
  return new Map(compiled.value.names.map((name, at) => [name, compiled.value.rank[at] ?? 0]));
}
