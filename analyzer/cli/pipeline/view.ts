import type { Application } from '../../../model/application.ts';
import type { CompositionId } from '../../../model/brand.ts';
import type { Finding } from '../../../model/finding.ts';

/** Which part of a repository a report speaks of. */
export interface View {
  readonly showsFile: (file: string) => boolean;
  readonly showsComposition: (id: CompositionId) => boolean;
  readonly showsFinding: (finding: Pick<Finding, 'span' | 'composition'>) => boolean;
}

/** Whether a file is one of the paths, or lies in one that is a folder. */
export const isAskedFor = (file: string, paths: readonly string[]): boolean =>
  paths.some((asked) => asked === '.' || file === asked || file.startsWith(`${asked}/`));

/** A workflow is shown with the file of its definition and with the template that deploys it, so either brings in both. */
export function viewOf({ compositions }: Pick<Application, 'compositions'>, paths: readonly string[] | null): View {
  if (paths === null) return { showsFile: () => true, showsComposition: () => true, showsFinding: () => true };
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
    showsFinding: ({ span, composition }) => showsFile(span.file) || (composition !== null && ids.has(composition)),
  };
}
