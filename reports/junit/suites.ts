import { escapeMarkup, safe } from '../common/text.ts';

/** One case of a JUnit report. */
export interface TestCase {
  readonly name: string;
  readonly state: 'passed' | 'failure' | 'error' | 'skipped';
  /** One line; empty for a case that passed. */
  readonly message: string;
  /** Lines below the message. */
  readonly text: readonly string[];
}

/** Cases that belong together, e.g. those of one file. */
export interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

/** A suite without cases that only carries facts about the run. */
export interface AboutSuite {
  readonly name: string;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

/** A document in the form that CI systems read. Texts may be anything: control characters in them are made visible. */
export function renderSuites(
  name: string,
  { about, suites }: { readonly about: readonly AboutSuite[]; readonly suites: readonly TestSuite[] },
): string {
  const facts = about.map(aboutXml).join('\n');
  const body = suites.map(suiteXml).join('\n');
  const totals = totalsOf(suites.flatMap(({ cases }) => cases));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${line(name)}" ${totals}>\n${facts}\n${body}\n</testsuites>\n`;
}

/** One line: logs of CI systems show these texts, and a line of theirs must not look like a command. */
const line = (text: string): string => escapeMarkup(safe(text));

function totalsOf(cases: readonly TestCase[]): string {
  const ofState = (state: TestCase['state']): number => cases.filter((each) => each.state === state).length;
  return `tests="${cases.length}" failures="${ofState('failure')}" errors="${ofState('error')}" skipped="${ofState('skipped')}"`;
}

function aboutXml({ name, properties }: AboutSuite): string {
  const items = properties.map((each) => `<property name="${line(each.name)}" value="${line(each.value)}"/>`).join('');
  return `<testsuite name="${line(name)}" tests="0"><properties>${items}</properties></testsuite>`;
}

function suiteXml({ name, cases }: TestSuite): string {
  const body = cases.map((each) => {
    const open = `<testcase classname="${line(name)}" name="${line(each.name)}"`;
    if (each.state === 'passed') return `  ${open}/>`;
    if (each.state === 'skipped') return `  ${open}><skipped message="${line(each.message)}"/></testcase>`;
    return `  ${open}><${each.state} message="${line(each.message)}">${each.text.map(line).join('\n')}</${each.state}></testcase>`;
  });
  return `<testsuite name="${line(name)}" ${totalsOf(cases)}>\n${body.join('\n')}\n</testsuite>`;
}
