import type { EngineLimits } from './options.ts';
import { compileProjection, InputError, isDeeperThan, type InputWriter } from './projection.ts';
import type { EvaluationRequest, PolicySource } from './types.ts';

/** The input as JSON, or why there is none. */
export type PreparedInput =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly detail: string };

/** Makes the function that turns requests into what the policy is given: projected to what the entry point refers to, bounded in size and depth. */
export function compileInputs(
  references: PolicySource['references'],
  limits: EngineLimits,
): (request: EvaluationRequest) => PreparedInput {
  const writers = new Map<string, InputWriter>(
    Object.entries(references ?? {}).map(([entrypoint, paths]) => [entrypoint, compileProjection(paths)]),
  );
  const writeAll = compileProjection(null);
  return (request) => prepare(writers.get(request.entrypoint) ?? writeAll, request.input, limits);
}

function prepare(write: InputWriter, input: unknown, limits: EngineLimits): PreparedInput {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { ok: false, detail: 'ENG011: the input is no object' };
  }
  let text;
  try {
    text = write(input);
  } catch (error) {
    // A getter or `toJSON` of the input may throw anything; its text could hold data.
    return { ok: false, detail: `ENG011: ${error instanceof InputError ? error.message : 'the input is no JSON'}` };
  }
  if (
    text.length > limits.inputBytesMax ||
    (text.length * 3 > limits.inputBytesMax && Buffer.byteLength(text) > limits.inputBytesMax)
  ) {
    return { ok: false, detail: `ENG009: the input is larger than ${limits.inputBytesMax} bytes` };
  }
  if (isDeeperThan(text, limits.inputDepthMax)) {
    return { ok: false, detail: `ENG010: the input is nested deeper than ${limits.inputDepthMax} levels` };
  }
  return { ok: true, text };
}
