import stringWidth from 'string-width';
import type { GraphNode } from '../../model/result.ts';
import { cutColumns, cutWords } from '../common/columns.ts';
import { safe } from '../common/text.ts';

/** Space around a drawing, in pixels; holds the numbers of hops and the title of a box at the top. */
export const MARGIN = 32;

export const NODE_HEIGHT = 52;
const NODE_WIDTH_MIN = 132;
const NODE_WIDTH_MAX = 340;
/** Width of the band at the left, in pixels. */
export const BAND_WIDTH = 10;
/** Room in a node for the signs of its levels and the spaces around the texts. */
const NODE_CHROME = BAND_WIDTH + 20 + 46;

/** Average widths of a column of text in pixels, at the sizes of the style sheet. */
const NAME_COLUMN = 7.4;
const DETAIL_COLUMN = 6.1;
const LABEL_COLUMN = 6.1;

export const LABEL_HEIGHT = 18;
/** Most columns of a condition on an edge. */
const LABEL_COLUMNS_MAX = 40;

const NAME_COLUMNS_MAX = Math.floor((NODE_WIDTH_MAX - NODE_CHROME) / NAME_COLUMN);
const DETAIL_COLUMNS_MAX = Math.floor((NODE_WIDTH_MAX - NODE_CHROME) / DETAIL_COLUMN);

/** What stands below the name of a node. The detail of a read or write names its operation, which says the kind. */
export function subtitle({ kind, detail }: GraphNode): string {
  if (detail === '') return kind;
  if (kind === 'read' || kind === 'write') return detail;
  return `${kind === 'wait for callback' ? 'callback' : kind} · ${detail}`;
}

export function sizeOf(node: GraphNode): { readonly width: number; readonly height: number } {
  const name = stringWidth(safe(node.name)) * NAME_COLUMN;
  const below = stringWidth(safe(subtitle(node))) * DETAIL_COLUMN;
  const width = Math.ceil(Math.max(name, below) + NODE_CHROME);
  return { width: Math.max(NODE_WIDTH_MIN, Math.min(NODE_WIDTH_MAX, width)), height: NODE_HEIGHT };
}

/** Texts that were made safe, cut to the columns there are. */
export const shortName = (text: string): string => cutColumns(text, NAME_COLUMNS_MAX);
export const shortDetail = (text: string): string => cutColumns(text, DETAIL_COLUMNS_MAX);
export const shortLabel = (text: string): string => cutWords(text, LABEL_COLUMNS_MAX);

/** Pixels that the text of an edge takes. */
export const labelWidth = (text: string): number => Math.ceil(stringWidth(shortLabel(text)) * LABEL_COLUMN) + 10;
