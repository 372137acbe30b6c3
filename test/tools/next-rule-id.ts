/** Prints the next free id of an area: `node test/tools/next-rule-id.ts FLOW`. Ids of retired rules stay taken, as their folders stay. */
import { readRules } from './generate-rules.ts';

/** The id after the highest one of the area, counting aliases. */
export function nextRuleId(area: string): string {
  const prefix = `WEIR-${area.toUpperCase()}-`;
  const taken = readRules()
    .flatMap((rule) => [rule.id, ...rule.aliases])
    .filter((id) => id.startsWith(prefix))
    .map((id) => Number(id.slice(prefix.length)));
  return `${prefix}${String(Math.max(0, ...taken) + 1).padStart(3, '0')}`;
}

if (import.meta.main) {
  const [area] = process.argv.slice(2);
  if (area === undefined || !/^[A-Za-z]+$/.test(area)) {
    console.error('usage: node test/tools/next-rule-id.ts AREA');
    process.exitCode = 2;
  } else console.log(nextRuleId(area));
}
