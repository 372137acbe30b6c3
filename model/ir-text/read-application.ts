import type {
  Application,
  FileCoverage,
  FunctionDeclaration,
  LiteralSecret,
  StoreDeclaration,
  StoreKind,
  Trigger,
} from '../application.ts';
import { compositionId, functionId, storeId } from '../brand.ts';
import type { Diagnostic, Outcome } from '../diagnostic.ts';
import { spanAtStart } from '../span.ts';
import { Cursor, ReadFailure } from './cursor.ts';
import { readComposition } from './read-composition.ts';
import type { Token } from './tokens.ts';
import { FORMAT_VERSION, FORMAT_WORD } from './words.ts';

/** Longest text that is read, in UTF-16 code units. */
export const IR_TEXT_LENGTH_MAX = 16 * 1024 * 1024;

type Mutable<Of> = { -readonly [Key in keyof Of]: Of[Key] extends readonly (infer Item)[] ? Item[] : Of[Key] };
type Draft = Mutable<Application>;

/**
 * Reads the text form of an application. Never throws.
 *
 * What has no place written beside it is given its place in this text, so that findings point into it. An item that cannot be read (a
 * declaration, a composition) gets a diagnostic and is left out; the next item is looked for at the start of a line.
 *
 * @param file name of the text in spans.
 * @returns no value only when nothing could be read. Errors: IRT001 to IRT008, see `DIAGNOSTIC_CODES`.
 */
export function parseApplication(text: string, file: string): Outcome<Application> {
  if (text.length > IR_TEXT_LENGTH_MAX) {
    const message = `the text has ${text.length} characters, at most ${IR_TEXT_LENGTH_MAX} are read`;
    const help = 'Split the application into several texts.';
    return { ok: false, diagnostics: [{ code: 'IRT004', severity: 'error', message, help, span: spanAtStart(file) }] };
  }
  const cursor = new Cursor(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, file);
  const application: Draft = {
    compositions: [],
    functions: [],
    stores: [],
    triggers: [],
    literalSecrets: [],
    diagnostics: [],
    coverage: [],
  };
  const diagnostics: Diagnostic[] = [];
  attempt(cursor, diagnostics, () => {
    readVersion(cursor);
  });
  let items = 0;
  while (cursor.peek().kind !== 'end') {
    const isRead = attempt(cursor, diagnostics, () => {
      readItem(cursor, application);
    });
    if (isRead) items += 1;
  }
  return items === 0 && diagnostics.length > 0
    ? { ok: false, diagnostics }
    : { ok: true, value: application, diagnostics };
}

const BYTE_ORDER_MARK = '\uFEFF';

/** Reads one item; when that fails, keeps the reason and goes on at the next item. */
function attempt(cursor: Cursor, diagnostics: Diagnostic[], read: () => void): boolean {
  const from = cursor.at;
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof ReadFailure)) throw error;
    diagnostics.push(error.diagnostic);
    cursor.skipToMargin(ITEM_WORDS, from);
    return false;
  }
}

function readVersion(cursor: Cursor): void {
  if (!cursor.accept(FORMAT_WORD)) return;
  const token = cursor.peek();
  const version = cursor.expectNumber('the version of the format');
  if (version === FORMAT_VERSION) return;
  const help = 'Print the application again with this version of weir.';
  cursor.fail('IRT005', `version ${version} of the text form is not known, only ${FORMAT_VERSION}`, help, token);
}

const ITEMS: Readonly<Record<string, (cursor: Cursor, application: Draft, start: Token) => void>> = {
  function: (cursor, application, start) => application.functions.push(readFunction(cursor, start)),
  store: (cursor, application, start) => application.stores.push(readStore(cursor, start)),
  trigger: (cursor, application, start) => application.triggers.push(readTrigger(cursor, start)),
  secret: (cursor, application, start) => application.literalSecrets.push(readSecret(cursor, start)),
  diagnostic: (cursor, application, start) => application.diagnostics.push(readDiagnostic(cursor, start)),
  coverage: (cursor, application) => application.coverage.push(readCoverage(cursor)),
  composition: (cursor, application, start) => application.compositions.push(readComposition(cursor, start)),
};
const ITEM_WORDS: ReadonlySet<string> = new Set(Object.keys(ITEMS));

function readItem(cursor: Cursor, application: Draft): void {
  const start = cursor.peek();
  const read = start.kind === 'word' && ITEM_WORDS.has(start.text) ? ITEMS[start.text] : undefined;
  if (read === undefined) return cursor.failExpecting(`one of ${[...ITEM_WORDS].join(', ')}`);
  cursor.take();
  read(cursor, application, start);
}

const FUNCTION_KINDS: Readonly<Record<FunctionDeclaration['kind'], true>> = {
  user: true,
  service: true,
  activity: true,
  external: true,
};

function readFunction(cursor: Cursor, start: Token): FunctionDeclaration {
  const id = cursor.expectName('the id of a function');
  const name = cursor.acceptString() ?? id;
  const kind = cursor.expectOneOf(FUNCTION_KINDS, 'the kind of a function');
  const platform = readPlatform(cursor);
  const isForeign = cursor.acceptInLine('foreign');
  const aliases = readNames(cursor, 'aliases');
  const environmentNames = readNames(cursor, 'environment');
  const span = cursor.spanFrom(start);
  return { id: functionId(id), name, aliases, platform, kind, isForeign, environmentNames, span };
}

function readPlatform(cursor: Cursor): string {
  cursor.expect('on');
  return cursor.expectName('a platform');
}

function readNames(cursor: Cursor, word: string): string[] {
  return cursor.acceptInLine(word) ? cursor.list(() => cursor.expectName('a name')) : [];
}

const STORE_KINDS: Readonly<Record<StoreKind, true>> = {
  table: true,
  bucket: true,
  queue: true,
  topic: true,
  bus: true,
  stream: true,
  log: true,
  history: true,
  secret: true,
  parameter: true,
  endpoint: true,
  channel: true,
  service: true,
};

function readStore(cursor: Cursor, start: Token): StoreDeclaration {
  const id = cursor.expectName('the id of a store');
  const name = cursor.acceptString() ?? id;
  const kind = cursor.expectOneOf(STORE_KINDS, 'the kind of a store');
  const platform = readPlatform(cursor);
  const isPublic = cursor.acceptInLine('public') ? true : cursor.acceptInLine('private') ? false : null;
  const isForeign = cursor.acceptInLine('foreign');
  const aliases = readNames(cursor, 'aliases');
  return { id: storeId(id), kind, name, aliases, platform, isPublic, isForeign, span: cursor.spanFrom(start) };
}

const TRIGGER_KINDS: Readonly<Record<Trigger['kind'], true>> = {
  http: true,
  'function-url': true,
  schedule: true,
  event: true,
  storage: true,
  queue: true,
  topic: true,
  iot: true,
  stream: true,
  manual: true,
  other: true,
};
const AUTHENTICATIONS: Readonly<Record<Trigger['authentication'], true>> = {
  none: true,
  authenticated: true,
  internal: true,
  unknown: true,
};
const STARTED = { function: true, composition: true } as const;

function readTrigger(cursor: Cursor, start: Token): Trigger {
  const kind = cursor.expectOneOf(TRIGGER_KINDS, 'the kind of a trigger');
  const authentication = cursor.expectOneOf(AUTHENTICATIONS, 'how callers are authenticated');
  cursor.expect('->');
  const started = cursor.expectOneOf(STARTED, 'what is started');
  const id = cursor.expectName(`the id of a ${started}`);
  const from = cursor.acceptInLine('from') ? storeId(cursor.expectName('the id of a store')) : null;
  const target: Trigger['target'] =
    started === 'function' ? { kind: started, id: functionId(id) } : { kind: started, id: compositionId(id) };
  return { target, kind, authentication, from, span: cursor.spanFrom(start) };
}

function readSecret(cursor: Cursor, start: Token): LiteralSecret {
  const kind = cursor.expectString('the kind of the secret in quotes');
  const masked = cursor.expectString('the masked secret in quotes');
  return { kind, masked, span: cursor.spanFrom(start) };
}

const SEVERITIES: Readonly<Record<Diagnostic['severity'], true>> = { error: true, warning: true };

function readDiagnostic(cursor: Cursor, start: Token): Diagnostic {
  const severity = cursor.expectOneOf(SEVERITIES, 'a severity');
  const code = cursor.expectName('a code');
  const message = cursor.expectString('a message in quotes');
  cursor.expect('help');
  const help = cursor.expectString('advice in quotes');
  return { code, severity, message, help, span: cursor.spanFrom(start) };
}

const COVERAGE_STATES: Readonly<Record<FileCoverage['state'], true>> = { analysed: true, partial: true, refused: true };

function readCoverage(cursor: Cursor): FileCoverage {
  const file = cursor.expectName('a file');
  const platform = readPlatform(cursor);
  const state = cursor.expectOneOf(COVERAGE_STATES, 'a state of coverage');
  return { file, platform, state, units: cursor.expectNumber('a number of units') };
}
