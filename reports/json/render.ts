import type { Reporter } from '../types.ts';

/** The result document itself; its schema is `result.schema.json` beside this file. */
export const json: Reporter = {
  name: 'json',
  title: 'the whole result document, with a versioned schema',
  render: (result) => `${JSON.stringify(result, null, 2)}\n`,
};
