import picocolors from 'picocolors';
import type { JsonValue } from '../../../../model/json.ts';
import type { HeldRule, NearlyHeldRule } from '../../../../policies/authoring/explain/condense.ts';
import type { Explanation } from '../../../../policies/authoring/explain/explain.ts';
import { printable } from '../../printable.ts';

/** Rules that nearly held and rows of data that are shown unless all are asked for. */
const SHOWN_MAX = 12;

/** The answer, the rules that held, those that nearly did with what stopped them, and the data that was looked up. */
export function prettyExplanation(
  explanation: Explanation,
  { all, color }: { readonly all: boolean; readonly color: boolean },
): string {
  const paint = picocolors.createColors(color);
  const { entrypoint, answer, held, nearly, lookups } = explanation;
  const max = all ? Number.POSITIVE_INFINITY : SHOWN_MAX;
  const isShown = ({ isFunction }: HeldRule): boolean => all || !isFunction;
  // A rule whose first expression already fails has nothing to do with the case.
  const close = nearly.filter((each) => isShown(each) && (all || each.held > 0));
  const rules = rulesOf(held.filter(isShown));
  const missed = close.slice(0, max).flatMap((each) => nearlyLines(each, paint));
  const rows = lookups
    .slice(0, max)
    .map(({ path, isFound }) => `${path}${isFound ? '' : paint.yellow('  (no such row)')}`);
  const sections = [
    [`${paint.bold(entrypoint)} ${answer === undefined ? 'is undefined' : 'answers'}`, ...answerLines(answer)],
    [
      paint.bold('Rules that held'),
      ...rules.slice(0, max).map(({ rule, places }) => `${rule}  ${paint.dim(places)}`),
      ...more(rules.length - Math.min(rules.length, max)),
    ],
    [paint.bold('Rules that nearly held'), ...missed, ...more(close.length - Math.min(close.length, max))],
    [paint.bold('Data that was looked up'), ...rows, ...more(lookups.length - rows.length)],
  ];
  const shown = sections.filter(([, ...lines], at) => at === 0 || lines.length > 0);
  return shown
    .map(
      ([title = '', ...lines]) => `${printable(title)}\n${lines.map((line) => `  ${clean(line, color)}\n`).join('')}`,
    )
    .join('\n');
}

/** One line for all parts of a rule; those that add to a set, as the reasons of a decision do, come first. */
function rulesOf(held: readonly HeldRule[]): readonly { readonly rule: string; readonly places: string }[] {
  const byRule = new Map<string, HeldRule[]>();
  for (const each of held)
    byRule.set(`${each.rule} ${each.file}`, [...(byRule.get(`${each.rule} ${each.file}`) ?? []), each]);
  const groups = [...byRule.values()].sort((one, other) => Number(other[0]?.isPartial) - Number(one[0]?.isPartial));
  return groups.map((group) => ({
    rule: group[0]?.rule ?? '',
    places: `${group[0]?.file ?? ''}:${[...new Set(group.map(({ line }) => line))].join(',')}`,
  }));
}

/** Keeps our own colours, and nothing else that moves a terminal. */
const clean = (line: string, color: boolean): string =>
  color ? line.split('\u001b').map(printable).join('\u001b') : printable(line);

const more = (count: number): readonly string[] => (count === 0 ? [] : [`and ${count} more: --all shows them`]);

function answerLines(answer: JsonValue | undefined): readonly string[] {
  return answer === undefined ? [] : JSON.stringify(answer, null, 2).split('\n');
}

function nearlyLines(
  { rule, file, failedLine, text, held, expressions, values }: NearlyHeldRule,
  paint: ReturnType<typeof picocolors.createColors>,
): readonly string[] {
  const shown = Object.entries(values).map(([name, value]) => `    ${name} = ${JSON.stringify(value)}`);
  return [
    `${rule}  ${paint.dim(`${held} of ${expressions} held`)}`,
    `  ${paint.dim(`${file}:${failedLine}`)}  ${text}`,
    ...shown,
  ];
}
