import { invariant } from '../../model/diagnostic.ts';
import type { MessageTemplate } from '../../model/finding.ts';

const PLACEHOLDER = /\{([a-zA-Z]+)\}/g;

/** Arguments that begin with words of ours; names of users keep their letters. */
const OUR_WORDS: readonly string[] = ['source', 'sink'];

/** Longest argument in characters; longer ones are cut, so that a message stays readable whatever a user's names are. */
export const ARGUMENT_LENGTH_MAX = 160;

/**
 * Puts arguments into the three parts of a message.
 * @throws InvariantError when the template names an argument that the rule did not give.
 */
export function fillTemplate(
  template: MessageTemplate,
  data: Readonly<Record<string, string>>,
  rule: string,
): MessageTemplate {
  const fill = (part: string): string =>
    part.replaceAll(PLACEHOLDER, (_, name: string, at: number) => {
      const value = data[name];
      invariant(value !== undefined, `${rule}: the message names {${name}}, which the rule did not give`);
      return shorten(at === 0 && OUR_WORDS.includes(name) ? startSentence(value) : value);
    });
  return { what: fill(template.what), why: fill(template.why), fix: fill(template.fix) };
}

/** A capital for a first word in small letters. */
function startSentence(value: string): string {
  return /^[a-z]+ /.test(value) ? value.slice(0, 1).toUpperCase() + value.slice(1) : value;
}

/** Control characters and line breaks become spaces: a message is one line. */
function shorten(value: string): string {
  const oneLine = value.replaceAll(/\p{Cc}+/gu, ' ');
  return oneLine.length <= ARGUMENT_LENGTH_MAX ? oneLine : `${oneLine.slice(0, ARGUMENT_LENGTH_MAX - 1)}…`;
}
