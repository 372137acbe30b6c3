import { readFileSync } from 'node:fs';
import test from 'ava';
import { FEATURES } from '../../../analyzer/platforms/aws-step-functions/features.ts';
import { PLATFORM_FEATURES, readmeOf, withTables } from '../../tools/generate-features.ts';

for (const [platform, features] of Object.entries(PLATFORM_FEATURES)) {
  test(`the tables of ${platform}/README.md are what features.ts says`, (t) => {
    const readme = readFileSync(readmeOf(platform), 'utf8');
    t.is(withTables(readme, features), readme, 'run: node test/tools/generate-features.ts');
  });
}

test('ids are unique and every row says what is done', (t) => {
  const ids = FEATURES.map((feature) => feature.id);
  t.is(new Set(ids).size, ids.length);
  t.deepEqual(
    FEATURES.filter((feature) => feature.how === '' || /\|/.test(feature.how + feature.construct)),
    [],
  );
});

test('a README without marks is not touched', (t) => {
  t.is(withTables('# Platform\n', FEATURES), null);
});
