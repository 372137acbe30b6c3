import type { Label } from './label.ts';

/** Joins that are kept, a power of two: 512 KiB. A later join may take the place of an earlier one, which is then computed again. */
const KEPT_JOINS = 2 ** 15;
/** Words of one kept join: lesser id + 1 (0 when the place is free), greater id, id of the join, unused. */
const KEPT_STRIDE = 4;
const TABLE_SIZE_MIN = 256;
/** The table doubles when it is fuller than one in this many slots. */
const TABLE_SLOTS_PER_LABEL = 2;

/**
 * Holds one object for each bit vector of a space, so that labels are equal exactly when they are the same object, and joins them.
 *
 * The number of labels is bounded by what the declared labels generate under join and meet; a check of a large repository stays below some
 * thousands.
 */
export class LabelInterner {
  readonly #labels: Label[] = [];
  readonly #scratch: Uint32Array;
  /** Open addressing with linear probing: id + 1 of a label, 0 for a free slot. The size is a power of two. */
  #table = new Uint32Array(TABLE_SIZE_MIN);
  /** Allocated with the first join. */
  #kept = new Uint32Array(0);

  /** @param length words in each label. */
  constructor(length: number) {
    this.#scratch = new Uint32Array(length);
  }

  /** The label with these bits; the words are copied when it is new. */
  intern(words: Uint32Array): Label {
    const mask = this.#table.length - 1;
    let slot = hashOf(words) & mask;
    for (let entry = this.#table[slot] ?? 0; entry !== 0; entry = this.#table[slot] ?? 0) {
      const label = this.#labels[entry - 1];
      if (label !== undefined && sameWords(label.words, words)) return label;
      slot = (slot + 1) & mask;
    }
    const label: Label = { id: this.#labels.length, words: words.slice() };
    this.#labels.push(label);
    this.#table[slot] = this.#labels.length;
    if (this.#labels.length * TABLE_SLOTS_PER_LABEL > this.#table.length) this.#grow();
    return label;
  }

  #grow(): void {
    const table = new Uint32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (const label of this.#labels) {
      let slot = hashOf(label.words) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = label.id + 1;
    }
    this.#table = table;
  }

  /** The label with the bits that both have. */
  join(left: Label, right: Label): Label {
    if (this.#kept.length === 0) this.#kept = new Uint32Array(KEPT_JOINS * KEPT_STRIDE);
    const kept = this.#kept;
    const low = left.id < right.id ? left.id : right.id;
    const high = left.id < right.id ? right.id : left.id;
    const place = placeOf(low, high);
    if (kept[place] === low + 1 && kept[place + 1] === high) {
      const known = this.#labels[kept[place + 2] ?? 0];
      if (known !== undefined) return known;
    }
    const scratch = this.#scratch;
    for (let at = 0; at < scratch.length; at++) scratch[at] = (left.words[at] ?? 0) & (right.words[at] ?? 0);
    const joined = this.intern(scratch);
    kept[place] = low + 1;
    kept[place + 1] = high;
    kept[place + 2] = joined.id;
    return joined;
  }
}

/** Where the join of two ids is kept: multiplicative hashing, whose upper bits are the well mixed ones. */
function placeOf(low: number, high: number): number {
  const mixed = Math.imul(Math.imul(low, 0x9e3779b1) ^ high, 0x85ebca6b);
  return ((mixed >>> 13) & (KEPT_JOINS - 1)) * KEPT_STRIDE;
}

function sameWords(left: Uint32Array, right: Uint32Array): boolean {
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

/** FNV-1a over words with the finalizer of MurmurHash3, whose low bits depend on all bits. */
function hashOf(words: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < words.length; at++) hash = Math.imul(hash ^ (words[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
