import type { VariableWords } from '../../wording/index.ts';

/** How users of Step Functions know the variables that lowering makes. `$` means another value in each field of a state. */
const WORDS: Readonly<Record<string, VariableWords>> = {
  execution: words("the execution's input", 'the execution', ['$$.Execution.Input', '$states.context.Execution.Input']),
  data: words("the state's input", 'the next state', ['$', '$states.input']),
  effective: words("the state's input", "the state's input", ['$', '$states.input']),
  argument: words("the state's request", "the state's request", ['$', '$states.input']),
  context: words('the context object', 'the context object', ['$$', '$states.context']),
  result: { ...words("the state's result", "the state's result", ['$', '$states.result']), of: 'the result' },
  answered: words('the answers', 'the answers', ['$', '$states.result']),
  selected: { ...words('the selection', 'the selection', ['$', '$']), of: 'the selection' },
  seen: { ...words("the state's result", 'what Assign sees', ['$', '$']), of: 'the result' },
  assigned: { ...words('the assigned values', 'the assigned values', ['$', '$']), of: 'the assigned values' },
  output: { ...words("the state's output", "the state's output", ['$', '$']), of: 'the output' },
  error: { ...words('the error', 'the error', ['$', '$states.errorOutput']), of: 'the error' },
  item: words('$$.Map.Item.Value', '$$.Map.Item.Value', ['$$.Map.Item.Value', '$states.context.Map.Item.Value']),
  index: words('$$.Map.Item.Index', '$$.Map.Item.Index', ['$$.Map.Item.Index', '$states.context.Map.Item.Index']),
};

function words(whole: string, target: string, [sign, listSign]: readonly [string, string]): VariableWords {
  return { whole, target, sign, listSign, of: '' };
}

/** The words for a variable; one that `Assign` sets is written with a dollar sign in both query languages. */
export function wordsOf(root: string): VariableWords {
  const known = Object.hasOwn(WORDS, root) ? WORDS[root] : undefined;
  if (known !== undefined) return known;
  const name = root.startsWith('var:') ? `$${root.slice('var:'.length)}` : root;
  return words(name, name, [name, name]);
}
