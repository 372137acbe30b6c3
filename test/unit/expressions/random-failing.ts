import { NAMES, type Random } from './random.ts';
import { randomJsonata } from './random-jsonata.ts';

/** `#` stands for an expression, `@` for the name of a field. */
const SHAPES: readonly string[] = [
  '(# + #)',
  '(# > #)',
  '-(#)',
  '(# ? $error("x") : #)',
  '(# ? #)',
  '(# and $number(#))',
  '(#; #)',
  '{"a": #, "b": #}.a',
  '[#, #][0]',
  '[1..#]',
  '[#..3]',
  '$number(#)',
  '$uppercase(#)',
  '$length(#)',
  '$contains(#, "x")',
  '$substring(#, 1)',
  '$sum(#)',
  '$max(#)',
  '$merge(#)',
  '$sort(#)',
  '$single(#)',
  '$join(#)',
  '$split(#, "x")',
  '$lookup(#, #)',
  '$toMillis(#)',
  '$assert(#, "no")',
  '$map(#, $number)',
  '$map(#, function($e){ $uppercase($e.@) })',
  '$map(#, function($e){ $error("x") })',
  '$filter(#, function($e){ $e > 1 })',
  '$reduce(#, function($l, $r){ $l + $r })',
  '$each(#, function($e, $k){ $e + 1 })',
  '$sift(#, function($e){ $error("x") })',
  '(#)[@ > 1]',
  '(#).($number(@))',
  '(#).(-@)',
  '(#)^(@)',
  '(#){@: 1}',
  '{$string(#): 1, #: 2}',
  'function($x)<n:n>{ $x }(#)',
  'function($x){ $x + 1 }(#)',
  '(# ~> |@|{"a": $number(b)}|)',
  '(# ~> $number)',
  '(($f := $count(#) > 1 ? $number : $string); $f(#))',
  '#',
];

/** A random JSONata expression that often fails, or gives nothing, when it is evaluated. */
export function randomFailing(random: Random, depth: number): string {
  const part = (): string =>
    depth > 1 && random.chance(0.5) ? randomFailing(random, depth - 1) : randomJsonata(random, random.integer(2));
  return random.pick(SHAPES).replace(/[#@]/g, (sign) => (sign === '@' ? random.pick(NAMES) : part()));
}
