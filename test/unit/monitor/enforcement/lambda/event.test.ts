import test from 'ava';
import { readEventContexts } from '../../../../../monitor/enforcement/lambda/event.ts';
import { describe } from '../../../../../monitor/enforcement/lambda/invocation.ts';
import { readAuthority } from '../../../../../monitor/enforcement/lambda/upstream.ts';
import { readFunctionArn } from '../../../../../monitor/enforcement/lambda/runtime-api.ts';
import type { JsonValue } from '../../../../../model/json.ts';
import type { LambdaProxyOptions } from '../../../../../monitor/enforcement/lambda/options.ts';

const queued = (token: string | null, received = '1'): JsonValue => ({
  body: '{}',
  attributes: { ApproximateReceiveCount: received },
  messageAttributes: token === null ? {} : { 'weir-context': { dataType: 'String', stringValue: token } },
});

test('contexts are found where events of AWS have them', (t) => {
  const none = { token: null, batch: null };
  t.deepEqual(readEventContexts({ crate: 1 }), none);
  t.deepEqual(readEventContexts(null), none);
  t.deepEqual(readEventContexts({ headers: { 'Weir-Context': 'a' } }), { token: 'a', batch: null });
  t.deepEqual(readEventContexts({ multiValueHeaders: { 'weir-context': ['a', 'b'] } }), { token: 'a, b', batch: null });
  t.deepEqual(readEventContexts({ specversion: '1.0', weircontext: 'a' }), { token: 'a', batch: null });
  t.deepEqual(readEventContexts({ Records: [queued('a')] }), { token: 'a', batch: null });
  const notice = { Sns: { MessageAttributes: { 'weir-context': { Type: 'String', Value: 'a' } } } };
  t.deepEqual(readEventContexts({ Records: [notice] }), { token: 'a', batch: null });
});

test('a batch has one context for each message, and none when no message has one', (t) => {
  const batch = readEventContexts({ Records: [queued('a'), queued(null), queued('b')] });
  t.deepEqual(batch, { token: '', batch: ['a', null, 'b'] });
  t.deepEqual(readEventContexts({ Records: [queued(null), queued(null)] }), { token: null, batch: null });
});

const options: LambdaProxyOptions = {
  runtimeApi: '127.0.0.1:9001',
  port: 0,
  route: 'grading',
  platform: 'aws-lambda',
  function: { name: 'fallback', version: '12', digest: 'sha256:ab', memoryLimitBytes: null },
  instanceId: 'i-1',
  carrier: 'client-context',
  clock: { nowMs: () => 1_000, monotonicNs: () => 0n },
};
const arrivalOf = (event: JsonValue, headers: Record<string, string> = {}): ReturnType<typeof describe> =>
  describe({ requestId: 'a-1', deadlineMs: 4_000, headers, body: Buffer.from(JSON.stringify(event)) }, event, options);

test('an HTTP event tells its own request', (t) => {
  const event = {
    version: '2.0',
    rawPath: '/crates/C%20118/grade',
    rawQueryString: 'scale=a&scale=b&x=1',
    headers: { Authorization: 'Bearer abc.def.ghi', 'Weir-Break-Glass': 'storm' },
    requestContext: { http: { method: 'PUT', path: '/crates/C%20118/grade' } },
  };
  const arrival = arrivalOf(event);
  t.like(arrival.attributes.request.http, { method: 'PUT', path: '/crates/C%20118/grade?scale=a&scale=b&x=1' });
  t.deepEqual(arrival.parsedPath, ['crates', 'C 118', 'grade']);
  t.deepEqual(arrival.parsedQuery, { scale: ['a', 'b'], x: ['1'] });
  t.is(arrival.bearerToken, 'abc.def.ghi');
  t.is(arrival.breakGlassGrant, 'storm');
  t.is(arrival.timeoutMs, 3_000);
});

test('what the platform proves, and what it tells of deliveries', (t) => {
  const identity = JSON.stringify({ cognitoIdentityId: 'eu-north-1:77', cognitoIdentityPoolId: 'p' });
  const arrival = arrivalOf(
    { Records: [queued(null, '1'), queued(null, '4')] },
    {
      'lambda-runtime-cognito-identity': identity,
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-north-1:214365870921:function:grade-catch:live',
    },
  );
  t.like(arrival.transportCaller, { kind: 'user', id: 'cognito:eu-north-1:77', provedBy: 'platform' });
  t.is(arrival.attempt, 4);
  t.is(arrival.functionName, 'grade-catch');
  t.is(arrivalOf({}).functionName, 'fallback');
  t.deepEqual(arrivalOf(1).parsedPath, ['2015-03-31', 'functions', 'fallback', 'invocations']);
});

test('names and addresses are read strictly', (t) => {
  t.deepEqual(readFunctionArn('arn:aws-cn:lambda:cn-north-1:1:function:f'), { name: 'f', qualifier: null });
  t.is(readFunctionArn('arn:aws:s3:::bucket'), null);
  t.deepEqual(readAuthority('[::1]:9001'), { host: '::1', port: 9001 });
  t.deepEqual(readAuthority('localhost'), { host: 'localhost', port: 80 });
  t.is(readAuthority('http://a:1'), null);
});
