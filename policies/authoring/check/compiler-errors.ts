import type { Diagnostic } from '../../../model/diagnostic.ts';
import { spanAtStart } from '../../../model/span.ts';
import { isObject, locationOf, type JsonObject } from '../rego/module.ts';
import { parseJson } from '../rego/parse.ts';
import { diagnosticAt, spanOf, type Message } from './place.ts';

interface Context {
  /** Text of each file. */
  readonly modules: ReadonlyMap<string, string>;
  /** Builtins that `opa` has, whether our host has them or not. */
  readonly builtins: ReadonlySet<string>;
}

/**
 * What `opa check --format json` wrote, as diagnostics: POL011 no Rego, POL012 does not compile, POL013 wrong type or misspelt path, POL014 a builtin
 * that the Wasm host lacks. Null when it is not in the form of such errors.
 */
export function compilerErrors(written: string, context: Context): readonly Diagnostic[] | null {
  const parsed = parseJson(written);
  if (!isObject(parsed) || !Array.isArray(parsed['errors'])) return null;
  return parsed['errors'].filter(isObject).map((error) => toDiagnostic(error, context));
}

function toDiagnostic(error: JsonObject, { modules, builtins }: Context): Diagnostic {
  const text = typeof error['message'] === 'string' ? error['message'] : 'unknown error';
  const place = isObject(error['location']) ? error['location'] : {};
  const file = typeof place['file'] === 'string' ? place['file'].replaceAll('\\', '/') : '';
  const source = modules.get(file);
  const span = source === undefined ? spanAtStart(file) : spanOf(file, source, locationOf(place));
  const missing = /^undefined function (\S+)$/.exec(text)?.[1];
  if (missing !== undefined && builtins.has(missing)) return diagnosticAt(span, lacking(missing));
  return diagnosticAt(span, message(text, error));
}

const lacking = (name: string): Message => ({
  code: 'POL014',
  severity: 'error',
  message: `\`${name}\` is a builtin of OPA that enforcement points do not have`,
  help: 'Have the fact put into the input or into `data.json` instead: decisions are made without network and chance.',
});

function message(text: string, { code, details }: JsonObject): Message {
  if (code === 'rego_parse_error') {
    return { code: 'POL011', severity: 'error', message: text, help: 'Correct the syntax.' };
  }
  if (code === 'rego_type_error') {
    return { code: 'POL013', severity: 'error', message: text, help: typeHelp(text, details) };
  }
  return { code: 'POL012', severity: 'error', message: text, help: 'Correct what the compiler says.' };
}

/** The compiler's own list of names, where it has one. */
function typeHelp(text: string, details: unknown): string {
  const oneOf = isObject(details) && Array.isArray(details['oneOf']) ? details['oneOf'] : [];
  const names = oneOf.flatMap((item: unknown) =>
    typeof item === 'string' ? [item] : isObject(item) && typeof item['value'] === 'string' ? [item['value']] : [],
  );
  if (names.length > 0) return `Use one of ${names.map((name) => `\`${name}\``).join(', ')}.`;
  if (text.startsWith('match error') && JSON.stringify(details ?? null).includes('"null"')) {
    return 'Ask with `is_null(...)` whether it is known.';
  }
  return 'Compare the path with the schema that the METADATA names.';
}
