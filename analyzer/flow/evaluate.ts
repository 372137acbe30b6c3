import { LIST_OPERATOR, SEQUENCE_OPERATOR, type Expression } from '../../model/ir.ts';
import type { Span } from '../../model/span.ts';
import { pathsIn } from '../../model/walk.ts';
import type { Leaf } from './leaf.ts';
import type { Kernel } from './kernel.ts';
import type { Site } from './trace.ts';
import { fieldKey, formatPath, indexKey, uniform, type Tree } from './tree.ts';

/** Γ: a label tree per variable. A variable that is absent is null, labelled ⊥. */
export type Variables = ReadonlyMap<string, Tree>;

export interface Evaluation {
  readonly kernel: Kernel;
  readonly variables: Variables;
  readonly site: Site;
}

/** Deepest expression that is followed; what lies deeper is typed as everything in scope. */
export const EXPRESSION_DEPTH_MAX = 64;

/** The label tree of an expression under Γ; see the typing rules at `Expression` in model/ir.ts. */
export function evaluate(expression: Expression, evaluation: Evaluation, depth = 0): Tree {
  const { kernel, variables } = evaluation;
  const { trees, leaves } = kernel;
  if (depth > EXPRESSION_DEPTH_MAX) return uniform(everything(variables, kernel));
  const inner = (part: Expression): Tree => evaluate(part, evaluation, depth + 1);
  switch (expression.kind) {
    case 'path':
      return trees.walk(variables.get(expression.path.root) ?? trees.empty, expression.path.segments);
    case 'literal':
      return trees.empty;
    case 'source':
      return kernel.holds('source-label')
        ? raiseBySource(inner(expression.of), expression, evaluation)
        : inner(expression.of);
    case 'object': {
      const parts = new Map<string, Tree>();
      for (const field of expression.fields) parts.set(fieldKey(field.name), inner(field.value));
      return trees.limit({ own: leaves.bottom, rest: leaves.bottom, parts, element: null });
    }
    case 'array': {
      const parts = new Map<string, Tree>();
      for (const [index, item] of expression.items.entries()) parts.set(indexKey(index), inner(item));
      return trees.limit({ own: leaves.bottom, rest: leaves.bottom, parts, element: null });
    }
    case 'merge':
      return trees.join(inner(expression.base), inner(expression.over));
    case 'get':
      return trees.walk(inner(expression.of), expression.segments);
    case 'conditional': {
      const value = trees.join(inner(expression.then), inner(expression.otherwise));
      if (!kernel.holds('conditional-test')) return value;
      return raiseByTest(value, trees.flatten(inner(expression.test)), { evaluation, span: expression.test.span });
    }
    case 'apply': {
      const args = expression.args.map(inner);
      if (expression.operator === LIST_OPERATOR || expression.operator === SEQUENCE_OPERATOR)
        return collected(args, kernel, expression.operator === SEQUENCE_OPERATOR);
      return uniform(leaves.joinAll(args.map((argument) => trees.flatten(argument))));
    }
  }
}

/** An array of which each element is like one of `items`; a sequence may be one of them itself, and takes items that are arrays apart. */
function collected(items: readonly Tree[], kernel: Kernel, isSequence: boolean): Tree {
  const { trees, leaves } = kernel;
  const item = items.reduce((joined, each) => trees.join(joined, each), trees.empty);
  const element = isSequence ? trees.spread(item) : item;
  const list: Tree = { own: item.own, rest: leaves.bottom, parts: new Map(), element };
  return trees.limit(isSequence ? trees.join(list, element) : list);
}

/** ℓ(e): the join of everything the expression reads. */
export function labelOf(expression: Expression, evaluation: Evaluation): Leaf {
  return evaluation.kernel.trees.flatten(evaluate(expression, evaluation));
}

/** The join of all variables. */
export function everything(variables: Variables, kernel: Kernel): Leaf {
  return kernel.leaves.joinAll([...variables.values()].map((tree) => kernel.trees.flatten(tree)));
}

function raiseBySource(tree: Tree, source: Extract<Expression, { kind: 'source' }>, evaluation: Evaluation): Tree {
  const { kernel, site } = evaluation;
  const label = kernel.resolve(source.label);
  const leaf = kernel.source(label, {
    site: { ...site, span: source.span },
    slot: `source@${spanKey(source.span)}`,
    description: source.description,
    origin: { description: 'written here', span: source.span },
    isDefinite: !(source.label.marks ?? []).includes('opaque'),
  });
  return kernel.trees.raise(tree, leaf);
}

function raiseByTest(tree: Tree, test: Leaf, at: { readonly evaluation: Evaluation; readonly span: Span }): Tree {
  const { kernel, site } = at.evaluation;
  const guard = kernel.stripGuard(test);
  if (guard === kernel.leaves.bottom) return tree;
  return kernel.trees.mapLeaves(tree, (leaf, slot) =>
    kernel.trace.hop(
      kernel.leaves.join(leaf, guard),
      {
        site: { ...site, span: at.span },
        construct: 'guard',
        slot: `test@${spanKey(at.span)}${slot}`,
        why: 'a condition decides which value this is',
      },
      { data: leaf.origins, control: guard.origins },
    ),
  );
}

const spanKey = (span: Span): string => `${span.file}:${span.start.offset}-${span.end.offset}`;

/** Paths that a hop names at most. */
const READS_SHOWN = 3;

/** Text for a hop that tells which paths an expression reads. */
export function describeReads(expression: Expression): string {
  const paths = new Set(pathsIn(expression).map(formatPath));
  return [...paths]
    .sort()
    .slice(0, READS_SHOWN)
    .map((path) => `\`${path}\``)
    .join(', ');
}
