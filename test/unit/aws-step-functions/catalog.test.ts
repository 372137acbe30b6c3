import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import test from 'ava';
import {
  catalogEntries,
  lookUp,
  readTaskResource,
  variantFor,
} from '../../../analyzer/platforms/aws-step-functions/catalog.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../analyzer/platforms/aws-step-functions/catalog');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json') && name !== 'schema.json');
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8'));

test('every file of the catalogue is as its schema says', (t) => {
  const schema = read('schema.json');
  t.true(typeof schema === 'object' && schema !== null);
  const check = new Ajv({ allErrors: true, strict: false }).compile(schema ?? {});
  for (const name of files) {
    check(read(name));
    t.deepEqual(check.errors ?? [], [], name);
  }
});

test('the schema refuses unknown fields and stores without a name', (t) => {
  const check = new Ajv({ strict: false }).compile(read('schema.json') ?? {});
  t.false(check({ 'sqs:sendMessage': { as: 'write', kind: 'queue', idempotent: false } }));
  t.false(
    check({ 'sqs:sendMessage': { as: 'write', kind: 'queue', name: 'QueueUrl', idempotent: false, idempotant: true } }),
  );
});

test('files are sorted, and every one of them is loaded', (t) => {
  const names = files.flatMap((name) => Object.keys(read(name) ?? {}));
  for (const name of files) t.deepEqual(Object.keys(read(name) ?? {}), Object.keys(read(name) ?? {}).sort(), name);
  t.deepEqual(
    catalogEntries().map(([operation]) => operation),
    [...names].sort(),
  );
  t.is(new Set(names).size, names.length, 'no operation is in two files');
});

test('parameters are written as Step Functions wants them, with a capital, also where the API of the service does not', (t) => {
  for (const [operation, entry] of catalogEntries()) {
    for (const { name = [], key = [], from, argument, within } of [entry, ...(entry.variants ?? [])]) {
      const written = [name, key, from ?? [], argument ?? [], within ?? []].flat();
      for (const parameter of written) t.regex(parameter, /^[A-Z]/, `${operation}: ${parameter}`);
    }
  }
});

const resource = test.macro({
  exec(t, text: string, expected: object) {
    t.like(readTaskResource(text), expected);
  },
  title: (_name, text: string) => `reads ${text}`,
});

test(resource, 'arn:aws:states:::dynamodb:putItem', {
  kind: 'integration',
  service: 'dynamodb',
  action: 'putItem',
  isSdk: false,
  pattern: 'request',
});
test(resource, 'arn:aws-us-gov:states:::aws-sdk:s3:getObject', {
  kind: 'integration',
  service: 's3',
  action: 'getObject',
  isSdk: true,
});
test(resource, 'arn:aws:states:::states:startExecution.sync:2', { kind: 'integration', pattern: 'sync2' });
test(
  resource,
  'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:aws-sdk:sqs:sendMessage.waitForTaskToken',
  { kind: 'integration', service: 'sqs', pattern: 'waitForTaskToken' },
);
test(resource, 'arn:aws:states:eu-west-1:210987654321:activity:pack', { kind: 'activity' });
test(resource, 'arn:aws:lambda:eu-west-1:210987654321:function:pack:live', { kind: 'lambda' });
test(resource, '${PackArn}:live', { kind: 'placeholder', name: 'PackArn', suffix: ':live' });
test(resource, 'foo:bar', { kind: 'unknown', text: 'foo:bar' });

test('an operation that is not listed is told by its verb', (t) => {
  const read = lookUp({ service: 'appflow', action: 'describeFlow', isSdk: true });
  t.like(read, { isListed: false, integration: { as: 'read', kind: 'service', fixed: 'appflow', idempotent: true } });
  const write = lookUp({ service: 'appflow', action: 'deleteFlow', isSdk: true });
  t.like(write, { isListed: false, integration: { as: 'write', idempotent: null } });
  t.is(lookUp({ service: 'x', action: 'getaway', isSdk: true }).integration.as, 'write', 'a verb is a whole word');
});

test('the exact operation goes before the whole service, and the SDK form before both', (t) => {
  t.is(lookUp({ service: 'iam', action: 'getRole', isSdk: true }).integration.as, 'read');
  t.is(lookUp({ service: 'iam', action: 'passRole', isSdk: true }).integration.privileged, true);
  t.is(lookUp({ service: 'lambda', action: 'invoke', isSdk: true }).integration.isText, true);
  t.is(lookUp({ service: 'lambda', action: 'invoke', isSdk: false }).integration.isText, undefined);
});

test('a parameter may make it another operation', (t) => {
  const { integration } = lookUp({ service: 'sns', action: 'publish', isSdk: false });
  t.is(variantFor(integration, (name) => name === 'PhoneNumber').kind, 'endpoint');
  t.is(variantFor(integration, () => false).kind, 'topic');
});
