import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { Diagnostic, Outcome } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import SCHEMA from './schema.json' with { type: 'json' };
import type { MonitorConfiguration } from './types.ts';

/** Characters of a configuration. */
export const CONFIGURATION_CHARACTERS_MAX = 1_048_576;

const validate = new Ajv2020({ allErrors: true, strict: false }).compile<MonitorConfiguration>(SCHEMA);

/**
 * Reads `weir-monitor.yaml`. Nothing of a file with a mistake is used.
 *
 * @param file name for messages.
 *
 * Errors: MON001 no YAML, MON002 does not match the schema, MON003 names something that is not there, MON004 contradicts itself.
 */
export function readConfiguration(file: string, text: string): Outcome<MonitorConfiguration> {
  const lines = new LineCounter();
  if (text.length > CONFIGURATION_CHARACTERS_MAX) {
    const span = spanAt(file, lines, 0, 0);
    return refuse([
      diagnostic('MON001', 'the configuration is larger than 1 MiB', 'Split what it does over several monitors.', span),
    ]);
  }
  const document = parseDocument(text, { lineCounter: lines, maxAliasCount: 0 } as Parameters<typeof parseDocument>[1]);
  if (document.errors.length > 0) {
    return refuse(
      document.errors.map((error) =>
        diagnostic(
          'MON001',
          firstLine(error.message),
          'Write YAML 1.2 without aliases.',
          spanAt(file, lines, error.pos[0], error.pos[1]),
        ),
      ),
    );
  }
  const spanOf = (path: readonly string[]): Span => spanOfPath({ file, lines, document }, path);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return refuse([
      diagnostic('MON001', 'the configuration has aliases', 'Write out what an alias stands for.', spanOf([])),
    ]);
  }
  if (!validate(value)) return refuse(describe(validate.errors ?? [], spanOf));
  const problems = [...checkRoutes(value, spanOf), ...checkExceptions(value, spanOf), ...checkAddresses(value, spanOf)];
  return problems.length > 0 ? refuse(problems) : { ok: true, value, diagnostics: [] };
}

type SpanOf = (path: readonly string[]) => Span;

const refuse = (diagnostics: readonly Diagnostic[]): Outcome<never> => ({ ok: false, diagnostics });

function diagnostic(code: string, message: string, help: string, span: Span): Diagnostic {
  return { code, severity: 'error', message, help, span };
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;

function spanAt(file: string, lines: LineCounter, start: number, end: number): Span {
  const position = (offset: number): Span['start'] => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), offset };
  };
  return { file, start: position(start), end: position(Math.max(start, end)) };
}

/** The place of a value, or of the nearest one around it that is there. */
function spanOfPath(
  { file, lines, document }: { readonly file: string; readonly lines: LineCounter; readonly document: Document },
  path: readonly string[],
): Span {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) continue;
    const [start, end] = node.range as readonly number[];
    return spanAt(file, lines, start ?? 0, end ?? 0);
  }
  return spanAt(file, lines, 0, 0);
}

const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function describe(errors: readonly ErrorObject[], spanOf: SpanOf): Diagnostic[] {
  return errors
    .filter(({ keyword }) => keyword !== 'anyOf')
    .map((error) => {
      const path = pathOf(error.instancePath);
      const place = path.length === 0 ? 'the configuration' : `\`${path.join('.')}\``;
      const params = error.params as Readonly<Record<string, unknown>>;
      const unknown = params['additionalProperty'];
      if (typeof unknown === 'string') {
        const help = 'The reference of the configuration lists what there is: monitor/configuration/README.md.';
        return diagnostic('MON002', `${place} has no \`${unknown}\``, help, spanOf([...path, unknown]));
      }
      const allowed = params['allowedValues'];
      const said = Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : (error.message ?? 'is wrong');
      return diagnostic('MON002', `${place} ${said}`, 'Correct the value.', spanOf(path));
    });
}

/** Doors must lead to routes that exist. */
function checkRoutes({ doors, routes }: MonitorConfiguration, spanOf: SpanOf): Diagnostic[] {
  const named: [string, readonly string[]][] = [
    ...(doors.proxies ?? []).map(({ route }, at): [string, readonly string[]] => [
      route,
      ['doors', 'proxies', String(at), 'route'],
    ]),
    ...(doors.lambda === undefined
      ? []
      : [[doors.lambda.route, ['doors', 'lambda', 'route']] satisfies [string, readonly string[]]]),
  ];
  return named
    .filter(([route]) => !Object.hasOwn(routes, route))
    .map(([route, path]) =>
      diagnostic(
        'MON003',
        `there is no route \`${route}\``,
        `Routes are ${Object.keys(routes).sort().join(', ')}.`,
        spanOf(path),
      ),
    );
}

/** Exceptions end; one that has no end that can be read would last. */
function checkExceptions({ routes }: MonitorConfiguration, spanOf: SpanOf): Diagnostic[] {
  return Object.entries(routes).flatMap(([name, { exceptions = [] }]) =>
    exceptions.flatMap(({ until }, at) =>
      Number.isNaN(Date.parse(until))
        ? [
            diagnostic(
              'MON004',
              `\`${until}\` is no moment`,
              'Write RFC 3339, e.g. 2026-12-01T00:00:00Z.',
              spanOf(['routes', name, 'exceptions', String(at), 'until']),
            ),
          ]
        : [],
    ),
  );
}

const LOOPBACK = /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?(\/|$)/;

/** Policies and decisions do not travel in the clear. */
function checkAddresses({ bundle, candidate, decisionLog }: MonitorConfiguration, spanOf: SpanOf): Diagnostic[] {
  const addresses: [string | undefined, readonly string[]][] = [
    [bundle.source, ['bundle', 'source']],
    [candidate?.source, ['candidate', 'source']],
    [decisionLog?.service?.url, ['decisionLog', 'service', 'url']],
  ];
  return addresses
    .filter(([address]) => address?.startsWith('http:') === true && !LOOPBACK.test(address))
    .map(([address, path]) =>
      diagnostic('MON004', `${address ?? ''} is not encrypted`, 'Use https, or http on loopback.', spanOf(path)),
    );
}
