import type { Expression, Path } from '../../../model/ir.ts';
import { textOf } from '../../source/index.ts';
import type { Integration } from './catalog.ts';
import { effectOf } from './effects.ts';
import { parameterEntry } from './names.ts';
import { applyOf, below, objectOf, partOf, readOf, RESULT } from './selections.ts';
import type { Sequence } from './sequence.ts';
import { copySource, hasParameter, storeTargets, type Request, type StorePlace, type Use } from './targets.ts';

/** Reads from the stores that a request names; several answers are joined. */
export function addRead(request: Request, use: Use, sequence: Sequence): void {
  const { state } = request;
  const places = storeTargets(request, use);
  const effect = effectOf(request, use.operation, use.integration);
  const results = places.map((_, at) => (places.length === 1 ? RESULT : below(RESULT, `from${at + 1}`)));
  for (const [at, { store }] of places.entries()) {
    const key = keyOf(request, use);
    const result = results[at] ?? RESULT;
    sequence.add({ kind: 'read', name: state.name, span: use.span, store, key, result, effect });
  }
  if (places.length === 1) return;
  const answers = results.map((result) => readOf(result, use.span));
  sequence.assign(RESULT, applyOf('answers', answers, use.span), use.span);
}

/** Writes to the stores that a request names. A conditional write, or one that returns what was held, reads the store first. */
export function addWrite(request: Request, use: Use, sequence: Sequence): void {
  const { integration, span } = use;
  const places = storeTargets(request, use);
  const source = copySource(request, use);
  const copied = below(RESULT, 'copied');
  if (source !== null) {
    const effect = effectOf(request, use.operation, { idempotent: true });
    const key = partOf(request.argument, integration.from ?? '') ?? applyOf('key', [], span);
    sequence.add({ kind: 'read', name: request.state.name, span, store: source, key, result: copied, effect });
  }
  const answers = places.map((place, at) => {
    const answer = below(RESULT, places.length === 1 ? 'answer' : `answer${at + 1}`);
    const value = source === null ? place.value : applyOf('copy', [place.value, readOf(copied, span)], span);
    return addOneWrite(request, use, { ...place, value, answer, sequence });
  });
  const [first] = answers;
  const answer = first === undefined || answers.length > 1 ? applyOf('answers', answers, span) : first;
  sequence.assign(RESULT, answer, span);
}

function addOneWrite(
  request: Request,
  use: Use,
  write: StorePlace & { readonly answer: Path; readonly sequence: Sequence },
): Expression {
  const { integration, span } = use;
  const { store, value, answer, sequence } = write;
  const { name } = request.state;
  const effect = effectOf(request, use.operation, integration);
  const held = below(RESULT, 'held');
  const written = keyOf(request, use);
  const returnsHeld = returnsOld(request, integration);
  const isConditional = integration.condition !== undefined && hasParameter(request, integration.condition);
  if (isConditional || returnsHeld)
    sequence.add({
      kind: 'read',
      name,
      span,
      store,
      key: written,
      result: held,
      effect: { ...effect, privileged: false },
    });
  const key = isConditional ? applyOf('condition', [written, readOf(held, span)], span) : written;
  sequence.add({ kind: 'write', name, span, store, key, value, result: answer, effect });
  if (integration.as === 'exchange') return addAnswer(request, use, { store, key, sequence });
  const said = readOf(answer, span);
  return returnsHeld ? objectOf({ Attributes: readOf(held, span), Answer: said }, span) : said;
}

/** What the party that was sent to says: body and headers are its data. */
function addAnswer(
  request: Request,
  use: Use,
  at: Pick<StorePlace, 'store'> & { readonly key: Expression; readonly sequence: Sequence },
): Expression {
  const { integration, span } = use;
  const effect = { ...effectOf(request, use.operation, integration), privileged: false };
  const result = below(RESULT, 'said');
  at.sequence.add({ kind: 'read', name: request.state.name, span, store: at.store, key: at.key, result, effect });
  const said = readOf(result, span);
  return integration.wraps === undefined
    ? said
    : objectOf({ [integration.wraps]: said, Headers: said, StatusCode: said, StatusText: said }, span);
}

function returnsOld(request: Request, { returns }: Integration): boolean {
  const entry = returns === undefined ? null : parameterEntry(request.written, returns);
  return entry !== null && textOf(entry.value) !== 'NONE';
}

/** What selects the item: the named parameters, else nothing that can be told apart. */
function keyOf(request: Request, use: Use): Expression {
  const parts = (use.integration.key ?? []).flatMap((name) => partOf(request.argument, name) ?? []);
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : applyOf('key', parts, use.span);
}
