/** Whether Step Functions evaluates a string as JSONata: it starts with `{%` and ends with `%}`. */
export const isJsonata = (text: string): boolean => text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');

/** Length of each of the two delimiters, in code units. */
export const DELIMITER_LENGTH = 2;
