import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ReportedFinding, Suppression } from '../../model/finding.ts';
import type { MarkName } from '../../model/label.ts';
import type { Result } from '../../model/result.ts';
import type { Hop, Witness } from '../../model/verdict.ts';
import { coverageLines } from '../common/coverage.ts';
import { fullMessage } from '../common/findings.ts';
import { constructWord, flowWords, formatChange, formatLabel, marksOf } from '../common/labels.ts';
import { SourceLines } from '../common/source-lines.ts';
import type { Reporter } from '../types.ts';
import { Artifacts, BASE, region } from './places.ts';
import { cweTaxonomy, ruleDescriptor } from './rules.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Name of our fingerprint; the number changes when its inputs do. No position is part of it. */
const FINGERPRINT = 'weir/v1';
/** Longest line that is quoted, in UTF-16 units. */
const SNIPPET_LENGTH_MAX = 400;

/** SARIF 2.1.0 (OASIS), for code scanning. */
export const sarif: Reporter = {
  name: 'sarif',
  title: 'SARIF 2.1.0, for code scanning',
  render: (result) =>
    `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [new Run(result).toObject()] }, null, 2)}\n`,
};

class Run {
  readonly #result: Result;
  readonly #artifacts: Artifacts;
  readonly #sources: SourceLines;
  readonly #ruleIndexes: ReadonlyMap<string, number>;
  readonly #codes: readonly string[];

  constructor(result: Result) {
    this.#result = result;
    this.#artifacts = new Artifacts(result);
    this.#sources = new SourceLines(result.sources);
    this.#ruleIndexes = new Map(result.rules.map((rule, at) => [rule.id, at]));
    this.#codes = [...new Set(result.diagnostics.map(({ code }) => code))].sort();
  }

  toObject(): object {
    const { tool, rules, status, diagnostics, coverage, findings, version } = this.#result;
    return {
      tool: {
        driver: {
          name: 'Weir',
          semanticVersion: tool.version,
          shortDescription: { text: 'Information-flow type checking for function compositions' },
          rules: rules.map(ruleDescriptor),
          notifications: this.#codes.map((id) => ({ id })),
          supportedTaxonomies: [{ name: 'CWE', index: 0 }],
        },
      },
      taxonomies: [cweTaxonomy(rules)],
      originalUriBaseIds: { [BASE]: { description: { text: 'The root of the repository.' } } },
      columnKind: 'utf16CodeUnits',
      invocations: [
        {
          executionSuccessful: status === 'complete',
          toolExecutionNotifications: diagnostics.map((diagnostic) => this.#notification(diagnostic)),
        },
      ],
      artifacts: this.#artifacts.list(),
      results: findings.map((finding) => this.#finding(finding)),
      properties: { resultVersion: version, status, coverageSummary: coverageLines(this.#result), coverage },
    };
  }

  #notification({ code, severity, message, help, span }: Diagnostic): object {
    return {
      descriptor: { id: code, index: this.#codes.indexOf(code) },
      level: severity,
      message: { text: `${message} ${help}` },
      locations: [this.#artifacts.place(span)],
    };
  }

  #finding(finding: ReportedFinding): object {
    const { ruleId, level, outcome, score, related, witnesses, fingerprint, suppression, baselineState } = finding;
    const ruleIndex = this.#ruleIndexes.get(ruleId);
    return {
      ruleId,
      ...(ruleIndex === undefined ? {} : { ruleIndex }),
      kind: outcome === 'undecided' ? 'review' : 'fail',
      // Every kind but fail has the level none (SARIF 2.1.0, 3.27.10).
      level: outcome === 'undecided' ? 'none' : level,
      message: { text: fullMessage(finding) },
      locations: [this.#mainPlace(finding)],
      relatedLocations: related.map((other, id) => ({ id, ...this.#artifacts.place(other.span, other.message) })),
      partialFingerprints: { [FINGERPRINT]: fingerprint },
      codeFlows: witnesses.map((witness) => this.#codeFlow(witness)),
      suppressions: suppression === null ? [] : [this.#suppression(suppression)],
      ...(baselineState === null ? {} : { baselineState }),
      rank: score * 10,
      properties: { outcome, level, 'security-severity': score.toFixed(1) },
    };
  }

  #mainPlace({ span, composition, place }: ReportedFinding): object {
    const line = this.#sources.of(span.file)?.[span.start.line - 1];
    // A snippet is the whole text of its region: only of one line is it short enough.
    const isQuoted = line !== undefined && span.start.line === span.end.line && line.length <= SNIPPET_LENGTH_MAX;
    const context = isQuoted ? { contextRegion: { startLine: span.start.line, snippet: { text: line } } } : {};
    const name = composition === null ? {} : { fullyQualifiedName: `${composition}/${place}` };
    return {
      physicalLocation: {
        artifactLocation: this.#artifacts.location(span.file),
        region: region(span),
        ...context,
      },
      logicalLocations: [{ name: place, kind: 'member', ...name }],
    };
  }

  #suppression({ kind, reason, expires, span }: Suppression): object {
    return {
      kind: kind === 'inline' ? 'inSource' : 'external',
      status: 'accepted',
      justification: reason,
      location: this.#artifacts.place(span),
      ...(expires === null ? {} : { properties: { expires } }),
    };
  }

  #codeFlow(witness: Witness): object {
    const marks = marksOf(witness);
    const { description, origin } = witness.source;
    return {
      message: { text: `From ${description} (${origin.description}): ${flowWords(witness)}.` },
      threadFlows: [{ locations: witness.hops.map((hop, at) => this.#hop(hop, { at, marks })) }],
    };
  }

  #hop(hop: Hop, { at, marks }: { readonly at: number; readonly marks: readonly MarkName[] }): object {
    const { span, name, why, construct, by, labelBefore, labelAfter } = hop;
    const isEssential = construct === 'source' || construct === 'sink' || construct === 'guard';
    return {
      location: {
        ...this.#artifacts.place(span, `${name}: ${why} [${formatChange(hop, marks)}]`),
        logicalLocations: [{ name }],
      },
      kinds: [constructWord(construct), by],
      state: { before: { text: formatLabel(labelBefore, marks) }, after: { text: formatLabel(labelAfter, marks) } },
      nestingLevel: 0,
      executionOrder: at + 1,
      importance: isEssential ? 'essential' : 'important',
    };
  }
}
