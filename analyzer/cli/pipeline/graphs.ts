import type { Application } from '../../../model/application.ts';
import type { LabelDescription, LabelSpace } from '../../../model/label.ts';
import type { CompositionGraph } from '../../../model/result.ts';
import type { StepTyping } from '../../../model/verdict.ts';
import { groupBy } from './coverage.ts';
import { buildGraph } from '../../graph/build.ts';
import type { RuleContext } from '../../query/index.ts';
import type { WordsOf } from '../../wording/index.ts';

/** Draws every composition with the labels the checker computed. */
export function drawGraphs(
  application: Application,
  checked: {
    readonly steps: readonly StepTyping[];
    readonly space: LabelSpace;
    readonly context: RuleContext;
    readonly words: (platform: string) => WordsOf;
  },
): readonly CompositionGraph[] {
  const { steps, space, context, words } = checked;
  const names = new Map<string, string>(
    [...application.compositions, ...application.functions, ...application.stores].map(({ id, name }) => [id, name]),
  );
  const resolve = ({
    confidentiality,
    integrity,
    region,
    tenant,
    marks,
  }: LabelDescription): ReturnType<typeof space.join> => {
    const sets = { ...(region === 'all' ? {} : { region }), ...(tenant === 'all' ? {} : { tenant }) };
    const resolved = space.resolve({ confidentiality, integrity, ...sets, marks }, space.bottom);
    return 'label' in resolved ? resolved.label : space.top;
  };
  const common = {
    join: (left: LabelDescription, right: LabelDescription) =>
      space.describe(space.join(resolve(left), resolve(right))),
    confidentialityRank: (label: LabelDescription) => context.confidentialityRank(label),
    integrityRank: (label: LabelDescription) => context.integrityRank(label),
    bottom: space.describe(space.bottom),
    nameOf: (id: string) => names.get(id) ?? id,
  };
  const byComposition = groupBy(steps, (typing) => typing.composition);
  return application.compositions.map((composition) => {
    const typings = new Map((byComposition.get(composition.id) ?? []).map((typing) => [typing.step, typing]));
    return buildGraph({ composition, typings, wordsOf: words(composition.platform), ...common });
  });
}
