/** Seeds that once found a leak, with what was wrong. Each stays a case of its own, and is repeated with `widen`, too. */
export const REGRESSIONS: readonly { readonly seed: number; readonly strict: boolean; readonly was: string }[] = [
  { seed: 67_484, strict: false, was: 'a workflow that ends without a return was no effect on its result' },
  { seed: 79_443, strict: false, was: 'a workflow that ends without a return was no effect on its result' },
  { seed: 87_362, strict: false, was: 'a step that never fails did not pass control on to what follows in its block' },
  { seed: 24_029, strict: true, was: 'a step that never fails did not pass control on to what follows in its block' },
  { seed: 25_678, strict: true, was: 'a step that never fails did not pass control on to what follows in its block' },
  {
    seed: 2_022_293,
    strict: false,
    was: 'an error with a computed name, raised in an iteration, was not held against the result',
  },
  { seed: 4_003_118, strict: false, was: 'a failure was taken for reported inside a block that is retried' },
  { seed: 4_020_743, strict: false, was: 'a failure was taken for reported inside a block that is retried' },
];
