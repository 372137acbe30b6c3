/** Text for a terminal: names come from the user's files and file system, and control characters in them must not reach it. Line breaks stay. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (unit) => (unit === '\n' ? unit : '\ufffd'));
