import { NAMES, type Random } from './random.ts';

/** A random JSONata expression over `$states.input`, `$states.context`, `$v` and locals. It always parses; it may fail when it is evaluated. */
export function randomJsonata(random: Random, depth: number): string {
  return expression(random, { depth, locals: [], inside: false });
}

interface Place {
  readonly depth: number;
  readonly locals: readonly string[];
  /** Whether there is a context, so that names and `$` may be used. */
  readonly inside: boolean;
}

const deeper = (place: Place): Place => ({ ...place, depth: place.depth - 1 });
const item = (place: Place): Place => ({ ...deeper(place), inside: true });

function start(random: Random, place: Place): string {
  const starts = ['$states.input', '$states.input', '$v', ...place.locals];
  if (place.inside) starts.push('$', ...NAMES, ...NAMES);
  return random.pick(starts);
}

function path(random: Random, place: Place): string {
  let text = start(random, place);
  const steps = random.integer(4);
  for (let at = 0; at < steps; at++) text += step(random, place);
  return text;
}

function step(random: Random, place: Place): string {
  const roll = random.integer(place.depth > 0 ? 22 : 12);
  if (roll < 10) return `.${random.pick(NAMES)}${random.chance(0.15) ? '[]' : ''}`;
  if (roll < 12) return `.${random.pick(NAMES)}[${random.pick([0, 1, -1])}]`;
  switch (roll) {
    case 12:
      return '.*';
    case 13:
      return '.**';
    case 14:
    case 15:
      return `.${random.pick(NAMES)}[${predicate(random, item(place))}]`;
    case 16:
      return `.{"p": ${expression(random, item(place))}, "q": ${expression(random, item(place))}}`;
    case 17:
      return `.(${expression(random, item(place))})`;
    case 18:
      return `.[${expression(random, item(place))}]`;
    case 19:
      return `.${random.pick(NAMES)}.%`;
    case 20:
      return `[${predicate(random, item(place))}]`;
    default:
      return `.${random.pick(NAMES)}^(${random.pick(['', '<', '>'])}$string(${random.pick(NAMES)}))`;
  }
}

function predicate(random: Random, place: Place): string {
  const left = random.chance(0.7) ? random.pick(NAMES) : '$';
  return random.pick([
    `${left} = ${random.pick(['1', '"x"', 'true', random.pick(NAMES)])}`,
    `$exists(${left})`,
    `${left} and ${random.pick(NAMES)}`,
    `$string(${left}) = $string(${place.depth > 0 ? path(random, deeper(place)) : '$v'})`,
  ]);
}

function expression(random: Random, place: Place): string {
  if (place.depth <= 0 || random.chance(0.3)) return path(random, place);
  const inner = (): string => expression(random, deeper(place));
  switch (random.integer(15)) {
    case 0:
      return `{"p": ${inner()}, "q": ${inner()}}`;
    case 1:
      return `[${inner()}, ${inner()}]`;
    case 2:
      return `(${inner()} ? ${inner()} : ${inner()})`;
    case 3:
      return `(${inner()} ${random.pick(['&', '=', '!=', 'and', 'or', 'in', '??', '?:'])} ${inner()})`;
    case 4:
    case 5:
      return block(random, place);
    case 6:
    case 7:
    case 8:
      return higherOrder(random, place);
    case 9:
      return `$${random.pick(['string', 'count', 'exists', 'type', 'reverse', 'distinct', 'boolean', 'not', 'keys', 'spread'])}(${inner()})`;
    case 10:
      return random.pick([
        `$append(${inner()}, ${inner()})`,
        `$merge([${path(random, place)}, {"p": ${inner()}}])`,
        `$zip(${inner()}, ${inner()})`,
      ]);
    case 11:
      return `$lookup(${path(random, place)}, ${random.pick(['"a"', '$string($v)', inner()])})`;
    case 12:
      return `(${path(random, place)}){${random.pick(['"k"', '$string(a)', '$string($)'])}: ${expression(random, item(place))}}`;
    case 13:
      if (random.chance(0.4))
        return `(${path(random, place)} ~> |$|${random.pick(['{}', '{"a": 1}', `{"a": ${inner()}}`])}, ${random.pick(['["b"]', '["a", "c"]', '"b"'])}|)`;
      return `(${path(random, place)} ~> |${random.pick(NAMES)}|{"a": ${expression(random, item(place))}}${random.pick(['', ',"b"'])}|)`;
    default:
      return `${path(random, place)}${random.pick(['@$l', '#$i'])}.${random.pick(NAMES)}`;
  }
}

function block(random: Random, place: Place): string {
  const name = `$l${place.locals.length}`;
  const inside: Place = { ...deeper(place), locals: [...place.locals, name] };
  const value = expression(random, deeper(place));
  const again = random.chance(0.3)
    ? `(${expression(random, inside)} ? ${name} := ${expression(random, inside)} : 1); `
    : '';
  const called = random.chance(0.3)
    ? `$f := function($x){ ${expression(random, { ...inside, locals: [...inside.locals, '$x'] })} }; `
    : '';
  const use = called === '' ? expression(random, inside) : `$f(${expression(random, inside)})`;
  return `(${name} := ${value}; ${again}${called}${use})`;
}

function higherOrder(random: Random, place: Place): string {
  const over = expression(random, deeper(place));
  const body = (...parameters: readonly string[]): string => {
    const used = expression(random, { ...deeper(place), locals: [...place.locals, ...parameters] });
    return `function(${parameters.join(', ')}){ ${used} }`;
  };
  switch (random.integer(8)) {
    case 0:
    case 1:
      return `$map(${over}, ${random.chance(0.5) ? body('$e') : body('$e', '$n', '$all')})`;
    case 2:
    case 3:
      return `$filter(${over}, ${body('$e')})`;
    case 4:
      return `$reduce(${over}, ${body('$acc', '$e')}, ${expression(random, deeper(place))})`;
    case 5:
      return `$each(${path(random, place)}, ${body('$e', '$k')})`;
    case 6:
      return `$sift(${path(random, place)}, ${body('$e', '$k')})`;
    default:
      return `$sort(${over}, function($l, $r){ $string($l.${random.pick(NAMES)}) > $string($r.${random.pick(NAMES)}) })`;
  }
}
