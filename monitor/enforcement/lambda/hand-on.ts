import type { OutgoingHttpHeaders } from 'node:http';
import type { Obligation } from '../../../model/decision.ts';
import type { JsonValue } from '../../../model/json.ts';
import { putEnvelope } from '../context/carriers.ts';
import { putRuntimeClientContext } from '../context/client-context.ts';
import { editJson, isObject, member } from '../context/json-edit.ts';
import { stripEvent } from './event.ts';
import { headerText, type Invocation } from './invocation.ts';
import { maskFields } from './mask.ts';
import type { LambdaProxyOptions } from './options.ts';
import { HEADER } from './runtime-api.ts';
import { endToEnd } from './upstream.ts';

/** What the runtime is given. */
export interface HandedOn {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/**
 * A context can only be where its name is, and a name can only be hidden by an escape. Other events are handed on byte by byte; those are written
 * anew, so that a repeated name cannot be read differently by the runtime.
 */
const MAY_CARRY_CONTEXT = /weir|\\u/i;

/** Carries out one obligation on an event; null when that cannot be done here. */
function oblige(event: JsonValue, obligation: Obligation): { readonly value: JsonValue } | null {
  switch (obligation.kind) {
    case 'mask-fields':
      return maskFields(event, obligation.paths);
    case 'add-header': {
      const headers = member(event, 'headers');
      // Only an HTTP event has a place for headers.
      if (!isObject(event) || !isObject(headers)) return null;
      const added = Object.entries(headers).filter(([name]) => name.toLowerCase() !== obligation.name.toLowerCase());
      return { value: { ...event, headers: { ...Object.fromEntries(added), [obligation.name]: obligation.value } } };
    }
    case 'require-reauthentication':
      // There is nobody to ask behind the Runtime API.
      return null;
  }
}

/** The event with its obligations carried out and the context where the function looks for it; null when an obligation cannot be met. */
function edit(
  event: JsonValue,
  granted: { readonly obligations: readonly Obligation[]; readonly envelopeToken: string | null },
): JsonValue | null {
  let value = stripEvent(event);
  for (const obligation of granted.obligations) {
    const obliged = oblige(value, obligation);
    if (obliged === null) return null;
    value = obliged.value;
  }
  return putEnvelope(value, granted.envelopeToken);
}

/**
 * Makes what the runtime gets from what the Runtime API gave: without any context that came, with the one that was issued.
 *
 * @returns null when an obligation cannot be carried out or the event cannot be rewritten: then it must not be handed on.
 */
export function handOn(
  invocation: Invocation,
  granted: { readonly contextToken: string | null; readonly obligations: readonly Obligation[] },
  carrier: LambdaProxyOptions['carrier'],
): HandedOn | null {
  const envelopeToken = carrier === 'envelope' ? granted.contextToken : null;
  const clientToken = carrier === 'client-context' ? granted.contextToken : null;
  const clientContext = putRuntimeClientContext(headerText(invocation.headers, HEADER.clientContext), clientToken);
  const others = Object.entries(endToEnd(invocation.headers)).filter(
    ([name]) => name !== HEADER.clientContext && name !== 'content-length',
  );
  // An invocation without an event is one of null.
  const text = invocation.body.length === 0 ? 'null' : invocation.body.toString('utf8');
  const mustEdit = granted.obligations.length > 0 || envelopeToken !== null || MAY_CARRY_CONTEXT.test(text);
  let { body } = invocation;
  if (mustEdit) {
    const holder: { isObliged: boolean } = { isObliged: true };
    const edited = editJson(text, (event) => {
      const value = edit(event, { obligations: granted.obligations, envelopeToken });
      holder.isObliged = value !== null;
      return value;
    });
    if (edited === null || !holder.isObliged) return null;
    body = Buffer.from(edited);
  }
  const headers = {
    ...Object.fromEntries(others),
    ...(clientContext === null ? {} : { [HEADER.clientContext]: clientContext }),
    'content-length': body.length,
  };
  return { headers, body };
}
