import type { Application, FunctionDeclaration, StoreDeclaration, Trigger } from '../../../model/application.ts';
import { compositionId, functionId, stepId, storeId } from '../../../model/brand.ts';
import type { Composition } from '../../../model/ir.ts';
import { spanAtStart } from '../../../model/span.ts';
import { labelApplication, loadConfiguration } from '../../../analyzer/config/index.ts';
import { parseDocument } from '../../../analyzer/source/index.ts';
import type { Labelling } from '../../../model/labelling.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Configuration } from '../../../analyzer/config/index.ts';

const span = spanAtStart('template.yaml');

export function workflow(name: string): Composition {
  return {
    id: compositionId(`aws-step-functions:template.yaml#${name}`),
    name,
    platform: 'aws-step-functions',
    span,
    input: 'input',
    body: { entry: stepId('end'), steps: [] },
    delivery: 'exactly-once',
    journals: [],
    timeoutSeconds: { kind: 'none' },
    features: [],
    unitCount: 0,
  };
}

export function store(
  kind: StoreDeclaration['kind'],
  name: string,
  more: Partial<StoreDeclaration> = {},
): StoreDeclaration {
  const id = storeId(`aws-${kind}:${name}`);
  return { id, kind, name, aliases: [], platform: 'aws', isPublic: null, isForeign: false, span, ...more };
}

export function fn(name: string, kind: FunctionDeclaration['kind'] = 'user'): FunctionDeclaration {
  const id = functionId(`aws-lambda:${name}`);
  return { id, name, aliases: [], platform: 'aws', kind, isForeign: false, environmentNames: [], span };
}

export function trigger(
  target: Composition,
  kind: Trigger['kind'],
  authentication: Trigger['authentication'],
): Trigger {
  return { target: { kind: 'composition', id: target.id }, kind, authentication, from: null, span };
}

/** A ward with a camera: one workflow, two functions, five stores. */
export const WARD = workflow('FrameWorkflow');
export const APPLICATION: Application = {
  compositions: [WARD, workflow('NightlyReport')],
  functions: [fn('BlurFaces'), fn('CountFalls'), fn('ecs:runTask', 'service'), fn('ses:sendEmail', 'service')],
  stores: [
    store('table', 'Patients', { aliases: ['PatientsTable'] }),
    store('queue', 'HallwayBoard'),
    store('topic', 'NursePager'),
    store('secret', 'CameraKey'),
    store('channel', 'callback of CallNurse'),
    store('bucket', 'Brochures', { isPublic: true }),
  ],
  triggers: [],
  literalSecrets: [],
  diagnostics: [],
  coverage: [],
};

export function configure(text: string): {
  readonly value: Configuration | null;
  readonly diagnostics: readonly Diagnostic[];
} {
  const outcome = loadConfiguration(parseDocument({ path: 'weir.yaml', text }));
  return { value: outcome.ok ? outcome.value : null, diagnostics: outcome.diagnostics };
}

/** Loads and applies a configuration that has to be good. */
export function label(text: string, application: Application = APPLICATION): Labelling {
  const { labelling, messages } = tryLabel(text, application);
  if (labelling === null) throw new Error(messages.join('\n'));
  return labelling;
}

export function tryLabel(
  text: string,
  application: Application = APPLICATION,
): { readonly labelling: Labelling | null; readonly messages: readonly string[] } {
  const configuration = configure(text);
  if (configuration.value === null) return { labelling: null, messages: configuration.diagnostics.map(oneLine) };
  const outcome = labelApplication(application, configuration.value);
  const diagnostics = [...configuration.diagnostics, ...outcome.diagnostics];
  return { labelling: outcome.ok ? outcome.value : null, messages: diagnostics.map(oneLine) };
}

/** `line:column code message help`, as goldens list diagnostics. */
export function oneLine({ code, message, help, span: { start } }: Diagnostic): string {
  return `${start.line}:${start.column} ${code} ${message} | ${help}`;
}
