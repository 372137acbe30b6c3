import type { Application, StoreKind } from '../../model/application.ts';
import type { Axis, LabelDescription } from '../../model/label.ts';
import type { LabelOrigin } from '../../model/labelling.ts';
import type { Span } from '../../model/span.ts';
import type { SinkDescription } from '../../model/verdict.ts';
import { lookupIn } from './lookup.ts';

const STORE_WORDS: Readonly<Record<StoreKind, string>> = {
  table: 'table',
  bucket: 'bucket',
  queue: 'queue',
  topic: 'topic',
  bus: 'event bus',
  stream: 'stream',
  log: 'log',
  history: 'history',
  secret: 'secret',
  parameter: 'parameter',
  endpoint: 'endpoint',
  channel: 'channel',
  service: 'service',
};

/** A sink in the user's words, e.g. `table Patients`, `function Redact`, `the result of Orders`. */
export function describeSink(sink: SinkDescription, application: Application): string {
  switch (sink.kind) {
    case 'function':
      return `function ${sink.name}`;
    case 'composition':
      return `workflow ${sink.name}`;
    case 'result':
      return `the result of ${sink.name}`;
    case 'unknown':
      return sink.name;
    case 'store':
    case 'journal': {
      const declared = lookupIn(application).storeAt(sink.id);
      // A history is named after its workflow already.
      if (declared === null || declared.kind === 'history') return sink.name;
      return `${STORE_WORDS[declared.kind]} ${sink.name}`;
    }
  }
}

/** One axis of a label in words, e.g. `secret`, `regions eu-west-1, eu-central-1`. */
export function describeAxis(label: LabelDescription, axis: Axis): string {
  if (axis === 'confidentiality') return label.confidentiality;
  if (axis === 'integrity') return label.integrity;
  const names = label[axis];
  if (names === 'all') return axis === 'region' ? 'any region' : 'every tenant';
  if (names.length === 0) return axis === 'region' ? 'no region' : 'no tenant';
  return `${axis}${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
}

/** Where a label was decided, e.g. `declared at weir.yaml:12`, else its description. */
export function describeOrigin(origin: LabelOrigin): string {
  if (origin.span === null)
    return origin.description.startsWith('default ') ? `the ${origin.description}` : origin.description;
  return `declared at ${describePlace(origin.span)}`;
}

/** `file:line`, for use inside messages about another place. */
export function describePlace(span: Span): string {
  return `${span.file}:${span.start.line}`;
}

/** `a`, `a and b`, `a, b and c`, `a, b and 4 more`: names in the order given. */
export function listNames(names: readonly string[], shownMax = 3): string {
  const [last] = names.slice(-1);
  if (last === undefined) return '';
  if (names.length === 1) return last;
  if (names.length <= shownMax) return `${names.slice(0, -1).join(', ')} and ${last}`;
  const shown = names.slice(0, shownMax - 1);
  return `${shown.join(', ')} and ${names.length - shown.length} more`;
}

/** `1 place`, `3 places`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
