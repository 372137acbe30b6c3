import type { Outcome } from '../../model/diagnostic.ts';
import { DEFAULT_LABEL_SPACE_DECLARATION } from '../../model/label-space.ts';
import { compareSpans, spanAtStart } from '../../model/span.ts';
import type { DataNode, MapNode, ParsedDocument } from '../source/types.ts';
import { readEntries, readLabelRules, readPatterns, readRequire, readShapeRules } from './flow-sections.ts';
import {
  checkAuthorities,
  readAuthorities,
  readFunctions,
  readReleases,
  UNKNOWN_FUNCTIONS,
} from './function-sections.ts';
import { LabelReader } from './label-reader.ts';
import { readLattice } from './lattice-reader.ts';
import { readIgnore, readRules, readSuppressions } from './policy-sections.ts';
import { Reader } from './reader.ts';
import type { Configuration } from './types.ts';

/** The keys of a configuration, in the order in which the reference lists them. */
export const SECTIONS = [
  'version',
  'lattice',
  'sources',
  'sinks',
  'stores',
  'functions',
  'unknownFunctions',
  'authorities',
  'declassifiers',
  'endorsers',
  'entries',
  'require',
  'tokens',
  'rules',
  'suppressions',
  'ignore',
] as const;

type Section = (typeof SECTIONS)[number];

/** What applies without a configuration file. */
export const DEFAULT_CONFIGURATION: Configuration = {
  file: null,
  lattice: DEFAULT_LABEL_SPACE_DECLARATION,
  latticeSpan: spanAtStart('weir.yaml'),
  sources: [],
  sinks: [],
  stores: [],
  functions: [],
  releases: [],
  authorities: [],
  entries: [],
  require: [],
  unknownFunctions: 'pass-through',
  tokens: [],
  rules: [],
  ignore: [],
  suppressions: [],
};

/**
 * Reads a configuration. Null gives the defaults.
 *
 * Errors: those of the document itself, CFG001 to CFG012 and those of {@link compileLabelSpace}, each at its place. A configuration with an
 * error is refused as a whole: half a policy proves nothing.
 */
export function loadConfiguration(document: ParsedDocument | null): Outcome<Configuration> {
  if (document === null) return { ok: true, value: DEFAULT_CONFIGURATION, diagnostics: [] };
  const reader = new Reader();
  // A repeated key would silently drop the first declaration: in a policy that is no matter of taste.
  reader.diagnostics.push(...document.diagnostics.map((found) => ({ ...found, severity: 'error' as const })));
  const root = rootOf(document, reader);
  const value = root === null ? null : readSections(root, document.path, reader);
  const diagnostics = reader.diagnostics.toSorted((a, b) => compareSpans(a.span, b.span));
  const isBroken = value === null || diagnostics.some(({ severity }) => severity === 'error');
  return isBroken ? { ok: false, diagnostics } : { ok: true, value, diagnostics };
}

function rootOf(document: ParsedDocument, reader: Reader): MapNode | null {
  const [root, more] = document.roots;
  const start = spanAtStart(document.path);
  if (root === undefined) {
    const isEmpty = !document.diagnostics.some(({ severity }) => severity === 'error');
    return isEmpty ? { kind: 'map', entries: [], span: start, tag: null } : null;
  }
  if (more !== undefined) {
    const help = 'Keep one document in the file.';
    return reader.report({ code: 'CFG001', message: 'a configuration is one YAML document', help }, more.span);
  }
  if (root.kind === 'map') return root;
  if (root.kind === 'scalar' && root.value === null) return { kind: 'map', entries: [], span: root.span, tag: null };
  return reader.wrongType(root, 'the configuration', 'a map');
}

function readSections(root: MapNode, file: string, reader: Reader): Configuration | null {
  const fields = reader.fields(root, 'the configuration', SECTIONS);
  const section = (name: Section): DataNode | null => fields?.get(name)?.value ?? null;
  const version = section('version');
  if (version !== null && !(version.kind === 'scalar' && version.value === 1)) {
    const help = 'Write `version: 1`, or leave it out.';
    reader.report({ code: 'CFG001', message: 'this version of the configuration is not known', help }, version.span);
  }
  const lattice = readLattice(section('lattice'), reader, spanAtStart(file));
  if (lattice === null) return null;
  const readers = { reader, labels: new LabelReader(reader, lattice.declaration) };
  const unknown = section('unknownFunctions');
  const tokens = section('tokens');
  const releases = [
    ...readReleases(section('declassifiers'), 'declassifier', readers),
    ...readReleases(section('endorsers'), 'endorser', readers),
  ];
  const authorities = readAuthorities(section('authorities'), readers);
  checkAuthorities(releases, authorities, readers);
  return {
    file,
    lattice: lattice.declaration,
    latticeSpan: lattice.span,
    sources: readShapeRules(section('sources'), 'sources', readers),
    sinks: readLabelRules(section('sinks'), 'sinks', readers),
    stores: readShapeRules(section('stores'), 'stores', readers),
    functions: readFunctions(section('functions'), readers),
    releases,
    authorities,
    entries: readEntries(section('entries'), readers),
    require: readRequire(section('require'), readers),
    unknownFunctions:
      (unknown === null ? null : reader.oneOf(unknown, '`unknownFunctions`', UNKNOWN_FUNCTIONS)) ??
      DEFAULT_CONFIGURATION.unknownFunctions,
    tokens: tokens === null ? [] : readPatterns(tokens, '`tokens`', reader),
    rules: readRules(section('rules'), readers),
    ignore: readIgnore(section('ignore'), readers),
    suppressions: readSuppressions(section('suppressions'), readers),
  };
}
