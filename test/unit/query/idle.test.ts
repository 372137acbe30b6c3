import test from 'ava';
import { idleRules } from '../../../analyzer/query/index.ts';
import { ALL_RULES } from '../../../rules/index.ts';
import { analyse } from '../../tools/analyse.ts';

const FLOW = JSON.stringify({
  StartAt: 'Tell',
  States: {
    Tell: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish',
      Parameters: { TopicArn: 'arn:aws:sns:eu-central-1:111122223333:NursePager', 'Message.$': '$.patient' },
      End: true,
    },
  },
});

const idleWith = (configuration: string | null): string[] => {
  const files = new Map([['page.asl.json', FLOW]]);
  if (configuration !== null) files.set('weir.yaml', configuration);
  return idleRules(analyse(files).context, ALL_RULES);
};

const needing = ALL_RULES.filter(({ meta }) => !meta.worksWithoutConfiguration).map(({ meta }) => meta.id);

test('without configuration the rules that need one are idle', (t) => {
  t.deepEqual(idleWith(null), needing);
});

test('a configuration wakes the rules that it declares something for, and no other', (t) => {
  t.deepEqual(idleWith('tokens: []\n'), needing);
  const awake = (configuration: string): string[] => {
    const idle = idleWith(configuration);
    return needing.filter((id) => !idle.includes(id));
  };
  t.deepEqual(awake('sinks: { topic:NursePager: internal }\n'), ['WEIR-FLOW-001', 'WEIR-FLOW-002']);
  t.deepEqual(awake('stores: { history:page: internal }\n'), ['WEIR-LOG-001']);
});

test('a rule that needs a configuration says what it asks', (t) => {
  t.deepEqual(
    ALL_RULES.filter((rule) => rule.asks !== undefined).map(({ meta }) => meta.id),
    needing,
  );
});
