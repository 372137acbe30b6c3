import { testCases } from '../../../test/tools/run-case.ts';
import { rule } from './rule.ts';

testCases(rule, import.meta.dirname);
