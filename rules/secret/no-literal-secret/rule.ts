import { decodeRuleMetadata, type Rule } from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** A definition or template holds a secret in clear text. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: ({ application }) =>
    application.literalSecrets.map(({ kind, masked, span }) => ({
      messageKey: 'literal',
      data: { kind, masked },
      span,
      composition: null,
      place: kind,
      outcome: 'violated',
      identity: [masked],
    })),
};
