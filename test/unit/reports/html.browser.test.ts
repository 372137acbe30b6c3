import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { REPORTERS } from '../../../reports/index.ts';
import { CLEAN, EMPTY, FULL } from './sample-result.ts';

const CHROMIUM = process.env['WEIR_CHROMIUM'] ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const plain = { color: false, width: 100 };
const PAGES = {
  full: REPORTERS.html.render(FULL, plain),
  clean: REPORTERS.html.render(CLEAN, plain),
  empty: REPORTERS.html.render(EMPTY, plain),
  junit: REPORTERS.junit.render(FULL, plain),
};

const isPresent = existsSync(CHROMIUM);
if (!isPresent)
  console.log(
    `skipped: the report is not tried in a browser, since ${CHROMIUM} is not there (WEIR_CHROMIUM names another)`,
  );
const inBrowser = isPresent ? test.serial : test.serial.skip;

let browser: Browser | null = null;
const folder = mkdtempSync(path.join(tmpdir(), 'weir-html-'));

test.before(async () => {
  for (const [name, text] of Object.entries(PAGES)) writeFileSync(path.join(folder, `${name}.html`), text);
  if (isPresent) browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
});

test.after.always(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Errors of the page, dialogs and requests for anything but the page itself. */
  readonly troubles: readonly string[];
}

async function open(t: ExecutionContext, name: keyof typeof PAGES, options: BrowserContextOptions): Promise<Opened> {
  if (browser === null) throw new Error('no browser');
  const context = await browser.newContext({ viewport: { width: 1240, height: 900 }, ...options });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const troubles: string[] = [];
  const address = pathToFileURL(path.join(folder, `${name}.html`)).href;
  page.on('pageerror', (error) => troubles.push(`error ${error.message}`));
  page.on('console', (message) => troubles.push(`console ${message.text()}`));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== address) troubles.push(`request ${request.url()}`);
  });
  await page.goto(address);
  return { page, troubles };
}

inBrowser('without script: from the overview to the finding to the line of the source', async (t) => {
  const { page, troubles } = await open(t, 'full', { javaScriptEnabled: false });
  const row = page.locator('table').first().locator('tbody tr').nth(1);
  await row.getByRole('link', { name: 'Data reaches a place that may not hold it' }).click();
  t.is(await page.locator(':target').getAttribute('id'), 'finding-2');
  const steps = page.locator(':target ol.path').first().locator('li');
  t.is(await steps.count(), 5);
  await steps.nth(2).locator('.at').getByRole('link').click();
  const line = page.locator(':target');
  t.regex((await line.textContent()) ?? '', /^7 *"AskParent"/);
  const outline = await page.evaluate<string>(
    `getComputedStyle(document.querySelector('.source .row:target')).outlineStyle`,
  );
  t.is(outline, 'solid');
  const top = (await line.boundingBox())?.y ?? -1;
  t.true(top >= 0 && top < 900, 'the line is in view');
  t.deepEqual(troubles, []);
});

inBrowser('every link leads somewhere in the page and every id is there once', async (t) => {
  const { page } = await open(t, 'full', { javaScriptEnabled: false });
  const ids = await page.evaluate<readonly string[]>(`[...document.querySelectorAll('[id]')].map((each) => each.id)`);
  t.is(new Set(ids).size, ids.length);
  const targets = await page.evaluate<readonly string[]>(
    `[...document.querySelectorAll('a')].map((each) => each.getAttribute('href'))`,
  );
  t.true(targets.length > 50);
  for (const target of new Set(targets)) t.true(target.startsWith('#') && ids.includes(target.slice(1)), target);
});

inBrowser('the path is drawn: five numbers, in the order of the hops, on the nodes', async (t) => {
  const { page } = await open(t, 'full', { javaScriptEnabled: false });
  const numbers = await page.locator('#finding-2 svg .hop text').allTextContents();
  t.deepEqual([...numbers].sort(), ['1', '2', '3', '4', '5']);
  t.is(await page.locator('#finding-2 svg .on-path').count(), 5);
});

inBrowser('every shape of a drawing has a colour of the style sheet', async (t) => {
  const { page } = await open(t, 'full', { javaScriptEnabled: false });
  const black = await page.evaluate<readonly string[]>(
    `[...document.querySelectorAll('svg.weir-graph rect, svg.weir-graph path, svg.weir-graph text')].filter((each) => getComputedStyle(each).fill === 'rgb(0, 0, 0)').map((each) => each.outerHTML)`,
  );
  t.deepEqual(black, []);
});

inBrowser('text from files is text: nothing of it runs or loads', async (t) => {
  const { page, troubles } = await open(t, 'full', { javaScriptEnabled: true });
  t.is(await page.locator('script, img, iframe, object, embed, link').count(), 0);
  t.true((await page.getByText('<script>alert(1)</script>').count()) > 3);
  t.deepEqual(troubles, []);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const name of ['full', 'clean', 'empty'] as const) {
    inBrowser(`axe finds nothing to complain of in the ${name} report, ${colorScheme}`, async (t) => {
      // The page's own policy forbids scripts; axe is one.
      const { page } = await open(t, name, { javaScriptEnabled: true, bypassCSP: true, colorScheme });
      const require = createRequire(import.meta.url);
      await page.addScriptTag({ content: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8') });
      const found = await page.evaluate<readonly string[]>(
        `axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ')))`,
      );
      t.deepEqual(found, []);
    });
  }
}

inBrowser('on paper nothing is cut off or hidden', async (t) => {
  const { page } = await open(t, 'full', { javaScriptEnabled: false, viewport: { width: 760, height: 1000 } });
  await page.emulateMedia({ media: 'print' });
  const cut = await page.evaluate<number>(
    `[...document.querySelectorAll('.scroll, .source')].filter((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1).length`,
  );
  t.is(cut, 0);
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  t.true(width <= 760, `${width} pixels wide`);
  for (const hidden of await page.locator('details:not([open]) > :not(summary)').all())
    t.true(await hidden.isVisible());
  t.true((await page.locator('details:not([open])').count()) > 0);
  t.true((await page.pdf({ format: 'A4' })).length > 10_000);
});

inBrowser('on a narrow screen the page does not scroll sideways', async (t) => {
  const { page } = await open(t, 'full', { javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  t.true(width <= 390, `${width} pixels wide`);
});

inBrowser('JUnit is XML, with the texts as they were', async (t) => {
  const { page } = await open(t, 'empty', { javaScriptEnabled: true, bypassCSP: true });
  const read = await page.evaluate<{
    readonly problem: string | null;
    readonly tests: string;
    readonly counts: readonly number[];
    readonly names: readonly string[];
  }>(`(() => {
    const read = new DOMParser().parseFromString(${JSON.stringify(PAGES.junit)}, 'application/xml');
    return {
      problem: read.querySelector('parsererror')?.textContent ?? null,
      tests: read.documentElement.getAttribute('tests'),
      counts: ['testcase', 'failure', 'error', 'skipped'].map((name) => read.getElementsByTagName(name).length),
      names: [...read.querySelectorAll('testsuite')].map((suite) => suite.getAttribute('name')),
    };
  })()`);
  t.is(read.problem, null);
  t.is(read.tests, '8');
  t.deepEqual(read.counts, [8, 4, 1, 3]);
  t.true(read.names.includes('flows/a "b" <i>`#?.asl.json'));
});
