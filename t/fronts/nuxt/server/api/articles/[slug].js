import { article, level as levelOf } from '../../../articles';
import { mayRead } from '../../../patron';

// As a page is drawn, useFetch calls this with the headers that the page was asked
// for with; nginx reads the level of each answer and hides the header.

export default defineEventHandler((event) => {
    const slug = getRouterParam(event, 'slug');
    const level = levelOf(slug);
    const whole = mayRead((name) => getHeader(event, name), level);
    const { title, paragraphs } = article(slug) ?? {};

    if (!title) {
        throw createError({ statusCode: 404 });
    }

    setResponseHeader(event, 'X-Article-Tier', level);

    return { title, level, whole,
             paragraphs: whole ? paragraphs : paragraphs.slice(0, 2) };
});
