import { isRegoArray, RegoObject, RegoSet, type RegoValue } from '../value/rego-value.ts';
import { writeJson } from '../value/write-value.ts';
import { BuiltinRefusal, type HostBuiltins } from './builtin.ts';
import { isObject } from './operands.ts';

/** Longest prefix or indentation, characters. */
const INDENT_LENGTH_MAX = 100;

interface Layout {
  readonly prefix: string;
  readonly indent: string;
  readonly isPretty: boolean;
}

/** Options of `json.marshal_with_options`; undefined for one that is unknown or of the wrong type. */
function layoutOf(options: RegoObject): Layout | undefined {
  let [prefix, indent, isPretty]: [string, string, boolean | undefined] = ['', '\t', undefined];
  for (const [name, value] of options.entries) {
    if (name === 'prefix' && typeof value === 'string') prefix = value;
    else if (name === 'indent' && typeof value === 'string') indent = value;
    else if (name === 'pretty' && typeof value === 'boolean') isPretty = value;
    else return undefined;
  }
  if (prefix.length > INDENT_LENGTH_MAX || indent.length > INDENT_LENGTH_MAX) {
    throw new BuiltinRefusal('the indentation of JSON is too long');
  }
  const hasLayout = options.get('prefix') !== undefined || options.get('indent') !== undefined;
  return { prefix, indent, isPretty: isPretty ?? hasLayout };
}

/** Characters that Go's `encoding/json` escapes in addition, as the text may end up in HTML or JavaScript. */
const ESCAPED = /[<>&\u2028\u2029]/g;

const goJson = (text: string): string =>
  text.replaceAll(ESCAPED, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

function pretty(value: RegoValue, layout: Layout, depth: number): string {
  const line = (by: number): string => `\n${layout.prefix}${layout.indent.repeat(by)}`;
  const wrap = (open: string, close: string, parts: readonly string[]): string =>
    parts.length === 0
      ? open + close
      : `${open}${line(depth + 1)}${parts.join(`,${line(depth + 1)}`)}${line(depth)}${close}`;
  if (value instanceof RegoObject) {
    const parts = value.entries.map(([key, item]) => {
      if (typeof key !== 'string') throw new BuiltinRefusal('a key of JSON is no string');
      return `${goJson(writeJson(key))}: ${pretty(item, layout, depth + 1)}`;
    });
    return wrap('{', '}', parts);
  }
  const items = value instanceof RegoSet ? value.items : isRegoArray(value) ? value : undefined;
  return items === undefined
    ? goJson(writeJson(value))
    : wrap(
        '[',
        ']',
        items.map((item) => pretty(item, layout, depth + 1)),
      );
}

/** `encoding/json` of Go without layout. */
export const marshalJson = (value: RegoValue): string => goJson(writeJson(value));

function marshal(value: RegoValue | undefined, options: RegoValue | undefined): RegoValue | undefined {
  const layout = isObject(options) ? layoutOf(options) : undefined;
  if (value === undefined || layout === undefined) return undefined;
  return layout.isPretty ? layout.prefix + pretty(value, layout, 0) : marshalJson(value);
}

/** JSON with a layout. */
export const MARSHAL_BUILTINS: HostBuiltins = {
  'json.marshal_with_options': ([value, options]) => marshal(value, options),
};
