import type {
  Application,
  FileCoverage,
  FunctionDeclaration,
  LiteralSecret,
  StoreDeclaration,
  Trigger,
} from '../application.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Composition, FeatureUse, Journal } from '../ir.ts';
import { spanText, type PrintOptions } from './print-expression.ts';
import { indented, StepPrinter } from './print-step.ts';
import { FORMAT_VERSION, FORMAT_WORD, nameText, numberText, quote, variableText } from './words.ts';

/** Prints an application in the text form of `model/ir-text/README.md`. Order is kept; same application, same bytes. */
export function printApplication(application: Application, options: PrintOptions = {}): string {
  const sections = [
    [`${FORMAT_WORD} ${FORMAT_VERSION}`],
    application.functions.map((declared) => functionLine(declared, options)),
    application.stores.map((declared) => storeLine(declared, options)),
    application.triggers.map((trigger) => triggerLine(trigger, options)),
    application.literalSecrets.map((secret) => secretLine(secret, options)),
    application.diagnostics.map((diagnostic) => diagnosticLine(diagnostic, options)),
    application.coverage.map(coverageLine),
    ...application.compositions.map((composition) => compositionLines(composition, options)),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  return texts.join('\n');
}

/** Prints one composition; `parseApplication` reads it as an application with nothing else. */
export function printComposition(composition: Composition, options: PrintOptions = {}): string {
  return `${compositionLines(composition, options).join('\n')}\n`;
}

/** An id and the name people know the thing by, when that is another. */
const titled = (id: string, name: string): string => nameText(id) + (name === id ? '' : ` ${quote(name)}`);

const listed = (word: string, names: readonly string[]): string =>
  names.length === 0 ? '' : ` ${word} ${names.map(nameText).join(', ')}`;

function functionLine(declared: FunctionDeclaration, options: PrintOptions): string {
  const { id, name, kind, platform, isForeign, aliases, environmentNames, span } = declared;
  const foreign = isForeign ? ' foreign' : '';
  const names = listed('aliases', aliases) + listed('environment', environmentNames);
  return `function ${titled(id, name)} ${kind} on ${nameText(platform)}${foreign}${names}${spanText(span, options)}`;
}

function storeLine(declared: StoreDeclaration, options: PrintOptions): string {
  const { id, name, kind, platform, isPublic, isForeign, aliases, span } = declared;
  const access = (isPublic === null ? '' : isPublic ? ' public' : ' private') + (isForeign ? ' foreign' : '');
  const place = `${access}${listed('aliases', aliases)}${spanText(span, options)}`;
  return `store ${titled(id, name)} ${kind} on ${nameText(platform)}${place}`;
}

function triggerLine(trigger: Trigger, options: PrintOptions): string {
  const { kind, authentication, target, from, span } = trigger;
  const source = from === null ? '' : ` from ${nameText(from)}`;
  const started = `${target.kind} ${nameText(target.id)}`;
  return `trigger ${kind} ${authentication} -> ${started}${source}${spanText(span, options)}`;
}

const secretLine = ({ kind, masked, span }: LiteralSecret, options: PrintOptions): string =>
  `secret ${quote(kind)} ${quote(masked)}${spanText(span, options)}`;

const diagnosticLine = ({ severity, code, message, help, span }: Diagnostic, options: PrintOptions): string =>
  `diagnostic ${severity} ${nameText(code)} ${quote(message)} help ${quote(help)}${spanText(span, options)}`;

const coverageLine = ({ file, platform, state, units }: FileCoverage): string =>
  `coverage ${nameText(file)} on ${nameText(platform)} ${state} ${numberText(units)}`;

function compositionLines(composition: Composition, options: PrintOptions): string[] {
  const { id, name, platform, span } = composition;
  const steps = new StepPrinter(options);
  const timeout = steps.bound('timeout', composition.timeoutSeconds).trimStart();
  return [
    `composition ${titled(id, name)} on ${nameText(platform)}${spanText(span, options)} {`,
    ...indented([
      `input ${variableText(composition.input)}`,
      `delivery ${composition.delivery}`,
      ...(timeout === '' ? [] : [timeout]),
      `units ${numberText(composition.unitCount)}`,
      ...composition.journals.map((journal) => journalLine(journal, options)),
      ...composition.features.map((use) => featureLine(use, options)),
      'body {',
      ...indented(steps.region(composition.body)),
      '}',
    ]),
    '}',
  ];
}

const journalLine = ({ store, level, includesData, span }: Journal, options: PrintOptions): string =>
  `journal ${nameText(store)} ${level}${includesData ? ' data' : ''}${spanText(span, options)}`;

const featureLine = ({ feature, support, note, span }: FeatureUse, options: PrintOptions): string =>
  `feature ${support} ${nameText(feature)} ${quote(note)}${spanText(span, options)}`;
