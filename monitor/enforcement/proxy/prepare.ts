import type { AdapterRequest } from '../adapters/types.ts';
import { editJson } from '../context/json-edit.ts';
import type { Admission, Refusal } from '../types.ts';
import type { Reception } from './arrival.ts';
import type { ReadBody } from './body.ts';
import {
  announcedTrailers,
  CONTEXT_FIELD,
  passableTrailers,
  tokensOf,
  valueOf,
  type Field,
  type Fields,
} from './fields.ts';
import type { Forwarding } from './forward.ts';
import { withWay } from './forwarded.ts';
import type { ProxyContext } from './handle.ts';
import { applyEnvoyQuery, applyEnvoyRequest, BODY_DIGEST_FIELDS, carryOut, envoyAnswerFields } from './obligations.ts';
import type { ListenAddress } from './options.ts';
import { refusal, type RefusalName } from './refusals.ts';

/** What is sent and how its answer is treated. */
export type Prepared = Pick<Forwarding, 'request' | 'prefix' | 'hasRest' | 'carried' | 'extraAnswerFields'>;

export type PrepareOutcome =
  | { readonly kind: 'ready'; readonly value: Prepared }
  | { readonly kind: 'refused'; readonly name: RefusalName; readonly refusal: Refusal };

const failed = (name: RefusalName, answer: Refusal = refusal(name)): PrepareOutcome => ({
  kind: 'refused',
  name,
  refusal: answer,
});

/** Carries out the obligations and puts the new context where the function finds it. What cannot be done refuses the call. */
export function prepare(
  context: ProxyContext,
  { reception, request, body }: { reception: Reception; request: AdapterRequest; body: ReadBody },
  admission: Admission,
): PrepareOutcome {
  const { exchange, state } = reception;
  const token = admission.contextToken;
  const asked = admission.decision.envoy;
  const wanted = asked === null ? reception.fields : applyEnvoyRequest(reception.fields, asked);
  if (wanted === null) return failed('obligation');
  const done = carryOut(admission.obligations, wanted, { json: body.json, isAbsent: !exchange.hasBody });
  if (done.kind === 'impossible') return failed('obligation');
  if (done.kind === 'prove-again') {
    return failed(
      'prove-again',
      refusal('prove-again', {
        // RFC 9470, 3.
        headers: {
          'www-authenticate': `Bearer error="insufficient_user_authentication", max_age=${done.maxAgeSeconds}`,
        },
      }),
    );
  }
  const carrier = state.adapter.carrier(request);
  let json = done.value.json;
  if (carrier !== null) {
    const text = json ?? body.json;
    json = text === null ? null : editJson(text, (value) => carrier.put(value, token));
    if (json === null) return failed('obligation');
  }
  const fields: Field[] = [...done.value.fields];
  if (token !== null && carrier === null) fields.push([CONTEXT_FIELD, token]);
  return {
    kind: 'ready',
    value: {
      ...assemble(context, reception, {
        fields,
        body,
        json,
        target: asked === null ? reception.target.text : applyEnvoyQuery(reception.target.text, asked),
      }),
      carried: token !== null && carrier !== null ? { token, carrier } : null,
      extraAnswerFields: envoyAnswerFields(asked),
    },
  };
}

/** A request of the platform itself as it came. */
export function prepareBare(context: ProxyContext, reception: Reception, body: ReadBody): Prepared {
  return {
    ...assemble(context, reception, { fields: reception.fields, body, json: null, target: reception.target.text }),
    carried: null,
    extraAnswerFields: [],
  };
}

interface Content {
  readonly fields: Fields;
  readonly body: ReadBody;
  /** JSON in place of the body; null when the body stays. */
  readonly json: string | null;
  readonly target: string;
}

function assemble(
  context: ProxyContext,
  reception: Reception,
  { fields, body, json, target }: Content,
): Pick<Prepared, 'request' | 'prefix' | 'hasRest'> {
  const { exchange, state, host } = reception;
  const isChanged = json !== null;
  const prefix = json === null ? body.bytes : Buffer.from(json);
  const kept = fields.filter(
    ([name]) =>
      name !== 'content-length' &&
      name !== 'host' &&
      name !== 'expect' &&
      !(isChanged && BODY_DIGEST_FIELDS.includes(name)),
  );
  const hasTrailers = body.isWhole && passableTrailers(exchange.trailers()).length > 0;
  return {
    prefix,
    hasRest: exchange.hasBody && !body.isWhole,
    request: {
      method: exchange.method,
      target,
      host: state.route.upstreamHost ?? host ?? placeName(state.route.upstream.address),
      fields: withWay(kept, exchange, host, context.forwarded),
      body: framingOf(reception, body, { length: prefix.length, hasTrailers }),
      announced: announcedTrailers(exchange.fields),
      acceptsTrailers: tokensOf(exchange.fields, 'te').includes('trailers'),
      expectsContinue: reception.expectsContinue && exchange.hasBody && !body.isWhole && body.bytes.length === 0,
      upgrade: exchange.upgrade,
    },
  };
}

function framingOf(
  { exchange, lengthBytes }: Reception,
  body: ReadBody,
  { length, hasTrailers }: { length: number; hasTrailers: boolean },
): number | 'none' | 'stream' {
  if (!exchange.hasBody) return valueOf(exchange.fields, 'content-length') === null ? 'none' : 0;
  if (body.isWhole) return hasTrailers ? 'stream' : length;
  return lengthBytes ?? 'stream';
}

/** What a request without a host is sent with: HTTP/1.1 asks for one. */
function placeName(address: ListenAddress): string {
  return 'socketPath' in address ? 'localhost' : `${address.host}:${address.port}`;
}
