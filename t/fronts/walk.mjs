// What a reader sees of a front end: node walk.mjs RECIPE STRIPPED ARTICLE
// LIST PLAIN-LIST drawn|loaded, which is what comes of a click on a link

import { is, layoutShifts, ok, reader, run } from '../browser/browser.mjs';

const [base, stripped, article, list, plain, clicked] = process.argv.slice(2);
const at = (slug) => article.replace('%s', slug);

const seen = () => ({
    paragraphs: document.querySelectorAll('article > p:not(.offer)').length,
    offer: document.querySelectorAll('.offer').length,
    support: document.querySelectorAll('.patron-support').length,
    appeal: [...document.querySelectorAll('article')].filter((e) =>
        e.shadowRoot?.querySelector('.patron-appeal')?.getBoundingClientRect()
            .height > 0).length,
});

// The application has the page when its button counts.

async function alive(page) {
    for (let n = 0; n < 40; n++) {
        await page.click('button:has-text("clicked")');
        if (await page.locator('text=/clicked [1-9]/').count()) return true;
        await page.waitForTimeout(100);
    }
    return false;
}

// Opens a page and lets its scripts run when all of it has been drawn, and returns
// when that was: while a page comes, a banner at the end of what has come moves on
// with it, which is not the application's doing.

async function open(page, url, last) {
    let go;
    const wait = new Promise((done) => { go = done; });

    await page.route('**/*.js', async (route) => {
        await wait;
        await route.continue();
    });
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForSelector(last);

    const drawn = await page.evaluate(() => new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() =>
            done(performance.now())))));

    go();
    return drawn;
}

async function follow(page, slug) {
    await page.click(`a[href="${at(slug)}"]`);
    await page.waitForURL(`**${at(slug)}`);
    await page.waitForSelector(`h1:has-text("The ${slug}")`);
}

await run(async (browser) => {
    const js = { javaScriptEnabled: true };

    // A page of a guest, to the end of its hydration.

    let page = await reader(browser, base, js);
    page.on('pageerror', (e) => page.trouble.push(String(e)));
    let since = await open(page, base + at('notice'), 'button');
    ok(await alive(page), 'the application runs');
    is(await page.evaluate(seen),
        { paragraphs: 12, offer: 0, support: 1, appeal: 1 },
        'the banners are still where they were put');
    is(await layoutShifts(page, since), [], 'nothing has moved');
    is(page.trouble, [], 'and nothing is complained of');

    // On by links: the application asks for data and draws.

    page = await reader(browser, base, js);
    page.on('pageerror', (e) => page.trouble.push(String(e)));
    await page.goto(base + list);
    await page.waitForLoadState('networkidle');
    await page.evaluate(() => { globalThis.here = true; });
    await follow(page, 'chart');
    let got = await page.evaluate(seen);
    is([got.paragraphs, got.offer], [2, 1], 'a link leads to the offer');
    is(await page.evaluate(() => !!globalThis.here), clicked === 'drawn',
        `which is ${clicked}`);
    await page.goBack();
    await follow(page, 'notice');
    got = await page.evaluate(seen);
    is([got.paragraphs, got.offer], [12, 0], 'and to a free article');

    for (const slug of ['ferry', 'lamp', 'bell', 'mast']) {
        await page.goBack();
        await follow(page, slug);
        got = await page.evaluate(seen);
        is(got.paragraphs, slug === 'mast' ? 2 : 12, `then to ${slug}`);
    }

    // But for prefetches that were refused, and what it asked for and needed no
    // more.

    is(page.trouble.filter((t) => !/503|ERR_ABORTED/.test(t)), [],
        'without an error');

    // Without the application.

    page = await reader(browser, stripped, js);
    page.on('pageerror', (e) => page.trouble.push(String(e)));
    since = await open(page, stripped + at('chart'), '.offer');
    await page.waitForLoadState('networkidle');
    got = await page.evaluate(seen);
    is([got.paragraphs, got.offer], [2, 1], 'stripped: two paragraphs stay');
    is(await layoutShifts(page, since), [], 'nothing has moved');
    is(page.trouble, [], 'and nothing is complained of');

    await page.goto(stripped + plain);
    await page.waitForLoadState('networkidle');
    await follow(page, 'chart');
    await page.waitForSelector('.offer');
    got = await page.evaluate(seen);
    is([got.paragraphs, got.offer], [2, 1], 'and a link leads to it');
});
