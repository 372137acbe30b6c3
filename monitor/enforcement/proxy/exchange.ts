import type { Duplex, Readable, Writable } from 'node:stream';
import type { Fields } from './fields.ts';

/** One request of a caller and the means to answer it, whatever the version of HTTP. */
export interface Exchange {
  readonly version: '1.0' | '1.1' | '2';
  readonly method: string;
  /** As it came. */
  readonly target: string;
  /** `:authority` of HTTP/2; null for HTTP/1. */
  readonly authority: string | null;
  /** As they came, names in lower case, pseudo fields left out. */
  readonly fields: Fields;
  readonly peer: { readonly address: string | null; readonly port: number | null };
  /** The request's body. Nothing is read before somebody does. */
  readonly body: Readable;
  /** Whether a body can follow. */
  readonly hasBody: boolean;
  /** What is to be upgraded to (`websocket`); null for an ordinary request. */
  readonly upgrade: string | null;
  /** More requests are under way on this connection than are allowed. */
  readonly isCrowded: boolean;
  /** Aborted when the caller goes away before the answer is whole. */
  readonly signal: AbortSignal;
  /** Fields after the body; complete when it has ended. */
  trailers(): Fields;
  /** Says 100 to a caller that waits; does nothing when that was said. */
  proceed(): void;
  /** Passes an interim answer (102, 103) on; what cannot be passed is left out. */
  inform(status: number, fields: Fields): void;
  /** Begins the answer. `isFinal`: nothing may be sent on this connection after it. */
  respond(head: AnswerHead): Writable;
  /** Fields after the answer's body; must be told before its end. */
  finishWith(trailers: Fields): void;
  /** Ends the exchange so that the caller notices that the answer is not whole. */
  abort(): void;
  /** What the other side of an upgraded connection is; null when the connection cannot be upgraded. */
  takeOver(): Takeover | null;
}

export interface AnswerHead {
  readonly status: number;
  /** Without fields of one connection. */
  readonly fields: Fields;
  readonly isFinal: boolean;
}

/** A connection after an upgrade. */
export interface Takeover {
  /** Writes the head of the 101 and gives the connection. */
  readonly accept: (fields: Fields) => Duplex;
}

/** Whether all of a body was read. */
export const hasEnded = (body: Readable): boolean => body.readableEnded;

/** Whether the caller has gone away. */
export const isGone = (exchange: Pick<Exchange, 'signal'>): boolean => exchange.signal.aborted;
