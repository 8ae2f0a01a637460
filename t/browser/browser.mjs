// What the browser tests share: Chromium from the distribution, pages at the
// two widths, axe-core, and results as lines that the Perl side counts.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
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

// Follows a link, or sends a form, until the page that it leads to is there.

export async function follow(page, locator) {
    await Promise.all([page.waitForEvent('load'), locator.click()]);
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
        page.trouble.push(`failed: ${r.url()} ${r.failure()?.errorText}`);
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

// What has moved since the page began, or since a time of it, and how far: nothing
// should.  White space
// between words has a place of its own that a browser takes back; nobody sees
// that.  Needs JavaScript.

export function layoutShifts(page, since = 0) {
    return page.evaluate((since) => new Promise((done) => {
        const blank = (node) => node?.nodeType === Node.TEXT_NODE
            && node.data.trim() === '';
        const rect = (r) => `${r.x},${r.y} ${r.width}x${r.height}`;
        const shifts = [];
        new PerformanceObserver((list) => {
            for (const e of list.getEntries()) {
                if (e.startTime < since) continue;
                if (e.sources.every((s) => blank(s.node))) continue;
                shifts.push(`${e.value}: ${e.sources.map((s) =>
                    `${(s.node?.outerHTML ?? s.node?.data ?? '?').slice(0, 90)}`
                    + ` ${rect(s.previousRect)} -> ${rect(s.currentRect)}`)
                    .join('; ')}`);
            }
        }).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => setTimeout(() => done(shifts), 100));
    }), since);
}

// The pieces of a page: cut at every tag of the body and within its texts, but
// for the labels of buttons, a comment at the end of each.

function pieces(html) {
    const body = html.search(/<body/);
    const tag = /<style[^]*?<\/style>|<[^>]*>/g;
    const parts = html.slice(body).replace(tag, (t) => `\0${t}\0`)
        .split('\0').flatMap((part) => /^<|^.{0,20}$/.test(part) ? [part]
            : part.split(/(?<=\w{4} \w+)(?= \w)/)).filter(Boolean);

    return [html.slice(0, body), ...parts].map((part, i) =>
        part + (i && !/<\/(body|html)>/.test(part) ? `<!--${i}-->` : ''));
}

// Opens base + path as a slow network brings it: piece by piece, and each is
// drawn before the next one comes.

export async function drip(page, base, path) {
    const html = await (await fetch(base + path)).text();
    const parts = pieces(html);
    let out;

    const server = createServer(async (request, response) => {
        const type = request.url === path ? 'text/html; charset=utf-8'
            : 'text/css';
        response.writeHead(200, { 'Content-Type': type,
                                  'X-Content-Type-Options': 'nosniff' });

        if (request.url === path) {
            out = response;
            out.write(parts[0]);
        } else {
            response.end(await (await fetch(base + request.url)).text());
        }
    });

    await new Promise((done) => server.listen(0, '127.0.0.1', done));

    try {
        await page.goto(`http://127.0.0.1:${server.address().port}${path}`,
            { waitUntil: 'commit' });

        for (const [i, part] of parts.entries()) {
            if (i) out.write(part);
            if (part.endsWith(`<!--${i}-->`)) await drawn(page, i);
        }

        out.end();
        await page.waitForLoadState();
    } finally {
        server.closeAllConnections();
        server.close();
    }

    return parts.length;
}

// Waits until the page has drawn what stands before the i-th comment.

async function drawn(page, i) {
    await page.waitForFunction((last) => {
        const walk = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
        let found;
        while (walk.nextNode()) found = walk.currentNode.data;
        return found === last;
    }, String(i));
    await page.evaluate(() => new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(done))));
}

// Is something wider than the window?

export function overflows(page) {
    return page.evaluate(() =>
        document.documentElement.scrollWidth > window.innerWidth);
}
