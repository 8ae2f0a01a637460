// The picture of README.md: the end of an article, with the appeal, as a guest
// sees it.  Arguments: the page, the file.

import { reader, run } from './browser.mjs';

const [page, path] = process.argv.slice(2);

await run(async (browser) => {
    const tab = await reader(browser, page,
        { viewport: { width: 720, height: 640 }, colorScheme: 'light' });

    await tab.goto(page);
    await tab.evaluate(() => {
        const appeal = document.querySelector('.patron-appeal');
        scrollTo(0, scrollY + appeal.getBoundingClientRect().top - 200);
    });
    await tab.screenshot({ path });
    await tab.context().close();
});
