// The ready-made looks in pages of many kinds: node looks.mjs BASE, where
// t/browser_looks.t serves them.

import { readFileSync, readdirSync } from 'node:fs';
import { DESK, PHONE, drip, follow, is, layoutShifts, ok, overflows, reader, run,
         violations }
    from './browser.mjs';

const base = process.argv[2].replace(/\/$/, '');
const banners = new URL('../../scripts/banners/', import.meta.url).pathname;
const languages = ['de', 'en', 'es', 'fr', 'pl', 'uk'];
const looks = ['amounts', 'appeal', 'box', 'left', 'line', 'nav', 'renewal',
               'support', 'thanks', 'ticker', 'wall'];
const NARROW = { width: 320, height: 640 };

// Of each look: where it is, and what of it is drawn.  In a shadow root, too.

const drawn = (names) => Object.fromEntries(names.map((name) => {
    const root = document.querySelector('article').shadowRoot ?? document;
    const e = root.querySelector(`.patron-${name}`);
    const link = e.querySelector('a') ?? e;
    const box = e.getBoundingClientRect();
    const at = (x) => Math.round(x * 10) / 10;
    const style = getComputedStyle(e);

    return [name, {
        x: at(box.x), width: at(box.width), height: at(box.height),
        colors: [style.color, style.backgroundColor,
                 getComputedStyle(link).color,
                 getComputedStyle(link).backgroundColor],
    }];
}));

// Of every element of the looks with text of its own: its size, and the
// contrast of WCAG 2 against the nearest background.

const texts = () => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d',
        { willReadFrequently: true });
    const channels = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
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
            if (c[3] === 255) return c;
        }
        return [255, 255, 255];
    };

    return [...document.querySelectorAll('[class^=patron-] *')]
        .filter((e) => e.tagName !== 'STYLE'
            && [...e.childNodes].some((n) =>
                n.nodeType === 3 && n.data.trim() !== ''))
        .map((e) => {
            const style = getComputedStyle(e);
            const [a, b] = [light(channels(style.color)), light(behind(e))]
                .sort((x, y) => y - x);
            return { what: e.outerHTML.slice(0, 90),
                     size: parseFloat(style.fontSize),
                     contrast: (a + 0.05) / (b + 0.05) };
        });
};

// What the page itself looks like.

const around = () => ['body', 'h1', 'article > p', 'article > p > a',
                      'article > ul > li'].map((s) => {
    const c = getComputedStyle(document.querySelector(s));
    return [c.color, c.font, c.margin, c.padding, c.backgroundColor];
});

const pale = (found) => found.filter((t) => t.contrast < 4.5);

async function shot(page, name) {
    if (process.env.SHOTS) {
        await page.screenshot({ fullPage: true,
            path: `${process.env.SHOTS}/${name.replace(/\W+/g, '-')}.png` });
    }
}

await run(async (browser) => {
    const open = async (path, options) => {
        const page = await reader(browser, base, options);
        page.answer = await page.goto(base + path);
        return page;
    };
    const script = { javaScriptEnabled: true, bypassCSP: true };
    let page;

    for (const viewport of [PHONE, DESK]) {
        for (const colorScheme of ['light', 'dark']) {
            const at = `${viewport.width}px ${colorScheme}`;

            page = await open('/all.html', { viewport, colorScheme, ...script });
            is(await layoutShifts(page), [], `no shift: ${at}`);
            is(await violations(page), [], `axe: ${at}`);
            ok(!await overflows(page), `nothing sticks out: ${at}`);
            is(pale(await page.evaluate(texts)), [], `contrast of texts: ${at}`);
            await shot(page, at);
            await page.context().close();
        }

        // However slowly it comes.

        page = await reader(browser, base, { viewport, ...script });
        const n = await drip(page, base, '/light.html');
        is(await layoutShifts(page), [],
            `no shift in ${n} pieces: ${viewport.width}px`);
        await page.context().close();
    }

    // Under a strict policy, with no script.

    page = await open('/all.html', { viewport: PHONE });
    ok(/style-src 'self' 'nonce-/.test(
        page.answer.headers()['content-security-policy']), 'a strict policy');
    is(page.trouble, [], 'has nothing to say');

    const none = await open('/none.html', { viewport: PHONE });
    is(await page.evaluate(around), await none.evaluate(around),
        'the page\'s own elements are left alone');
    await none.context().close();

    for (const look of looks) {
        const e = page.locator(`.patron-${look}`);

        ok(await e.evaluate((e) => e.matches('.patron-nav')
            || e.getAttribute('aria-label') !== ''
               && e.matches('.patron-wall, [role=complementary]')),
            `${look}: beside the article, by its name`);
    }

    is(await page.evaluate(() => [...document.querySelectorAll('article > p')]
        .filter((e) => getComputedStyle(e).maskImage !== 'none')
        .map((e) => e.id)), ['last'], 'the last paragraph before a wall fades');

    await page.emulateMedia({ media: 'print' });
    is(await page.locator('[class^=patron-]:visible').count(), 0,
        'no look is printed');
    await page.context().close();

    page = await open('/hashed.html');
    is(page.trouble, [], 'a style is let in by its hash');

    // A page that is light, or dark, whatever the reader's system prefers.

    await page.goto(`${base}/light.html`);
    const light = await page.evaluate(drawn, looks);
    const comma = () => getComputedStyle(
        document.querySelector('.patron-thanks b'), '::before').content;
    is(await page.evaluate(comma), '", "', 'a name is joined by a comma');
    await page.goto(`${base}/nameless.html`);
    is(await page.evaluate(comma), 'none', 'no name, no comma');
    await page.context().close();

    for (const look of looks) {
        ok(light[look].colors.some((c) => c !== 'rgba(0, 0, 0, 0)'
            && !/^rgb\(17, 17, 17\)/.test(c)), `${look}: is drawn`);
    }

    page = await open('/light.html', { colorScheme: 'dark' });
    is(await page.evaluate(drawn, looks), light, 'a light page stays light');
    await page.goto(`${base}/dark.html`);
    const dark = await page.evaluate(drawn, looks);
    await page.emulateMedia({ colorScheme: 'light' });
    is(await page.evaluate(drawn, looks), dark, 'a dark page stays dark');

    for (const look of looks) {
        ok(light[look].colors.every((c, i) => c !== dark[look].colors[i]
            || c === 'rgba(0, 0, 0, 0)'), `${look}: is another there`);
    }

    is(pale(await page.evaluate(texts)), [], 'and can be read');
    await page.context().close();

    // In the site's own colour, whatever that is.

    page = await open('/light.html');

    for (const color of ['#ff0', '#f00', '#00f', '#0f0', '#0ff', '#f0f', '#000',
                         '#fff', '#777', '#e67e22', '#0057b8'])
    {
        for (const scheme of ['light', 'dark']) {
            await page.evaluate(([color, scheme]) => {
                const style = document.documentElement.style;
                style.setProperty('--patron-accent', color);
                style.colorScheme = scheme;
            }, [color, scheme]);
            is(pale(await page.evaluate(texts)), [], `${color} on ${scheme}`);
        }
    }

    await page.context().close();

    // Where themes have their way with everything.

    for (const viewport of [PHONE, DESK]) {
        const at = `in a theme ${viewport.width}px`;

        page = await open('/theme.html', { viewport });
        is((await page.evaluate(texts)).filter((t) => t.size < 13), [],
            `no text is too small ${at}`);
        is(pale(await page.evaluate(texts)), [], `or too pale ${at}`);
        is(await page.evaluate(() => {
            const column = document.querySelector('article')
                .getBoundingClientRect();
            return [...document.querySelectorAll('article > [class^=patron-]')]
                .filter((e) => {
                    const box = e.getBoundingClientRect();
                    return box.left < column.left - 1
                        || box.right > column.right + 1;
                }).map((e) => e.className);
        }), [], `none is wider than the column ${at}`);
        is(await page.evaluate(() => [...document.querySelectorAll('button')]
            .map((e) => [e.getBoundingClientRect().width,
                         e.getBoundingClientRect().height])
            .filter(([w, h]) => w !== 44 || h !== 44)), [],
            `buttons keep their size ${at}`);
        ok(!await overflows(page), `nothing sticks out ${at}`);
        await shot(page, at);
        await page.context().close();
    }

    // In every language, on the narrowest of phones, with the longest of words.

    for (const language of languages) {
        page = await open(`/${language}.html`, { viewport: NARROW });
        is(await page.evaluate((names) => names.filter((name) => document
            .querySelector(`.patron-${name}`).lang
            !== document.documentElement.lang), looks), [],
            `${language}: says so`);
        ok(!await overflows(page), `${language}: nothing sticks out`);
        await shot(page, `${language} narrow`);
        await page.evaluate(() => {
            for (const e of document.querySelectorAll('[class^=patron-] '
                + ':is(h2, p, p > strong, p > span, a):not(.patron-nav a)'))
            {
                e.append(' Donaudampfschifffahrtsgesellschaftskapitänswitwen');
            }
        });
        is(await page.evaluate(() => [...document
            .querySelectorAll('[class^=patron-] *')]
            .filter((e) => e.getBoundingClientRect().right > window.innerWidth)
            .map((e) => e.outerHTML.slice(0, 60))), [],
            `${language}: with long words neither`);
        await page.context().close();
    }

    // From right to left everything is the other way round.

    page = await open('/rtl.html');
    const mirrored = await page.evaluate(drawn, looks);

    for (const look of looks) {
        const [a, b] = [light[look], mirrored[look]];
        ok(Math.abs(a.x + b.x + a.width - DESK.width) < 2 && a.width === b.width,
            `${look}: mirrored`, [a, b]);
    }

    ok(await page.evaluate(() => [...document.querySelectorAll('button')]
        .every((e) => {
            const box = e.getBoundingClientRect();
            const look = e.closest('section').getBoundingClientRect();
            return box.right < look.x + look.width / 2;
        })), 'with the buttons at the left');
    await shot(page, 'rtl');
    await page.context().close();

    // In a shadow root, which a template in the page makes, they are the same.

    page = await open('/shadow.html', script);
    const shadow = await page.evaluate(drawn, looks);

    for (const look of looks) {
        is(shadow[look].colors, light[look].colors, `${look}: in a shadow root`);
    }

    await page.context().close();

    // An application that writes the article anew leaves it, where it was.

    // One at the end moves down with a text that comes in pieces, and a busy
    // browser paints one in pieces that came whole: one time in three is whole.

    let shifts;

    for (let i = 0; i < 3; i++) {
        page = await open('/shadow.html', { viewport: PHONE, ...script });
        shifts = await layoutShifts(page);

        if (shifts.length === 0 || i === 2) {
            break;
        }

        await page.context().close();
    }

    is(shifts, [], 'no shift by what is in a shadow root');
    is(await page.evaluate(() => {
        const article = document.querySelector('article');
        const last = () => Math.round(article.shadowRoot
            .querySelector('.patron-appeal').getBoundingClientRect().top
            - article.querySelector('#last').getBoundingClientRect().bottom);
        const before = last();
        article.innerHTML += '';
        return before > 0 && last() === before;
    }), true, 'a look in a shadow root stands at the end, and stays');
    await page.emulateMedia({ media: 'print' });
    is(await page.locator('[class^=patron-]:visible').count(), 0,
        'no look in a shadow root is printed');
    await page.context().close();

    // Sent away, without script.

    page = await open('/close.html');
    await follow(page, page.getByRole('button', { name: 'Close' }));
    is(new URL(page.url()).pathname, '/close.html', 'back to the page');
    is(await page.locator('.patron-support').count(), 0, 'where it is no more');
    await page.context().close();

    // XHTML takes them, too.

    page = await open('/none.html', script);

    for (const dir of ['', ...languages.filter((l) => l !== 'en')]) {
        for (const file of readdirSync(banners + dir)) {
            if (!file.endsWith('.html')) continue;

            is(await page.evaluate((html) => new DOMParser()
                .parseFromString(html, 'application/xhtml+xml')
                .querySelector('parsererror')?.textContent ?? '',
                readFileSync(`${banners}${dir}/${file}`, 'utf8')), '',
                `${file}: well-formed`);
        }
    }
});
