/** Names within this many edits of a word are offered; half the word's length when that is less. */
const DISTANCE_MAX = 3;
/** Most names that are offered at once. */
const OFFERED_MAX = 3;
/** Longer words are not compared: the table grows with the product of both lengths. */
const LENGTH_MAX = 120;

/** Names close to a word that was probably mistyped, nearest first. */
export function nearNames(word: string, known: Iterable<string>): readonly string[] {
  const lower = word.toLowerCase();
  const most = Math.min(DISTANCE_MAX, Math.max(1, Math.floor(word.length / 2)));
  const found: { name: string; distance: number }[] = [];
  for (const name of new Set(known)) {
    if (name === '' || word.length > LENGTH_MAX || name.length > LENGTH_MAX) continue;
    const isPart = lower.length >= 3 && name.toLowerCase().includes(lower);
    const distance = isPart ? 1 : editDistance(lower, name.toLowerCase());
    if (distance <= most) found.push({ name, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return found.slice(0, OFFERED_MAX).map(({ name }) => name);
}

/** "Did you mean `a` or `b`?", or `otherwise` when nothing is near. */
export function didYouMean(word: string, known: Iterable<string>, otherwise: string): string {
  const near = nearNames(word, known).map((name) => `\`${name}\``);
  const last = near.at(-1);
  if (last === undefined) return otherwise;
  return `Did you mean ${near.length === 1 ? last : `${near.slice(0, -1).join(', ')} or ${last}`}?`;
}

/** Insertions, deletions, replacements and exchanges of neighbours (optimal string alignment distance). */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
