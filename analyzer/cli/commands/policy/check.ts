import path from 'node:path';
import { checkPolicies } from '../../../../policies/authoring/check/check-policies.ts';
import { findOpa, type Opa, type OpaProblem } from '../../../../policies/authoring/opa.ts';
import { readProject, type Project } from '../../../../policies/authoring/project.ts';
import type { RegoModule } from '../../../../policies/authoring/rego/module.ts';
import type { Diagnostic } from '../../../../model/diagnostic.ts';
import { ALL_RULES } from '../../../../rules/index.ts';
import { UsageError, type Machine } from '../../machine.ts';
import { formatDiagnostics, usesColor } from '../../output.ts';
import { EXIT_CLEAN, EXIT_FINDINGS } from '../../pipeline/exit-code.ts';
import { checkJson, checkSarif } from './check-report.ts';

export interface PolicyCheckOptions {
  /** `pretty`, `json` or `sarif`. */
  readonly format: string;
  /** `error`, `warning` or `none`. */
  readonly failOn: string;
  readonly color: boolean;
}

/** A project that was checked. */
export interface Checked {
  readonly opa: Opa;
  readonly project: Project;
  readonly modules: readonly RegoModule[];
  /** With paths relative to the folder the program was started in. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks policies and reports. @returns 1 when something counts @throws UsageError CLI005, and POL001 to POL010 */
export async function runPolicyCheck(machine: Machine, folder: string, options: PolicyCheckOptions): Promise<number> {
  const { format, failOn } = options;
  oneOf('--format', format, ['pretty', 'json', 'sarif']);
  oneOf('--fail-on', failOn, ['error', 'warning', 'none']);
  const { diagnostics, project } = await checkFolder(machine, folder);
  if (format === 'json') machine.stdout.write(checkJson(diagnostics, [...project.modules.keys()]));
  else if (format === 'sarif') machine.stdout.write(checkSarif(diagnostics));
  else machine.stdout.write(pretty(machine, { diagnostics, project }, options.color));
  const counts = diagnostics.some(
    ({ severity }) => failOn !== 'none' && (severity === 'error' || failOn === 'warning'),
  );
  return counts ? EXIT_FINDINGS : EXIT_CLEAN;
}

/** Reads and checks a folder. @throws UsageError POL001 to POL010 */
export async function checkFolder(machine: Machine, folder: string): Promise<Checked> {
  const root = path.resolve(machine.cwd, folder);
  const project = valueOf(readProject(root));
  const opa = valueOf(findOpa({ env: machine.env }));
  const staticIds = new Set(ALL_RULES.map(({ meta }) => meta.id));
  const checked = await checkPolicies(opa, project, { staticIds });
  if (!checked.ok) throw usageError(checked.problem);
  const prefix = path.relative(machine.cwd, root).split(path.sep).join('/');
  const diagnostics = checked.diagnostics.map((diagnostic) => ({
    ...diagnostic,
    span: { ...diagnostic.span, file: path.posix.join(prefix, diagnostic.span.file) },
  }));
  return { opa, project, modules: checked.modules, diagnostics };
}

function pretty(
  machine: Machine,
  { diagnostics, project }: Pick<Checked, 'diagnostics' | 'project'>,
  color: boolean,
): string {
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const counts = (['error', 'warning'] as const).map((severity) =>
    count(diagnostics.filter((diagnostic) => diagnostic.severity === severity).length, severity),
  );
  const summary = `${count(project.modules.size, 'file')} checked: ${counts.join(', ')}\n`;
  return formatDiagnostics(diagnostics, usesColor(machine, machine.stdout, !color)) + summary;
}

/** @throws UsageError CLI005 */
export function oneOf(option: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new UsageError('CLI005', `\`${option}\` cannot be \`${value}\``, `Use one of ${known.join(', ')}.`);
}

/** The value. @throws UsageError with the problem's code */
export function valueOf<Value>(
  outcome: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: OpaProblem },
): Value {
  if (outcome.ok) return outcome.value;
  throw usageError(outcome.problem);
}

export const usageError = ({ code, message, help }: OpaProblem): UsageError => new UsageError(code, message, help);
