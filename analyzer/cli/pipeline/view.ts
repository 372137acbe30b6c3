import type { Application } from '../../../model/application.ts';
import type { CompositionId } from '../../../model/brand.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Finding } from '../../../model/finding.ts';

/** Which part of a repository a report speaks of. */
export interface View {
  readonly showsFile: (file: string) => boolean;
  readonly showsComposition: (id: CompositionId) => boolean;
  readonly showsFinding: (finding: Pick<Finding, 'span' | 'composition'>) => boolean;
  readonly showsDiagnostic: (diagnostic: Diagnostic) => boolean;
}

/** What could not be read is missing in the judgement of all other files. */
export const isUnread = ({ code, severity }: Diagnostic): boolean =>
  severity === 'error' && /^(?:SRC|TPL|CLI)/.test(code);

/** Whether a file is one of the paths, or lies in one that is a folder. */
export const isAskedFor = (file: string, paths: readonly string[]): boolean =>
  paths.some((asked) => asked === '.' || file === asked || file.startsWith(`${asked}/`));

/** A workflow is shown with the file of its definition and with the template that deploys it, so either brings in both. */
export function viewOf({ compositions }: Pick<Application, 'compositions'>, paths: readonly string[] | null): View {
  if (paths === null) {
    const always = (): boolean => true;
    return { showsFile: always, showsComposition: always, showsFinding: always, showsDiagnostic: always };
  }
  const shown = compositions.filter(
    ({ span, declaredIn }) =>
      isAskedFor(span.file, paths) || (declaredIn !== undefined && isAskedFor(declaredIn, paths)),
  );
  const ids = new Set(shown.map(({ id }) => id));
  const files = new Set(shown.map(({ span }) => span.file));
  const showsFile = (file: string): boolean => files.has(file) || isAskedFor(file, paths);
  return {
    showsFile,
    showsComposition: (id) => ids.has(id),
    // Several templates may deploy one definition; only those that are asked for speak of it.
    showsFinding: ({ span, composition }) =>
      composition === null ? showsFile(span.file) : ids.has(composition) || isAskedFor(span.file, paths),
    showsDiagnostic: (diagnostic) => showsFile(diagnostic.span.file) || isUnread(diagnostic),
  };
}
