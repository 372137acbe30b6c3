/** Labels that hold where nothing is declared. Each is chosen to be right for most applications and quiet where nothing is known. */
import type { FunctionDeclaration, StoreDeclaration, Trigger } from '../../model/application.ts';
import { invariant } from '../../model/diagnostic.ts';
import type { Label, LabelSpace } from '../../model/label.ts';
import type { LabelledShape, LabelOrigin } from '../../model/labelling.ts';
import { compileLevels } from '../../model/lattice.ts';
import { spanAtStart } from '../../model/span.ts';

/** Labels of a space that defaults are made from. */
export interface DefaultLabels {
  readonly space: LabelSpace;
  /** Trusted, lowest in everything. */
  readonly internal: Label;
  /**
   * Integrity of callers that have proved who they are: what all levels directly above the lowest have in common above them; the lowest itself when
   * that is already the highest (two levels, or alternatives without order).
   */
  readonly authenticated: Label;
  /** Integrity of anyone: the highest level. */
  readonly untrusted: Label;
  /** Highest confidentiality, lowest in everything else. */
  readonly secret: Label;
}

export function defaultLabels(space: LabelSpace): DefaultLabels {
  const { bottom, top } = space;
  const untrusted = space.replaceAxes(bottom, ['integrity'], top);
  const compiled = compileLevels(space.declaration.integrity, { axis: 'integrity', span: spanAtStart('') });
  invariant(compiled.ok, 'label space: the integrity levels are a lattice');
  const { names } = compiled.value;
  const labels = names
    .map((integrity) => space.resolve({ integrity }, bottom))
    .flatMap((found) => ('label' in found ? [found.label] : []));
  const above = labels.filter((label) => label !== bottom);
  const lowest = above.filter((label) => !above.some((other) => other !== label && space.flowsTo(other, label)));
  const joined = lowest.reduce((left, right) => space.join(left, right), bottom);
  return {
    space,
    internal: bottom,
    authenticated: joined === untrusted ? bottom : joined,
    untrusted,
    secret: space.replaceAxes(bottom, ['confidentiality'], top),
  };
}

const TRIGGER_WORDS: Readonly<Record<Trigger['kind'], string>> = {
  http: 'an HTTP entry',
  'function-url': 'a function URL',
  schedule: 'a schedule',
  event: 'an event rule',
  storage: 'a storage event',
  queue: 'a queue',
  topic: 'a topic',
  iot: 'an IoT rule',
  stream: 'a stream',
  manual: 'a manual start',
  other: 'a trigger',
};

/** What an entry's input is labelled without declaration: its integrity by who can call, nothing confidential. */
export function entryDefault(
  trigger: Trigger,
  labels: DefaultLabels,
): { readonly label: Label; readonly origin: LabelOrigin } {
  const word = TRIGGER_WORDS[trigger.kind];
  const origin = (how: string): LabelOrigin => ({ description: `default of ${word} ${how}`, span: trigger.span });
  const isDirect = trigger.kind === 'http' || trigger.kind === 'function-url';
  switch (trigger.authentication) {
    case 'none': {
      const label = labels.space.withMarks(labels.untrusted, ['public-entry']);
      return { label, origin: origin('without authorizer') };
    }
    case 'authenticated':
      return { label: labels.authenticated, origin: origin('with authenticated callers') };
    case 'internal':
      return { label: labels.internal, origin: origin('inside the application') };
    case 'unknown':
      if (isDirect) return { label: labels.untrusted, origin: origin('whose authorizer is not known') };
      if (trigger.kind === 'iot') return { label: labels.authenticated, origin: origin('whose devices are not known') };
      return { label: labels.internal, origin: origin('whose callers are not known') };
  }
}

/** What a store is without declaration: nothing is known of most, so that what they hold is the join of what is written. */
export function storeDefault(
  store: StoreDeclaration,
  labels: DefaultLabels,
): { readonly accepts: Label | null; readonly content: LabelledShape | null; readonly origin: LabelOrigin } {
  const { space } = labels;
  const accepts = store.isPublic === true ? space.replaceAxes(space.top, ['confidentiality'], space.bottom) : null;
  const content = (label: Label, description: string): LabelledShape => ({
    label,
    origin: { description, span: store.span },
    parts: [],
  });
  const isPublic = { description: `${store.name} is public by its definition`, span: store.span };
  const unknown = { description: `nothing is declared for ${store.name}`, span: null };
  const origin = accepts === null ? unknown : isPublic;
  switch (store.kind) {
    case 'secret': {
      const label = space.withMarks(labels.secret, ['credential']);
      return { accepts, content: content(label, 'default of a secret store'), origin };
    }
    // Resuming needs a token and a signed request, so whoever answers has proved who they are; a token that goes astray is a finding of its own.
    case 'channel':
      return { accepts, content: content(labels.authenticated, 'default of a callback or event'), origin };
    case 'endpoint':
      return { accepts, content: content(labels.authenticated, 'default of a service outside'), origin };
    default:
      return { accepts, content: null, origin };
  }
}

/** Kinds of store that keep what is written for the application itself; topics, buses and endpoints hand it on to others, logs are read by people. */
const TOKEN_STORE_KINDS: readonly StoreDeclaration['kind'][] = [
  'queue',
  'table',
  'bucket',
  'stream',
  'secret',
  'parameter',
  'channel',
];

/** Services whose purpose is to send something to people or to other organisations. */
const OUTWARD_SERVICES = /(^|:)(sns|ses|sesv2|pinpoint|chatbot|connect|mobile|iot-data|http)(:|$)/i;

export function storeMayHoldTokens(store: StoreDeclaration): boolean {
  return TOKEN_STORE_KINDS.includes(store.kind) && !store.isForeign && store.isPublic !== true;
}

/** Code of this application may hold the tokens it is given, so may services that run a job and report back. */
export function functionMayHoldTokens(declared: FunctionDeclaration): boolean {
  if (declared.isForeign || declared.kind === 'external') return false;
  return declared.kind !== 'service' || ![declared.id, declared.name].some((name) => OUTWARD_SERVICES.test(name));
}
