import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Level, ReportedFinding, RuleMetadata } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import type { Span } from '../../model/span.ts';
import type { Hop, Witness } from '../../model/verdict.ts';
import { coverageLines } from '../common/coverage.ts';
import { fullMessage } from '../common/findings.ts';
import { constructWord, formatChange } from '../common/labels.ts';
import type { Reporter } from '../types.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const HOME = 'https://github.com/weir-dev/weir';
/** Name of our fingerprint; the number changes when its inputs do. */
const FINGERPRINT = 'weir/v1';

/** SARIF 2.1.0 (OASIS), for code scanning. */
export const sarif: Reporter = {
  name: 'sarif',
  title: 'SARIF 2.1.0, for code scanning',
  render: (result) => `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [runOf(result)] }, null, 2)}\n`,
};

function runOf(result: Result): object {
  const cwes = [...new Set(result.rules.flatMap((rule) => rule.cwe))].sort();
  const indexes = new Map(result.rules.map((rule, at) => [rule.id, at]));
  return {
    tool: {
      driver: {
        name: 'Weir',
        semanticVersion: result.tool.version,
        informationUri: HOME,
        rules: result.rules.map(ruleDescriptor),
        notifications: [...new Set(result.diagnostics.map((diagnostic) => diagnostic.code))]
          .sort()
          .map((id) => ({ id })),
        supportedTaxonomies: [{ name: 'CWE', index: 0 }],
      },
    },
    taxonomies: [
      {
        name: 'CWE',
        organization: 'MITRE',
        informationUri: 'https://cwe.mitre.org/',
        shortDescription: { text: 'Common Weakness Enumeration' },
        taxa: cwes.map((cwe) => ({
          id: cwe.replace('CWE-', ''),
          helpUri: `https://cwe.mitre.org/data/definitions/${cwe.replace('CWE-', '')}.html`,
        })),
      },
    ],
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: result.status === 'complete',
        toolExecutionNotifications: result.diagnostics.map(notification),
      },
    ],
    artifacts: result.coverage.files.map(({ file }) => ({ location: artifact(file) })),
    properties: { coverage: result.coverage, coverageSummary: coverageLines(result) },
    results: result.findings.map((finding) => resultOf(finding, indexes.get(finding.ruleId) ?? -1)),
  };
}

function ruleDescriptor(rule: RuleMetadata): object {
  const first = Object.values(rule.messages)[0];
  const help = [
    rule.summary,
    first?.why ?? '',
    first?.fix ?? '',
    ...rule.limits.map((limit) => `Does not see: ${limit}`),
  ].filter((part) => part !== '');
  return {
    id: rule.id,
    name: pascalCase(rule.slug),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.summary },
    helpUri: `${HOME}/blob/main/rules/${rule.area}/${rule.slug}/README.md`,
    help: { text: help.join('\n\n'), markdown: `## ${rule.title}\n\n${help.join('\n\n')}` },
    defaultConfiguration: { level: sarifLevel(rule.level) },
    relationships: rule.cwe.map((cwe) => ({
      target: { id: cwe.replace('CWE-', ''), toolComponent: { name: 'CWE', index: 0 } },
      kinds: ['superset'],
    })),
    properties: {
      tags: [
        'security',
        ...rule.cwe.map((cwe) => `external/cwe/${cwe.toLowerCase()}`),
        ...rule.owasp.map((entry) => `owasp-serverless/${entry.toLowerCase()}`),
      ],
      precision: rule.precision,
      'security-severity': rule.score.toFixed(1),
      maturity: rule.maturity,
    },
  };
}

const pascalCase = (slug: string): string => slug.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
const sarifLevel = (level: Level): string => level;
const artifact = (file: string): object => ({
  uri: file.split('/').map(encodeURIComponent).join('/'),
  uriBaseId: '%SRCROOT%',
});

function location(span: Span, message?: string): object {
  const { start, end } = span;
  return {
    physicalLocation: {
      artifactLocation: artifact(span.file),
      region: {
        startLine: start.line,
        startColumn: start.column,
        endLine: end.line,
        endColumn: end.column,
        charOffset: start.offset,
        charLength: Math.max(0, end.offset - start.offset),
      },
    },
    ...(message === undefined ? {} : { message: { text: message } }),
  };
}

function notification(diagnostic: Diagnostic): object {
  return {
    descriptor: { id: diagnostic.code },
    level: diagnostic.severity,
    message: { text: `${diagnostic.message} ${diagnostic.help}` },
    locations: [location(diagnostic.span)],
  };
}

function resultOf(finding: ReportedFinding, ruleIndex: number): object {
  const { suppression, baselineState } = finding;
  return {
    ruleId: finding.ruleId,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    kind: finding.outcome === 'undecided' ? 'review' : 'fail',
    // SARIF wants level none for every kind but fail.
    level: finding.outcome === 'undecided' ? 'none' : sarifLevel(finding.level),
    message: { text: fullMessage(finding) },
    locations: [
      {
        ...location(finding.span),
        logicalLocations: [
          {
            name: finding.place,
            kind: 'member',
            ...(finding.composition === null ? {} : { fullyQualifiedName: `${finding.composition}/${finding.place}` }),
          },
        ],
      },
    ],
    relatedLocations: finding.related.map((related, id) => ({ id, ...location(related.span, related.message) })),
    partialFingerprints: { [FINGERPRINT]: finding.fingerprint },
    codeFlows: finding.witnesses.map(codeFlow),
    suppressions:
      suppression === null
        ? []
        : [
            {
              kind: suppression.kind === 'inline' ? 'inSource' : 'external',
              justification: suppression.reason,
              location: location(suppression.span),
            },
          ],
    ...(baselineState === null ? {} : { baselineState }),
    rank: finding.score * 10,
    properties: { outcome: finding.outcome },
  };
}

function codeFlow(witness: Witness): object {
  return {
    message: {
      text: `${witness.flow === 'implicit' ? 'A condition carries' : 'Data carries'} ${witness.source.description} here.`,
    },
    threadFlows: [{ locations: witness.hops.map(flowLocation) }],
  };
}

function flowLocation(hop: Hop, at: number): object {
  const change = formatChange(hop.labelBefore, hop.labelAfter);
  return {
    location: { ...location(hop.span, `${hop.name}: ${hop.why} [${change}]`), logicalLocations: [{ name: hop.name }] },
    kinds: [constructWord(hop.construct), hop.by],
    nestingLevel: 0,
    executionOrder: at + 1,
    importance:
      hop.construct === 'source' || hop.construct === 'sink' || hop.construct === 'guard' ? 'essential' : 'important',
  };
}
