import { ALL_RULES } from '../../../rules/index.ts';
import type { Machine } from '../machine.ts';
import { EXIT_CLEAN } from '../pipeline/exit-code.ts';

/** Lists every rule: as a table, or as JSON for programs. */
export function runRulesCommand(machine: Machine, options: { readonly json: boolean }): number {
  const metas = ALL_RULES.map(({ meta }) => meta);
  if (options.json) machine.stdout.write(`${JSON.stringify(metas, null, 2)}\n`);
  else {
    const rows = metas.map((meta) => [
      meta.id,
      meta.levels.join('/'),
      meta.score.toFixed(1),
      meta.maturity,
      `${meta.area}/${meta.slug}`,
      meta.title,
    ]);
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    for (const row of rows) {
      machine.stdout.write(
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
      );
    }
  }
  return EXIT_CLEAN;
}
