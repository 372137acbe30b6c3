// The published messages, as proto-loader reads them, are the second implementation that ours is compared with.
import path from 'node:path';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import test from 'ava';
import fc from 'fast-check';
import { readCheckRequest } from '../../../../monitor/enforcement/ext-authz/check-request.ts';
import { writeCheckResponse, type CheckAnswer } from '../../../../monitor/enforcement/ext-authz/check-response.ts';
import { WireReader, WireWriter } from '../../../../monitor/enforcement/ext-authz/wire.ts';
import { holds } from '../../../properties/property.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../../monitor/enforcement/ext-authz/proto');

const loaded = loadSync('envoy/service/auth/v3/external_auth.proto', {
  includeDirs: [FOLDER],
  longs: String,
  enums: String,
  oneofs: true,
});
const { Check } = loaded['envoy.service.auth.v3.Authorization'] as ServiceDefinition;
if (Check === undefined) throw new Error('no Check in the published service');

const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed());
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/);
const dictionary = fc.dictionary(name, text, { maxKeys: 6 });

const request = fc.record({
  source: fc.record({
    principal: text,
    labels: dictionary,
    address: fc.record({ socketAddress: fc.record({ address: text, portValue: fc.nat(65_535) }) }),
  }),
  contextExtensions: dictionary,
  request: fc.record({
    time: fc.record({ seconds: fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), nanos: fc.nat(999_999_999) }),
    http: fc.record({
      id: text,
      method: name,
      headers: dictionary,
      path: text,
      host: text,
      scheme: text,
      query: text,
      size: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      protocol: text,
      body: text,
    }),
  }),
});

/** Protobuf JSON leaves out what has the default. */
function withoutDefaults(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, item]) => {
    const shown: unknown = withoutDefaults(item);
    return shown === '' || shown === '0' ? [] : [[key, shown] as const];
  });
  return Object.fromEntries(kept);
}

test('requests are read as the published messages say', (t) => {
  holds(
    t,
    fc.property(request, (attributes) => {
      const reading = readCheckRequest(Check.requestSerialize({ attributes }));
      if (!reading.ok) throw new Error(reading.detail);
      const { http } = reading.request.attributes.request;
      const expected = attributes.request.http;
      const always = { method: expected.method, path: expected.path, headers: expected.headers };
      t.deepEqual(http, { ...(withoutDefaults(expected) as typeof http), ...always });
      const { source, contextExtensions } = reading.request.attributes;
      t.is(source?.principal ?? '', attributes.source.principal);
      t.is(source?.address?.socketAddress?.portValue ?? 0, attributes.source.address.socketAddress.portValue);
      t.deepEqual({ ...source?.labels }, attributes.source.labels);
      t.deepEqual({ ...contextExtensions }, attributes.contextExtensions);
      const { seconds, nanos } = attributes.request.time;
      const shown = reading.request.attributes.request.time ?? '1970-01-01T00:00:00Z';
      t.is(Math.floor(Date.parse(shown) / 1000), seconds);
      t.is(Number((/\.(\d+)Z$/.exec(shown)?.[1] ?? '0').padEnd(9, '0')), nanos);
    }),
    200,
  );
});

const line = fc.record({
  name,
  value: text,
  action: fc.constantFrom('append' as const, 'overwrite' as const),
});
const metadata = fc.dictionary(
  name,
  fc.oneof(text, fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  {
    maxKeys: 4,
  },
);
const answer: fc.Arbitrary<CheckAnswer> = fc.oneof(
  fc.record({
    kind: fc.constant('ok' as const),
    requestHeaders: fc.array(line, { maxLength: 5 }),
    requestHeadersToRemove: fc.array(name, { maxLength: 3 }),
    responseHeaders: fc.array(line, { maxLength: 3 }),
    queryParametersToSet: fc.array(fc.record({ name, value: text }), { maxLength: 3 }),
    queryParametersToRemove: fc.array(name, { maxLength: 3 }),
    metadata,
  }),
  fc.record({
    kind: fc.constant('denied' as const),
    status: fc.constantFrom(400, 401, 403, 429, 503),
    headers: fc.array(line, { maxLength: 5 }),
    body: fc.string({ unit: 'grapheme', maxLength: 3_000 }).filter((value) => value.isWellFormed()),
    metadata,
  }),
);

interface LoadedHeader {
  readonly header: { readonly key: string; readonly value?: string };
  readonly appendAction?: string;
}
interface LoadedResponse {
  readonly status: { readonly code: number };
  readonly okResponse?: {
    readonly headers?: readonly LoadedHeader[];
    readonly headersToRemove?: readonly string[];
    readonly queryParametersToSet?: readonly object[];
  };
  readonly deniedResponse?: {
    readonly status: { readonly code: number };
    readonly headers?: readonly LoadedHeader[];
    readonly body?: string;
  };
}

const linesOf = (headers: readonly LoadedHeader[] | undefined): readonly object[] =>
  (headers ?? []).map(({ header, appendAction }) => ({
    name: header.key,
    value: header.value ?? '',
    action: appendAction === 'OVERWRITE_IF_EXISTS_OR_ADD' ? 'overwrite' : 'append',
  }));

test('answers are written as the published messages say', (t) => {
  holds(
    t,
    fc.property(answer, (given) => {
      const read = Check.responseDeserialize(writeCheckResponse(given)) as LoadedResponse;
      if (given.kind === 'ok') {
        t.deepEqual(linesOf(read.okResponse?.headers), given.requestHeaders);
        t.deepEqual(read.okResponse?.headersToRemove ?? [], given.requestHeadersToRemove);
        t.is(read.okResponse?.queryParametersToSet?.length ?? 0, given.queryParametersToSet.length);
      } else {
        t.not(read.status.code, 0);
        t.is(read.deniedResponse?.status.code, given.status);
        t.deepEqual(linesOf(read.deniedResponse?.headers), given.headers);
        t.is(read.deniedResponse?.body ?? '', given.body);
      }
    }),
    200,
  );
});

test('no bytes make the reader throw', (t) => {
  const valid = Check.requestSerialize({
    attributes: {
      request: { http: { method: 'GET', path: '/', headers: { a: 'b' }, body: 'x' } },
      metadataContext: {},
    },
  });
  holds(
    t,
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(valid.length), fc.nat(255), (noise, at, byte) => {
      readCheckRequest(Buffer.from(noise));
      readCheckRequest(valid.subarray(0, at));
      const changed = Buffer.from(valid);
      if (at < changed.length) changed[at] = byte;
      readCheckRequest(changed);
    }),
    2_000,
  );
});

/** Writes `attributes.metadata_context` with a structure of this depth. */
function nested(depth: number): Buffer {
  const writer = new WireWriter();
  const struct = (inner: WireWriter, left: number): void => {
    if (left === 0) return;
    inner.message(1, (entry) => {
      entry.message(2, (value) => {
        value.message(5, (deeper) => {
          struct(deeper, left - 1);
        });
      });
      entry.string(1, 'k');
    });
  };
  writer.message(1, (attributes) => {
    attributes.message(11, (all) => {
      all.message(1, (entry) => {
        entry.message(2, (inner) => {
          struct(inner, depth);
        });
        entry.string(1, 'filter');
      });
    });
    attributes.message(4, (http) => {
      http.message(2, (fields) => {
        fields.string(2, 'GET');
      });
    });
  });
  return writer.finish();
}

const detailOf = (bytes: Buffer): string => {
  const reading = readCheckRequest(bytes);
  return reading.ok ? 'read' : reading.detail;
};

/** `attributes.request.http` around these bytes; at most 100. */
function http(fields: Buffer): Buffer {
  const wrap = (field: number, inner: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(field << 3) | 2, inner.length]), inner]);
  return wrap(1, wrap(4, wrap(2, fields)));
}

test('messages that cannot be trusted to mean one thing are refused', (t) => {
  t.is(detailOf(Buffer.alloc(0)), 'the request describes no HTTP request');
  t.is(detailOf(nested(5)), 'read');
  t.is(detailOf(nested(1_000)), 'metadata is nested too deeply');
  t.is(detailOf(http(Buffer.from([0x12, 2, 0xc3, 0x28]))), 'text is not UTF-8');
  t.is(detailOf(http(Buffer.from([0x12, 3, 0xef, 0xbf, 0xbd]))), 'read', 'U+FFFD itself is text');
  t.is(detailOf(http(Buffer.from([0x12, 9, 0x41]))), 'the message ends early');
  t.is(detailOf(http(Buffer.from([0x10, 1]))), 'a field has another type than published');
  t.is(detailOf(http(Buffer.from([0x13]))), 'a field has another type than published');
  t.is(detailOf(http(Buffer.from([0xf3, 0x07]))), 'groups are not part of proto3');
  const once = http(Buffer.from([0x12, 1, 0x41]));
  t.is(detailOf(Buffer.concat([once, once])), 'a message is there twice');
  const many = new WireWriter();
  many.message(1, (attributes) => {
    attributes.message(4, (inner) => {
      inner.message(2, (fields) => {
        for (let count = 0; count < 600; count++) {
          fields.message(3, (entry) => {
            entry.string(2, 'v');
            entry.string(1, `h${count}`);
          });
        }
      });
    });
  });
  t.is(detailOf(many.finish()), 'too many headers');
});

test('fields that are not known are skipped', (t) => {
  const reader = new WireReader(
    Buffer.from([0x08, 0x96, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1d, 1, 2, 3, 4, 0x22, 1, 0x41, 0x2a, 1, 0x42]),
  );
  const fields: number[] = [];
  let last = '';
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    fields.push(field);
    if (field === 5) last = reader.string();
    else reader.skip();
  }
  t.deepEqual(fields, [1, 2, 3, 4, 5]);
  t.is(last, 'B');
});
