import type { Diagnostic } from '../../../model/diagnostic.ts';
import { forEachText } from './context.ts';
import { nameText } from './context.ts';
import { fieldOf, type State } from './machine.ts';
import { problem } from './problems.ts';
import { isDeferred } from './validate-fields.ts';

const TOKEN = /Task\.Token|\bTask\b[^%]*\bToken\b/;

/** Checks what only a Task has: its resource, and whether somebody can resume it. */
export function checkTask(state: State, kind: 'standard' | 'express' | 'unknown'): readonly Diagnostic[] {
  const node = fieldOf(state, 'Resource');
  if (node === null) return [];
  const text = nameText(node);
  if (text === null) {
    if (isDeferred(node)) return [];
    return [problem('ASL004', { message: `\`Resource\` of ${state.name} has to be a string` }, node.span)];
  }
  if (/\$\{[^}]*$/.test(text))
    return [
      problem(
        'ASL004',
        { message: `the placeholder in \`Resource\` of ${state.name} has no closing brace` },
        node.span,
      ),
    ];
  const found: Diagnostic[] = [];
  const waits = /\.(sync(:\d)?|waitForTaskToken)$/.exec(text)?.[0];
  if (kind === 'express' && (waits !== undefined || /:states:[^:]*:[^:]*:activity:/.test(text))) {
    const message = `\`${waits ?? 'activity'}\` is used in an express workflow`;
    found.push(problem('ASL020', { message }, node.span));
  }
  if (waits === '.waitForTaskToken' && !sendsToken(state)) {
    const message = `${state.name} waits for a task token that its request does not contain`;
    found.push(problem('ASL018', { message }, node.span));
  }
  return found;
}

/** Whether the token, or all of the context object, is somewhere in what a task sends. */
function sendsToken(state: State): boolean {
  let isSent = false;
  for (const name of ['Parameters', 'Arguments']) {
    forEachText(fieldOf(state, name), (text) => {
      if (TOKEN.test(text) || /^\$\$(\.Task)?$/.test(text) || /\$states\.context(\.Task)?\s*[^.\w]/.test(text))
        isSent = true;
    });
  }
  return isSent;
}
