import type { Diagnostic } from '../../../../model/diagnostic.ts';
import { DIAGNOSTIC_CODES } from '../../../../model/diagnostic-codes.ts';
import { VERSION } from '../../version.ts';

const SARIF_SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** What was found, for programs. */
export function checkJson(diagnostics: readonly Diagnostic[], files: readonly string[]): string {
  return `${JSON.stringify({ schema: 'weir.policy-check/1', files, diagnostics }, null, 2)}\n`;
}

/** What was found as SARIF 2.1.0 (OASIS), for code scanning. */
export function checkSarif(diagnostics: readonly Diagnostic[]): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const rules = codes.map((id) => ({
    id,
    shortDescription: { text: DIAGNOSTIC_CODES[id]?.title ?? id },
    help: { text: DIAGNOSTIC_CODES[id]?.help ?? '' },
  }));
  const results = diagnostics.map(({ code, severity, message, help, span }) => ({
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: `${message}. ${help}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: span.file.split('/').map(encodeURIComponent).join('/') },
          region: {
            startLine: span.start.line,
            startColumn: span.start.column,
            endLine: span.end.line,
            endColumn: span.end.column,
          },
        },
      },
    ],
  }));
  const driver = { name: 'Weir', semanticVersion: VERSION, rules };
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
  return `${JSON.stringify({ $schema: SARIF_SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}
