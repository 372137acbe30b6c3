import type { Application } from '../../../model/application.ts';
import { compareSpans } from '../../../model/span.ts';
import type { Platform } from '../../platforms/platform.ts';
import type { Workspace } from '../../source/index.ts';
import { replaceIllFormed } from './well-formed.ts';

const EMPTY: Application = {
  compositions: [],
  functions: [],
  stores: [],
  triggers: [],
  literalSecrets: [],
  diagnostics: [],
  coverage: [],
};

/** Lowers a workspace with every front end that finds something of its own in it. What is returned keeps the invariants of the IR. */
export function lower(workspace: Workspace, platforms: readonly Platform[]): Application {
  const applications = platforms
    .filter((platform) =>
      workspace.documents.some((document) => platform.detect(document) || document.roots.length === 0),
    )
    .map((platform) => platform.lower(workspace));
  return replaceIllFormed(applications.reduce(mergeApplications, EMPTY));
}

function mergeApplications(left: Application, right: Application): Application {
  const uniqueById = <Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] =>
    [...new Map(items.toReversed().map((item) => [item.id, item])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    compositions: uniqueById([...left.compositions, ...right.compositions]),
    functions: uniqueById([...left.functions, ...right.functions]),
    stores: uniqueById([...left.stores, ...right.stores]),
    triggers: [...left.triggers, ...right.triggers],
    literalSecrets: [...left.literalSecrets, ...right.literalSecrets],
    diagnostics: [...left.diagnostics, ...right.diagnostics].sort((a, b) => compareSpans(a.span, b.span)),
    coverage: [...left.coverage, ...right.coverage].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
  };
}
