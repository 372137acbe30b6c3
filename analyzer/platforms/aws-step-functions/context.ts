import type { CompositionId } from '../../../model/brand.ts';
import type { Bound, Expression } from '../../../model/ir.ts';
import type { SelectionScope } from '../../expressions/index.ts';
import { entriesOf, textOf, type DataNode } from '../../source/index.ts';
import { pieceTogether, type PlaceholderTarget, type WorkflowDefinition } from '../../templates/index.ts';
import type { Checks } from './checks.ts';
import { fieldOf, innerMachines, readMachine, type QueryLanguage, type State } from './machine.ts';
import type { ResourceRegistry } from './resources.ts';
import {
  constant,
  CONTEXT,
  DATA,
  lowerPath,
  lowerQuery,
  lowerTemplate,
  variableRoot,
  type Findings,
} from './selections.ts';

/** What lowering of one workflow shares. */
export interface WorkflowContext {
  readonly id: CompositionId;
  readonly workflow: WorkflowDefinition;
  readonly registry: ResourceRegistry;
  readonly findings: Findings;
  /** The query language at the top. */
  readonly language: QueryLanguage;
  /** The account that most literal ARNs of the definition name; null when none is named. */
  readonly homeAccount: string | null;
  /** Names of errors that Fail and Choice states of the workspace raise, sorted; what `States.TaskFailed` stands for. */
  readonly raisedNames: readonly string[];
  /** Names of all variables that some `Assign` sets. */
  readonly variables: ReadonlySet<string>;
  /** Whether a workflow of the workspace waits for this one and acts on its failure. */
  readonly isObserved: boolean;
  /** Whether a workflow of the workspace chooses the names of its executions. */
  readonly isNamed: boolean;
  /** Whether a workflow of the workspace answers to callback tokens. */
  readonly isAnswered: boolean;
}

/** As {@link WorkflowContext}, in one state. */
export interface StateContext extends WorkflowContext {
  readonly checks: Checks;
}

/** Names that `Assign` sets anywhere in a machine. */
export function assignedNames(node: Parameters<typeof readMachine>[0], into = new Set<string>()): ReadonlySet<string> {
  const collect = (assign: DataNode | null): void => {
    for (const entry of entriesOf(assign)) into.add(entry.key.replace(/\.\$$/, ''));
  };
  for (const state of readMachine(node).states) {
    collect(fieldOf(state, 'Assign'));
    for (const list of ['Catch', 'Choices']) {
      const items = fieldOf(state, list);
      if (items?.kind === 'list')
        for (const item of items.items)
          if (item.kind === 'map') collect(item.entries.find((entry) => entry.key === 'Assign')?.value ?? null);
    }
    for (const inner of innerMachines(state)) assignedNames(inner.node, into);
  }
  return into;
}

/** What stands for the error of a Fail state that names none. */
export const UNNAMED_ERROR = 'States.Failed';

/** Names of the errors that the Fail states of a machine raise, and of those that its Choice states do. */
export function raisedNames(node: Parameters<typeof readMachine>[0], into = new Set<string>()): ReadonlySet<string> {
  for (const state of readMachine(node).states) {
    if (state.type === 'Fail') into.add(textOf(fieldOf(state, 'Error')) ?? UNNAMED_ERROR);
    if (state.type === 'Choice') into.add('States.NoChoiceMatched');
    for (const inner of innerMachines(state)) raisedNames(inner.node, into);
  }
  return into;
}

/** What names mean in a state's selections. */
export function scopeOf(
  context: WorkflowContext,
  more: Partial<Pick<SelectionScope, 'input' | 'result' | 'errorOutput' | 'present'>> = {},
): SelectionScope {
  return {
    input: DATA,
    context: CONTEXT,
    result: null,
    errorOutput: null,
    ...more,
    variable: (name) => (context.variables.has(name) ? variableRoot(name) : null),
  };
}

/** Calls `visit` for every string in a value; keeps its own stack. */
export function forEachText(node: DataNode | null, visit: (text: string) => void): void {
  const stack: DataNode[] = node === null ? [] : [node];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.kind === 'scalar' && typeof at.value === 'string') visit(at.value);
    if (at.kind === 'list') stack.push(...at.items);
    if (at.kind === 'map') stack.push(...at.entries.map((entry) => entry.value));
  }
}

/** The text of a name, with `${…}` placeholders for references; null when it is none. */
export function nameText(node: DataNode | null): string | null {
  if (node === null) return null;
  return node.kind === 'map' ? (pieceTogether(node)?.text ?? null) : textOf(node);
}

/** What a name that is one placeholder stands for; null when the text is more or less than that. */
export function placeholderTarget(text: string, context: WorkflowContext): PlaceholderTarget | null {
  const name = /^\$\{([^}]+)\}$/.exec(text)?.[1];
  return name === undefined ? null : context.workflow.resolve(name);
}

/** Replaces placeholders that are known literals or whose parameter has a default; the others stay. */
export function expandText(text: string, context: WorkflowContext): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
    const target = context.workflow.resolve(name);
    if (target.kind === 'literal' || target.kind === 'composed') return target.text;
    if (target.kind === 'parameter') return target.defaultText ?? whole;
    return whole;
  });
}

/** The value of a field as an expression in the state's own language. */
export function lowerValue(state: State, node: DataNode, scope: SelectionScope, findings: Findings): Expression {
  return state.language === 'JSONata' ? lowerQuery(node, scope, findings) : lowerPath(node, scope, findings);
}

/** The identity that a state assumes for its request; null when it uses the workflow's own. */
export function lowerCredentials(state: State, scope: SelectionScope, findings: Findings): Expression | null {
  const node = fieldOf(state, 'Credentials');
  if (node === null) return null;
  return state.language === 'JSONata' ? lowerQuery(node, scope, findings) : lowerTemplate(node, scope, findings);
}

/**
 * A limit written as a number, a JSONata expression or, under `<name>Path`, a JSONPath.
 *
 * @param absent what holds when the state says nothing
 */
export function boundOf(
  state: State,
  name: string,
  options: { readonly scope: SelectionScope; readonly absent: Bound; readonly findings: Findings },
): Bound {
  const node = fieldOf(state, name);
  const path = fieldOf(state, `${name}Path`);
  const { findings } = options;
  if (path !== null) {
    const from = lowerPath(path, options.scope, findings);
    findings.fail({ error: 'States.Runtime', reads: [from], span: path.span });
    return { kind: 'dynamic', from };
  }
  if (node === null) return options.absent;
  if (node.kind === 'scalar' && typeof node.value === 'number') return { kind: 'set', value: node.value };
  // In a JSONPath state text can only be a placeholder.
  if (state.language === 'JSONPath') return { kind: 'dynamic', from: constant(node) };
  const from = lowerQuery(node, options.scope, findings);
  findings.fail({ error: 'States.QueryEvaluationError', reads: [from], span: node.span });
  return { kind: 'dynamic', from };
}
