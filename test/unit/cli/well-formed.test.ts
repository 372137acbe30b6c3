import { existsSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { discover } from '../../../analyzer/cli/files/discover.ts';
import { analyse } from '../../../analyzer/cli/pipeline/analyse.ts';
import { treeOf } from '../../../analyzer/cli/pipeline/file-tree.ts';
import { buildWorkspace } from '../../../analyzer/cli/pipeline/workspace.ts';
import { DEFAULT_CONFIGURATION } from '../../../analyzer/config/index.ts';
import { PLATFORMS } from '../../../analyzer/platforms/index.ts';
import type { Platform } from '../../../analyzer/platforms/platform.ts';
import type { Application } from '../../../model/application.ts';
import { functionId, stepId, storeId } from '../../../model/brand.ts';
import { spanAtStart } from '../../../model/span.ts';
import { findIllFormedApplication } from '../../../model/well-formed.ts';
import { ALL_RULES } from '../../../rules/index.ts';
import { workflow } from './run.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const CORPUS = path.join(process.env['WEIR_CORPUS'] ?? path.join(ROOT, '../shared/corpus'), 'cloud');

/** What the front ends make of a folder, before the pipeline replaces anything. */
function lowered(root: string): Application[] {
  const { tree } = discover(root, ['.'], []);
  return PLATFORMS.map((platform) => platform.lower(buildWorkspace(tree)));
}

test('what is made of the examples keeps the invariants of the IR', (t) => {
  const applications = lowered(path.join(ROOT, 'test/examples'));
  t.true(applications.some(({ compositions }) => compositions.length >= 4));
  t.deepEqual(applications.flatMap(findIllFormedApplication), []);
});

test('what is made of the corpus as one application keeps them', (t) => {
  if (!existsSync(CORPUS)) {
    t.log(`skipped: no corpus at ${CORPUS}, set WEIR_CORPUS`);
    t.pass();
    return;
  }
  const applications = lowered(CORPUS);
  t.true(applications.some(({ compositions }) => compositions.length > 300));
  t.deepEqual(applications.flatMap(findIllFormedApplication), []);
});

/** Front ends with one more mistake. */
const mistaken = (mistake: (application: Application) => Application): readonly Platform[] =>
  PLATFORMS.map((platform) => ({ ...platform, lower: (workspace) => mistake(platform.lower(workspace)) }));

const ask = (platforms: readonly Platform[]): ReturnType<typeof analyse> =>
  analyse(treeOf({ 'page.asl.json': workflow(), 'ward.asl.json': workflow() }), {
    configuration: DEFAULT_CONFIGURATION,
    platforms,
    rules: ALL_RULES,
    strict: false,
    toolVersion: '0.0.0',
    diagnostics: [],
    paths: ['.'],
    isPartial: false,
    focus: null,
  });

test('a workflow that a front end gets wrong is a diagnostic, and the others are analysed', (t) => {
  const platforms = mistaken((application) => ({
    ...application,
    compositions: application.compositions.map((composition) =>
      composition.name === 'ward'
        ? { ...composition, body: { ...composition.body, entry: stepId('gone') } }
        : composition,
    ),
  }));
  t.true(platforms.length > 0);
  const outcome = ask(platforms);
  if (!outcome.ok) return t.fail();
  const { result, application } = outcome.value;
  t.is(result.status, 'incomplete');
  t.deepEqual(
    result.diagnostics.map(({ code, span }) => `${span.file} ${code}`),
    ['ward.asl.json CLI023'],
  );
  t.regex(result.diagnostics[0]?.message ?? '', /^workflow `ward` could not be represented \(.*enters at gone/);
  t.deepEqual(
    application.compositions.map(({ name, body }) => `${name} ${body.steps.some(({ kind }) => kind === 'opaque')}`),
    ['page false', 'ward true'],
  );
  t.deepEqual(findIllFormedApplication(application), []);
});

test('an application that is wrong as a whole is a diagnostic too', (t) => {
  const platforms = mistaken((application) => ({
    ...application,
    triggers: [
      {
        target: { kind: 'function', id: application.functions[0]?.id ?? functionId('gone') },
        kind: 'queue',
        authentication: 'internal',
        from: application.stores[0] === undefined ? null : storeId('gone'),
        span: application.compositions[0]?.span ?? spanAtStart('page.asl.json'),
      },
    ],
  }));
  const outcome = ask(platforms);
  if (!outcome.ok) return t.fail();
  const { diagnostics } = outcome.value.result;
  t.true(
    diagnostics.some(({ code, message }) => code === 'CLI023' && /the application .*is not declared/.test(message)),
  );
});
