/**
 * Reading and writing of one check, by hand and by proto-loader from the same messages: `node_modules/.bin/node test/bench/ext-authz-codec.ts`.
 */
import path from 'node:path';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { readCheckRequest } from '../../monitor/enforcement/ext-authz/check-request.ts';
import { writeCheckResponse } from '../../monitor/enforcement/ext-authz/check-response.ts';
import { makeSamples } from './ext-authz-policy.ts';
import { machine, measure, row } from './measure.ts';

const OPERATIONS = 100;

const folder = path.resolve(import.meta.dirname, '../../monitor/enforcement/ext-authz/proto');
const options = { includeDirs: [folder], longs: String, enums: String, oneofs: true };
const loaded = loadSync('envoy/service/auth/v3/external_auth.proto', options);
const { Check } = loaded['envoy.service.auth.v3.Authorization'] as ServiceDefinition;
const [sample] = makeSamples(1, 1);
if (Check === undefined || sample === undefined) throw new Error('nothing to measure');

// Protobuf JSON has the time as text; proto-loader wants its fields.
const described = sample.request as { readonly attributes: { readonly request: object } };
const bytes = Check.requestSerialize({
  attributes: {
    ...described.attributes,
    request: { ...described.attributes.request, time: { seconds: 1_795_556_928, nanos: 123_456_000 } },
  },
});
const header = (name: string, value: string) => ({ name, value, action: 'overwrite' as const });
const metadata = { decision_id: '6f3c0d1e-7a52-4f2b-9a14-0c5d9d1f6a11', weir_cause: 'policy' };
const answer = {
  kind: 'ok' as const,
  requestHeaders: [header('weir-invocation-id', '0c5d9d1f-6a11'), header('weir-context', 'x'.repeat(600))],
  requestHeadersToRemove: ['weir-caller'],
  responseHeaders: [],
  queryParametersToSet: [],
  queryParametersToRemove: [],
  metadata,
};
const fields = Object.fromEntries(Object.entries(metadata).map(([name, stringValue]) => [name, { stringValue }]));
const answerObject = {
  status: { code: 0 },
  okResponse: {
    headers: answer.requestHeaders.map(({ name, value }) => ({ header: { key: name, value }, appendAction: 2 })),
    headersToRemove: answer.requestHeadersToRemove,
  },
  dynamicMetadata: { fields },
};

const cases: readonly (readonly [name: string, work: () => unknown])[] = [
  ['read a request, by hand', () => readCheckRequest(bytes)],
  ['read a request, proto-loader', () => Check.requestDeserialize(bytes)],
  ['write an answer, by hand', () => writeCheckResponse(answer)],
  ['write an answer, proto-loader', () => Check.responseSerialize(answerObject)],
];
console.log(`${machine()}, a request of ${bytes.length} bytes`);
console.log(`${'nanoseconds'.padEnd(64)}${'median'.padStart(10)}${'p99'.padStart(10)}`);
for (const [name, work] of cases) {
  const figure = measure(OPERATIONS, () => {
    for (let at = 0; at < OPERATIONS; at++) work();
  });
  console.log(row(name, figure));
}
