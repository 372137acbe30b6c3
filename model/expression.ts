/** Paths and pure expressions of the composition IR. Typing rules use the notation of `ir.ts`; import from there. */
import type { JsonValue } from './json.ts';
import type { LabelDeclaration } from './label.ts';
import type { Span } from './span.ts';

/**
 * One step into a value. `anyElement`: every element of an array. `anyChild`: every element of an array and every field of an object. `spread`:
 * the value itself, or if it is an array its elements, through arrays in arrays: what a step of a JSONata path applies to. `own`: existence,
 * type and length of the value and nothing of its parts, e.g. what a test for presence reads. `dynamic`: a key that is not known
 * before run time, or a recursive descent: the whole value below.
 */
export type Segment =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'anyElement' }
  | { readonly kind: 'anyChild' }
  | { readonly kind: 'spread' }
  | { readonly kind: 'own' }
  | { readonly kind: 'dynamic' };

/** A variable and a way into it. As a target only `field` and `index` segments are allowed. */
export interface Path {
  readonly root: string;
  readonly segments: readonly Segment[];
}

/**
 * A pure expression. Reading what is absent gives null.
 *
 *  - `path`: the subtree at the path. A `dynamic` segment gives the join of the whole value below.
 *  - `literal`: a constant, labelled ⊥.
 *  - `source`: `of` with every part raised by `label` and `marks`: where labelled data enters through an expression (a context object's
 *    callback token, a labelled constant). It is a source of its own in witnesses, described by `description`.
 *  - `object`, `array`: keep a label tree per field, and one summary for the elements; `own` is ⊥.
 *  - `merge`: fields of `over` win, fields that only `base` has stay: per field the join of both.
 *  - `get`: a path into any expression.
 *  - `conditional`: `then` when `test` is truthy, else `otherwise`; every part of the result is raised by ℓ(test).
 *  - `apply`: an uninterpreted pure function: `own` and `rest` are the join of everything in the arguments. `operator` is a name for
 *    people and for the interpreter. Two operators are not uninterpreted: {@link LIST_OPERATOR} and {@link SEQUENCE_OPERATOR}.
 */
export type Expression =
  | { readonly kind: 'path'; readonly path: Path; readonly span: Span }
  | { readonly kind: 'literal'; readonly value: JsonValue; readonly span: Span }
  | {
      readonly kind: 'source';
      readonly of: Expression;
      readonly label: LabelDeclaration;
      readonly description: string;
      readonly span: Span;
    }
  | { readonly kind: 'object'; readonly fields: readonly ObjectField[]; readonly span: Span }
  | { readonly kind: 'array'; readonly items: readonly Expression[]; readonly span: Span }
  | { readonly kind: 'merge'; readonly base: Expression; readonly over: Expression; readonly span: Span }
  | { readonly kind: 'get'; readonly of: Expression; readonly segments: readonly Segment[]; readonly span: Span }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
      readonly span: Span;
    }
  | { readonly kind: 'apply'; readonly operator: string; readonly args: readonly Expression[]; readonly span: Span };

/**
 * Operator of an `apply` that is an array of unknown length: each element is a value of one of the arguments, in no particular order or
 * number. The arguments' trees are joined to the summary of the elements, and their `own` to the array's `own`. An argument that ends in
 * `anyElement`, `anyChild` or `spread` gives any number of elements.
 */
export const LIST_OPERATOR = 'list';

/**
 * As {@link LIST_OPERATOR}, but arguments that are arrays are taken apart and a single element stands for itself (JSONata's sequences): the
 * trees of the arguments and of their elements are joined to the summary of the elements and to the result itself.
 */
export const SEQUENCE_OPERATOR = 'sequence';

export interface ObjectField {
  readonly name: string;
  readonly value: Expression;
}

/**
 * The test of an evaluation that may fail: an arm of a branch with it as guard is taken when the evaluation fails. To control flow that is a failure of
 * the step, not a decision of the user's.
 */
export const FAILS_OPERATOR = 'fails';
