import test from 'ava';
import { decodeRuleMetadata } from '../../../analyzer/query/index.ts';
import { scaffoldRule } from '../../tools/new-rule.ts';
import { PAGE_SECTIONS, sectionsOf } from '../../tools/rule-pages.ts';

const made = scaffoldRule({ area: 'cost', slug: 'no-idle-wait', title: 'An idle wait', id: 'WEIR-COST-901' });

test('a new rule starts in the sandbox, with valid metadata', (t) => {
  const meta = decodeRuleMetadata(JSON.parse(made['rule.meta.json'] ?? ''));
  t.like(meta, { id: 'WEIR-COST-901', slug: 'no-idle-wait', area: 'cost', maturity: 'sandbox' });
});

test('a new rule has every file and every section of its page', (t) => {
  t.deepEqual(
    Object.keys(made)
      .filter((file) => !file.startsWith('cases/'))
      .sort(),
    ['README.md', 'rule.meta.json', 'rule.test.ts', 'rule.ts'],
  );
  t.deepEqual([...sectionsOf(made['README.md'] ?? '').keys()], [...PAGE_SECTIONS]);
});
