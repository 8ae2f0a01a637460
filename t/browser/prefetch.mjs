// Speculation rules and a meter of two articles.  Arguments: the site, its log.

import { readFileSync } from 'node:fs';

import { is, ok, reader, run } from './browser.mjs';

const [base, log] = process.argv.slice(2);
const seen = (line) => (readFileSync(log, 'utf8').match(line) ?? []).length;

await run(async (browser) => {
    const page = await reader(browser, base, { javaScriptEnabled: true });

    // Chromium prefetches when it likes.

    const prefetched = async (line) => {
        const before = seen(line);

        await page.goto(`${base}/index.html`);

        for (let n = 0; n < 100 && seen(line) === before; n++) {
            await page.waitForTimeout(50);
        }

        return seen(line) > before;
    };

    for (const name of ['a', 'b']) {
        ok(await prefetched(new RegExp(`^/${name}\\.html 503 "prefetch`, 'mg')),
            `${name}: prefetched, and refused`);

        await page.click(`a[href="/${name}.html"]`);
        await page.waitForURL(`${base}/${name}.html`);

        is(await page.locator('.wall').count(), 0, `${name}: read whole`);
        is(seen(new RegExp(`^/${name}\\.html 200 "`, 'mg')), 1,
            `${name}: asked for once more`);
    }

    is(seen(/^\/[b-d]\.html 200 "prefetch/mg), 0, 'nothing went out unread');

    // From here on a visit counts nothing: what was read is open, the rest not.

    ok(await prefetched(/^\/c\.html 200 "prefetch/mg), 'c: prefetched, walled');
    await page.click('a[href="/c.html"]');
    await page.waitForURL(`${base}/c.html`);
    is(await page.locator('.wall').count(), 1, 'c: the wall');
    ok(await prefetched(/^\/a\.html 200 "prefetch/mg), 'a: prefetched, whole');
});
