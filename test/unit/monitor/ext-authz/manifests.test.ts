import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { parseAllDocuments } from 'yaml';
import { EXT_AUTHZ_LIMITS } from '../../../../monitor/enforcement/ext-authz/options.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../../monitor/enforcement/ext-authz/manifests');

function read(name: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(path.join(FOLDER, name), 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(String(document.errors[0]));
    return document.toJS() as unknown;
  });
}

/** The first value under a key, at any depth. */
function find(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, item] of Object.entries(value)) {
    if (name === key) return item;
    const found = find(item, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

const milliseconds = (duration: unknown): number =>
  Number(/^([\d.]+)s$/.exec(String(duration))?.[1] ?? Number.NaN) * 1000;

test('Istio: CUSTOM with an explicit timeout, fail closed, whole bodies', (t) => {
  const documents = read('istio.yaml');
  const provider = find(documents[0], 'envoyExtAuthzGrpc') as Record<string, unknown>;
  t.true(milliseconds(provider['timeout']) > EXT_AUTHZ_LIMITS.decisionMsMax);
  t.is(provider['failOpen'], false);
  const body = provider['includeRequestBodyInCheck'] as Record<string, unknown>;
  t.true(Number(body['maxRequestBytes']) < EXT_AUTHZ_LIMITS.messageBytesMax);
  t.deepEqual([body['allowPartialMessage'], body['packAsBytes']], [false, true]);
  const policy = documents.find((document) => find(document, 'action') === 'CUSTOM');
  t.is(find(find(policy, 'provider'), 'name'), find(find(documents[0], 'extensionProviders'), 'name'));
  t.deepEqual(find(policy, 'rules'), [{}], 'every request');
  t.is(find(documents, 'mtls') !== undefined ? find(find(documents, 'mtls'), 'mode') : null, 'STRICT');
});

test('Envoy: an explicit timeout, fail closed, whole bodies, one reading of the path', (t) => {
  const [document] = read('envoy.yaml');
  const filters = find(document, 'http_filters') as readonly Record<string, unknown>[];
  t.deepEqual(
    filters.map(({ name }) => name),
    ['envoy.filters.http.ext_authz', 'envoy.filters.http.router'],
  );
  const filter = filters[0]?.['typed_config'] as Record<string, unknown>;
  t.is(filter['failure_mode_allow'], false);
  t.is(filter['transport_api_version'], 'V3');
  t.true(milliseconds(find(filter['grpc_service'], 'timeout')) > EXT_AUTHZ_LIMITS.decisionMsMax);
  const body = filter['with_request_body'] as Record<string, unknown>;
  t.true(Number(body['max_request_bytes']) < EXT_AUTHZ_LIMITS.messageBytesMax);
  t.deepEqual([body['allow_partial_message'], body['pack_as_bytes']], [false, true]);
  t.is(find(document, 'normalize_path'), true);
  t.is(find(document, 'path_with_escaped_slashes_action'), 'REJECT_REQUEST');
  t.is(find(document, 'headers_with_underscores_action'), 'REJECT_REQUEST');
  t.deepEqual(find(document, 'response_headers_to_remove'), ['weir-context', 'weir-invocation-id']);
  t.truthy(find(document, 'context_extensions'));
});
