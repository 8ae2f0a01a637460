// Walks the demo as its readers do: node demo.mjs BASE

import { DESK, PHONE, follow, is, layoutShifts, ok, overflows, reader, run,
         violations }
    from './browser.mjs';

const base = process.argv[2].replace(/\/$/, '');
const story = '/harbour/the-ferry-that-learned-to-wait/';
const pages = ['/', story, '/town/eleven-minutes-late-since-1953/',
               '/council/who-owns-the-slipway/',
               '/patrons/the-last-page-of-the-logbook/',
               '/gold/the-soup-that-nobody-sells/',
               '/tales/the-bell-that-rings-for-fog/',
               '/tales/a-parliament-of-oyster-catchers/',
               '/uk/porom-yakyi-navchyvsia-chekaty/',
               '/support/', '/join/', '/signin/', '/patron-demo/status'];

// The status page is for a screen on a wall, which nobody touches.

const refreshes = (path, violation) => path === '/patron-demo/status'
    && violation.startsWith('meta-refresh: ');

// Where the banners lie in the page that the browser built.

const places = () => ({
    support: [...document.querySelectorAll('.patron-support')].map((e) =>
        e.parentElement === document.body
        && e.nextElementSibling.matches('header.masthead')),
    appeal: [...document.querySelectorAll('.patron-appeal')].map((e) =>
        e.parentElement.matches('article.story')
        && e === e.parentElement.lastElementChild),
    thanks: [...document.querySelectorAll('.patron-thanks')].map((e) =>
        e.parentElement.matches('article.story')
        && e === e.parentElement.lastElementChild),
    state: document.querySelector('.patron-demo strong').textContent.trim(),
    wall: [...document.querySelectorAll('.patron-wall')].map((e) =>
        e.parentElement.matches('.prose')
        && e === e.parentElement.lastElementChild
        && e.parentElement.querySelectorAll(':scope > p').length),
});

await run(async (browser) => {
    for (const viewport of [PHONE, DESK]) {
        const at = `at ${viewport.width}px`;

        // A guest, without JavaScript.

        let page = await reader(browser, base, { viewport });
        await page.goto(base + story);

        is(await page.evaluate(places),
            { support: [true], appeal: [true], thanks: [], state: 'guest', wall: [] },
            `a guest sees both banners where they belong ${at}`);

        const support = await page.locator('.patron-support').boundingBox();
        const headline = await page.locator('h1').boundingBox();
        ok(support.y + support.height <= headline.y,
            `"Support us" is above the headline ${at}`);
        is([support.x, support.width], [0, viewport.width],
            `as wide as the window ${at}`);

        is(await page.locator('.patron-appeal a').allTextContents(),
            ['Become a patron', 'Support us once'],
            `the appeal has two links ${at}`);

        for (const link of await page.locator('.patron-appeal a').all()) {
            const box = await link.boundingBox();
            ok(box.height >= 44, `that a thumb can hit ${at}`, box);
        }

        await page.keyboard.press('Tab');
        await page.keyboard.press('Tab');
        ok(await page.locator('.patron-support a').evaluate((a) =>
            a === document.activeElement
            && getComputedStyle(a).outlineStyle === 'solid'),
            `the keyboard reaches it and shows where it is ${at}`);

        await page.emulateMedia({ media: 'print' });
        ok(!await page.locator('.patron-support').isVisible()
            && !await page.locator('.patron-appeal').isVisible(),
            `neither is printed ${at}`);
        await page.emulateMedia({ media: 'screen' });

        // The way to the patron's page, by clicking.

        await follow(page, page.locator('.patron-appeal a').first());
        is(new URL(page.url()).pathname, '/join/', `a click joins ${at}`);
        is((await page.evaluate(places)).support, [],
            `no appeal on the page that the appeal leads to ${at}`);
        await follow(page, page.getByText('Read on as a patron'));
        await page.goto(base + story);

        is(await page.evaluate(places),
            { support: [], appeal: [], thanks: [true], state: 'patron', wall: [] },
            `a patron is thanked and asked nothing ${at}`);
        is(await page.locator('.patron-thanks strong').textContent(),
            'Thank youAda.', `by name ${at}`);

        await page.goto(base + '/');
        is(await page.evaluate(places),
            { support: [], appeal: [], thanks: [], state: 'patron', wall: [] },
            `and nothing on the front page ${at}`);

        await follow(page, page.getByText('Read as a guest'));
        is(await page.evaluate(places),
            { support: [true], appeal: [], thanks: [], state: 'guest', wall: [] },
            `a guest again, on the same page ${at}`);

        // The walls: for a guest, a patron and a gold patron.

        for (const [who, members, gold] of [['guest', [2], [2]],
                                            ['patron', [], [2]],
                                            ['gold', [], []]])
        {
            await page.goto(`${base}/patron-demo/${who}`);
            await page.goto(`${base}${pages[4]}`);
            is((await page.evaluate(places)).wall, members,
                `the article for members as ${who} ${at}`);
            await page.goto(`${base}${pages[5]}`);
            is((await page.evaluate(places)).wall, gold,
                `the article for gold as ${who} ${at}`);
        }

        is(await page.locator('.patron-thanks strong').textContent(),
            'Thank youGrace.', `who is thanked for it ${at}`);

        // The meter: one tale a month, read as often as one likes.

        await page.context().clearCookies();

        for (const [path, wall] of [[pages[6], []], [pages[6], []],
                                    [pages[7], [1]], [pages[6], []]])
        {
            await page.goto(base + path);
            is((await page.evaluate(places)).wall, wall, `${path} ${at}`);
        }

        is(await page.locator('.patron-left b').textContent(), '0',
            `and none is left ${at}`);

        // A gift: made by a patron, opened by somebody else.

        await page.goto(`${base}/patron-demo/patron`);
        await page.goto(`${base}${pages[4]}`);
        await follow(page, page.getByText('Give this article'));
        const link = await page.locator('a[href*="gift="]').first()
            .getAttribute('href');

        await page.context().clearCookies();
        await page.goto(link);
        is(new URL(page.url()).pathname, pages[4], `a gift ${at}`);
        is((await page.evaluate(places)).wall, [], `opens the article ${at}`);
        await page.goto(`${base}${pages[4]}`);
        is((await page.evaluate(places)).wall, [2], `and no more ${at}`);

        is(page.trouble, [], `nothing on the console, no other host ${at}`);
        await page.context().close();

        // Every page, light and dark, guest and patron.

        for (const colorScheme of ['light', 'dark']) {
            page = await reader(browser, base,
                { viewport, colorScheme, javaScriptEnabled: true });

            // Patrons at two of the four.

            for (const who of (viewport === PHONE) === (colorScheme === 'dark')
                ? ['guest', 'patron'] : ['guest'])
            {
                await page.goto(`${base}/patron-demo/${who}`);

                for (const path of pages) {
                    const name = `${path} ${who} ${colorScheme} ${at}`;

                    await page.goto(base + path);
                    is(await layoutShifts(page), [], `no shift: ${name}`);
                    is((await violations(page)).filter((v) => !refreshes(path, v)),
                        [], `axe: ${name}`);
                    ok(!await overflows(page), `nothing sticks out: ${name}`);

                    if (process.env.SHOTS) {
                        await page.screenshot({ fullPage: true, path:
                            `${process.env.SHOTS}/${name.replace(/\W+/g, '-')}.png` });
                    }
                }
            }

            await page.context().close();
        }
    }
});
