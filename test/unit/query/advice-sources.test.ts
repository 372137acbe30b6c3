/** Advice on real definitions: the samples of the rule pages. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { adviseFixes, prepareAdvice, runRules } from '../../../analyzer/query/index.ts';
import { ALL_RULES } from '../../../rules/index.ts';
import { analyse } from '../../tools/analyse.ts';
import { folderOf } from '../../tools/generate-rules.ts';
import { filesIn, sectionsOf } from '../../tools/rule-pages.ts';

const RULES = path.resolve(import.meta.dirname, '../../../rules');

/** Advice for the first finding in the incorrect sample of a rule, without the general one. */
function adviceFor(id: string): readonly string[] {
  const rule = ALL_RULES.find(({ meta }) => meta.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  const page = readFileSync(path.join(RULES, folderOf(rule.meta), 'README.md'), 'utf8');
  const { context, labelling } = analyse(filesIn(sectionsOf(page).get('Incorrect') ?? ''));
  const [finding] = runRules(context, [rule]);
  if (finding === undefined) throw new Error(`the sample of ${id} is not reported`);
  return adviseFixes(finding, prepareAdvice(context.application, labelling, false)).slice(0, -1);
}

test('a field of a message is named as it stands in the definition', (t) => {
  t.deepEqual(adviceFor('WEIR-FLOW-001'), [
    'Leave `Message.patient` out of what TellKitchen sends.',
    'If topic kitchen-orders may hold it, raise what it accepts to confidential in weir.yaml:4.',
  ]);
});

test('a decision is named as it stands in the definition', (t) => {
  t.is(
    adviceFor('WEIR-FLOW-002')[0],
    'Move OrderCleaning out of what IsInfectious decides, so that it runs on every way.',
  );
});

test('an entry without authorizer is named with its place', (t) => {
  t.true(
    adviceFor('WEIR-INTEGRITY-001').some((line) =>
      /^Add an authorizer to the http entry at template\.yaml:\d+\.$/.test(line),
    ),
  );
});

test('a token that should not be sent is named', (t) => {
  t.is(adviceFor('WEIR-TOKEN-001')[0], 'Leave `Message.token` out of what Ask sends.');
});
