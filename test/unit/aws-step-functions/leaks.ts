import test from 'ava';
import { labelApplication, loadConfiguration } from '../../../analyzer/config/index.ts';
import { check } from '../../../analyzer/flow/index.ts';
import { awsStepFunctions } from '../../../analyzer/platforms/aws-step-functions/index.ts';
import { parseDocument } from '../../../analyzer/source/index.ts';
import { stepsOf } from '../../../model/walk.ts';
import { workspaceOf } from './workspace.ts';

/** `$.ssn` of the input and all that `read-chart` returns are personal; whoever reads the board is not cleared for it. */
const CONFIGURATION = `
version: 1
lattice:
  confidentiality: [public, personal]
  integrity: [trusted, untrusted]
sources:
  input:flow:
    $.ssn: personal
  input:outer:
    $.ssn: personal
sinks:
  topic:board: public
functions:
  read-chart: { accepts: public, returns: personal }
  file-chart: { accepts: personal, returns: public }
`;

/** Functions of the configuration are named below this. */
export const LAMBDA = 'arn:aws:lambda:eu-west-1:210987654321:function';

/** Tells the board that something happened, and nothing else. */
export const TELL = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sns:publish',
  Parameters: { TopicArn: 'arn:aws:sns:eu-west-1:210987654321:board', Message: 'ward is busy' },
  End: true,
};
/** As {@link TELL}, in JSONata. */
export const TELL_JSONATA = { ...TELL, QueryLanguage: 'JSONata', Parameters: undefined, Arguments: TELL.Parameters };

function configurationWith(sinks: Readonly<Record<string, string>>): string {
  const lines = Object.entries(sinks).map(([name, level]) => `  ${JSON.stringify(name)}: ${level}\n`);
  return CONFIGURATION.replace('functions:\n', `${lines.join('')}functions:\n`);
}

interface Leak {
  /** The state that tells. */
  readonly at: string;
  /** What is written at the places of the path where control carries the label. */
  readonly through: readonly string[];
}

/** Personal data that reaches a place, or decides whether it is told. Files by name without `.asl.json`. */
export function leaks(
  definitions: Readonly<Record<string, object>>,
  place = 'board',
  sinks: Readonly<Record<string, string>> = {},
): readonly Leak[] {
  const files = Object.entries(definitions).map(([name, definition]) => ({
    path: `${name}.asl.json`,
    text: JSON.stringify(definition, null, 2),
  }));
  const application = awsStepFunctions.lower(workspaceOf(files));
  const errors = application.diagnostics.filter((found) => found.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((found) => found.message).join('\n'));
  const loaded = loadConfiguration(parseDocument({ path: 'weir.yaml', text: configurationWith(sinks) }));
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((found) => found.message).join('\n'));
  const labelled = labelApplication(application, loaded.value);
  if (!labelled.ok) throw new Error(labelled.diagnostics.map((found) => found.message).join('\n'));
  const texts = new Map(files.map((file) => [file.path, file.text]));
  return check(application, labelled.value)
    .verdicts.filter(
      ({ promise, outcome, sink }) => promise === 'confidentiality' && outcome === 'violated' && sink.name === place,
    )
    .flatMap(({ stepName, witnesses }) =>
      witnesses.map(({ hops }) => ({
        at: stepName,
        through: hops
          .filter((hop) => hop.construct === 'guard')
          .map(({ span }) => (texts.get(span.file) ?? '').slice(span.start.offset, span.end.offset)),
      })),
    );
}

/** A state machine that starts with its first state. */
export const machine = (states: Readonly<Record<string, object>>, more: object = {}): object => ({
  ...more,
  StartAt: Object.keys(states)[0],
  States: states,
});

/** Whether the board is told depends on personal data, by way of the field with the text `through`. */
export const tells = test.macro({
  title: (_, name: string) => `leak: ${name}`,
  exec: (t, _: string, definition: object, through: string, more: Readonly<Record<string, object>> = {}) => {
    const all = leaks({ flow: definition, ...more });
    t.true(
      all.some((leak) => leak.through.some((part) => part.length > 2 && JSON.stringify(through).includes(part))),
      JSON.stringify(all),
    );
  },
});

/** As {@link tells}, where the path has no hop at the field: across workflows, and through a limit. */
export const found = test.macro({
  title: (_, name: string) => `leak: ${name}`,
  exec: (t, _: string, definition: object, more: Readonly<Record<string, object>> = {}) => {
    t.deepEqual(
      leaks({ flow: definition, ...more }).map((leak) => leak.at),
      ['Tell'],
    );
  },
});

/** Whether the board is told depends on nothing personal. */
export const clean = test.macro({
  title: (_, name: string) => `clean: ${name}`,
  exec: (t, _: string, definition: object, more: Readonly<Record<string, object>> = {}) => {
    t.deepEqual(leaks({ flow: definition, ...more }), []);
  },
});

/** Steps that test whether an evaluation fails. */
function tested(definition: object): number {
  const { compositions } = awsStepFunctions.lower(
    workspaceOf([{ path: 'flow.asl.json', text: JSON.stringify(definition) }]),
  );
  return compositions.flatMap(stepsOf).filter((step) => step.kind === 'branch').length;
}

/** Lowering adds no test for a failure. */
export const untested = test.macro({
  title: (_, name: string) => `no new step: ${name}`,
  exec: (t, _: string, definition: object) => {
    t.is(tested(definition), 0);
  },
});

/** Tells the board of every error. */
export const CATCH = [{ ErrorEquals: ['States.ALL'], Next: 'Tell' }];
/** A request that nothing personal comes of. */
export const FILE = {
  Type: 'Task',
  Resource: `${LAMBDA}:file-chart`,
  End: true,
} as const;
export const FILE_JSONATA = { ...FILE, QueryLanguage: 'JSONata', Arguments: { ward: 'B4' } } as const;

/** A JSONata task that sends nothing personal. */
export const jsonata = (more: object): object => machine({ File: { ...FILE_JSONATA, ...more }, Tell: TELL });
/** A JSONPath task that sends nothing personal. */
export const jsonPath = (more: object): object =>
  machine({ File: { ...FILE, Parameters: { ward: 'B4' }, ...more }, Tell: TELL });

/** Fails when personal data says so. */
export const FAILS = '{% $states.input.ssn > 5 ? $error("x") : 1 %}';
