// The ready-made looks on a page with a strict Content-Security-Policy:
// node looks.mjs BASE, where BASE/<look>.html is an article with that look.

import { DESK, PHONE, drip, is, layoutShifts, ok, overflows, reader, run, violations }
    from './browser.mjs';

const base = process.argv[2].replace(/\/$/, '');
const looks = ['support', 'appeal', 'box', 'left', 'thanks', 'wall'];

// The relative luminance contrast of WCAG 2, of text against the nearest
// background: of every element with text of its own.

const contrasts = (selector) => {
    const channels = (c) => c.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map((v) => {
            v /= 255;
            return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (e) => {
        for (; e; e = e.parentElement) {
            const c = channels(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] === 1) return c;
        }
        return [255, 255, 255];
    };

    return [...document.querySelectorAll(`${selector} *`)]
        .filter((e) => e.tagName !== 'STYLE'
            && [...e.childNodes].some((n) =>
                n.nodeType === 3 && n.data.trim() !== ''))
        .map((e) => {
            const [a, b] = [light(channels(getComputedStyle(e).color)),
                            light(behind(e))].sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05);
        });
};

await run(async (browser) => {
    for (const look of looks) {
        const section = `.patron-${look}`;

        for (const viewport of [PHONE, DESK]) {
            for (const colorScheme of ['light', 'dark']) {
                const at = `${look} ${viewport.width}px ${colorScheme}`;
                const page = await reader(browser, base,
                    { viewport, colorScheme, javaScriptEnabled: true,
                      bypassCSP: true });

                await page.goto(`${base}/${look}.html`);

                is(await layoutShifts(page), [], `no shift: ${at}`);
                is(await violations(page), [], `axe: ${at}`);
                ok(!await overflows(page), `nothing sticks out: ${at}`);

                const least = Math.min(...await page.evaluate(contrasts,
                    section));
                ok(least >= 4.5, `contrast of text: ${at}`, least);

                if (process.env.SHOTS) {
                    await page.screenshot({ path:
                        `${process.env.SHOTS}/${at.replace(/\W+/g, '-')}.png` });
                }

                await page.context().close();
            }
        }

        // However slowly it comes.

        for (const viewport of [PHONE, DESK]) {
            const page = await reader(browser, base,
                { viewport, javaScriptEnabled: true });
            const n = await drip(page, base, `/${look}.html`);

            is(await layoutShifts(page), [],
                `no shift: ${look} in ${n} pieces ${viewport.width}px`);
            await page.context().close();
        }

        // Under the policy itself, with no script.

        const page = await reader(browser, base, { viewport: PHONE });
        const answer = await page.goto(`${base}/${look}.html`);

        ok(/style-src 'nonce-/.test(
            answer.headers()['content-security-policy']),
            `${look}: the policy is strict`);

        const drawn = await page.locator(section).evaluate((e) =>
            getComputedStyle(e).backgroundColor);
        ok(drawn !== 'rgba(0, 0, 0, 0)', `${look}: drawn under it`, drawn);
        is(page.trouble, [], `${look}: the policy has nothing to say`);

        ok(await page.locator(section).evaluate((e) =>
            e.tagName === 'SECTION' && e.getAttribute('aria-label') !== ''),
            `${look}: a region with a name`);

        // What stands around it looks as it did.

        const around = (p) => p.evaluate(() =>
            ['body', 'main > h1', 'main > p', 'main > p > a', 'main > ul > li']
            .map((s) => document.querySelector(s))
            .map((e) => {
                const c = getComputedStyle(e);
                return [c.color, c.font, c.margin, c.padding, c.backgroundColor];
            }));
        const plain = await reader(browser, base, { viewport: PHONE });
        await plain.goto(`${base}/none.html`);
        is(await around(page), await around(plain),
            `${look}: the page's own elements are left alone`);
        await plain.context().close();

        await page.emulateMedia({ media: 'print' });
        ok(!await page.locator(section).isVisible(), `${look}: not printed`);
        await page.context().close();
    }

    // The wall's last kept paragraph fades, and only that.

    const page = await reader(browser, base);
    await page.goto(`${base}/wall.html`);
    is(await page.evaluate(() => [...document.querySelectorAll('main p')]
        .filter((e) => getComputedStyle(e).maskImage !== 'none')
        .map((e) => e.id)), ['last'], 'the last paragraph before a wall fades');

    // A policy that knows the style by its hash.

    await page.goto(`${base}/hashed.html`);
    ok(await page.locator('.patron-support').evaluate((e) =>
        getComputedStyle(e).backgroundColor !== 'rgba(0, 0, 0, 0)'),
        'a style is let in by its hash');

    // A reader without a name is thanked without a comma.

    await page.goto(`${base}/thanks.html`);
    is(await page.evaluate(() => getComputedStyle(
        document.querySelector('.patron-thanks b'), '::before').content),
        '", "', 'a name is joined by a comma');
    await page.goto(`${base}/nameless.html`);
    is(await page.evaluate(() => getComputedStyle(
        document.querySelector('.patron-thanks b'), '::before').content),
        'none', 'no name, no comma');
});
