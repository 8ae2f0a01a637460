// What the browser tests share: Chromium from the distribution, pages at the
// two widths, axe-core, and results as lines that the Perl side counts.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const modules = resolve(process.env.BUILD
    ?? new URL('../../build', import.meta.url).pathname, 'browser');
const require = createRequire(resolve(modules, 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 900 };

// Says whether something holds, with what was found where it does not.

export function ok(holds, name, found) {
    console.log(`${holds ? 'ok' : 'not ok'} - ${name}`);
    if (!holds && found !== undefined) {
        const text = typeof found === 'string'
            ? found : JSON.stringify(found, null, 1);
        console.log(text.replace(/^/gm, '# '));
    }
}

export function is(got, wanted, name) {
    ok(JSON.stringify(got) === JSON.stringify(wanted), name,
        { got, wanted });
}

// Runs the tests with a browser and closes it whatever happens.

export async function run(tests) {
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-dev-shm-usage',
               '--force-color-profile=srgb'],
    });

    try {
        await tests(browser);
        console.log('done');
    } catch (e) {
        ok(false, 'the browser test ran to its end', String(e.stack));
    } finally {
        await browser.close();
    }
}

// A page as a reader has it; page.trouble collects what a reader's console
// would show and every request to another host.

export async function reader(browser, base, options = {}) {
    const context = await browser.newContext({
        viewport: DESK, javaScriptEnabled: false, ...options,
    });
    const page = await context.newPage();

    page.setDefaultTimeout(20000);
    page.trouble = [];
    page.on('console', (m) => {
        if (m.type() === 'error' || m.type() === 'warning') {
            page.trouble.push(m.text());
        }
    });
    page.on('request', (r) => {
        if (!r.url().startsWith(base) && !r.url().startsWith('data:')) {
            page.trouble.push(`request to ${r.url()}`);
        }
    });
    page.on('requestfailed', (r) => {
        page.trouble.push(`failed: ${r.url()}`);
    });

    return page;
}

// What axe-core finds wrong, as short lines.  Needs JavaScript in the context.

export async function violations(page, within) {
    await page.evaluate(axe);

    const result = await page.evaluate((root) =>
        globalThis.axe.run(root ?? document, { resultTypes: ['violations'] }),
        within);

    return result.violations.flatMap((v) => v.nodes.map((n) =>
        `${v.id}: ${n.html.slice(0, 120)} ${n.failureSummary}`));
}

// The cumulative layout shift since the page began.  Needs JavaScript.

export function layoutShift(page) {
    return page.evaluate(() => new Promise((done) => {
        let sum = 0;
        new PerformanceObserver((list) => {
            for (const e of list.getEntries()) sum += e.value;
        }).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => setTimeout(() => done(sum), 100));
    }));
}

// Is something wider than the window?

export function overflows(page) {
    return page.evaluate(() =>
        document.documentElement.scrollWidth > window.innerWidth);
}
