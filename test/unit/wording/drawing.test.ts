import test from 'ava';
import { Repository } from '../cli/run.ts';

/** The workflow is called as its file, and so is its first state; so is the first state in the Map as the Map. */
const BASKET = {
  StartAt: 'basket',
  States: {
    basket: { Type: 'Pass', Next: 'Price' },
    Price: {
      Type: 'Map',
      ItemsPath: '$.lines',
      ItemSelector: { 'line.$': '$$.Map.Item.Value' },
      ItemProcessor: {
        StartAt: 'Ask',
        States: { Ask: { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:ask', End: true } },
      },
      Next: 'IsDear',
    },
    IsDear: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.total', NumericGreaterThanEquals: 600 },
            { Variable: '$.customer.country', StringEquals: 'Switzerland' },
            { Not: { Variable: '$.customer.isKnown', BooleanEquals: true } },
          ],
          Next: 'Refuse',
        },
      ],
      Default: 'Done',
    },
    Refuse: { Type: 'Fail' },
    Done: { Type: 'Succeed' },
  },
};

test('a workflow is drawn as its author knows it', (t) => {
  const repository = new Repository(t, { 'basket.asl.json': JSON.stringify(BASKET, null, 2) });
  const [graph] = repository.result().result.graphs;
  t.deepEqual(
    graph?.nodes.map(({ id, name, group, kind }) => [id, name, group, kind]),
    [
      ['^', 'basket', null, 'start'],
      ['/basket', 'basket', null, 'pass'],
      ['/Price', 'Price', null, 'for each'],
      ['/IsDear', 'IsDear', null, 'choice'],
      ['/Refuse', 'Refuse', null, 'fail'],
      ['/Done', 'Done', null, 'end'],
      ['/Price/Ask', 'Ask', '/Price', 'call'],
    ],
  );
  t.deepEqual(
    graph?.edges.map(({ from, to, text }) => [from, to, text]),
    [
      ['^', '/basket', ''],
      ['/basket', '/Price', ''],
      ['/Price', '/IsDear', ''],
      ['/IsDear', '/Refuse', '$.total ≥ 600 and $.customer.country = "Switzerland" and not $.customer.isKnown = true'],
      ['/IsDear', '/Done', 'otherwise'],
    ],
  );
});
