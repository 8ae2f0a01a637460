import { error } from '@sveltejs/kit';

import { article, level } from '../../../../articles';
import { mayRead } from '../../../../patron';

// Both the page and __data.json come from here; nginx reads the level of each
// and hides the header.

export function load({ params, request, setHeaders }) {
    const { title, paragraphs } = article(params.slug) ?? error(404);
    const tier = level(params.slug);
    const whole = mayRead((name) => request.headers.get(name), tier);

    setHeaders({ 'X-Article-Tier': tier });

    return { title, whole,
             paragraphs: whole ? paragraphs : paragraphs.slice(0, 2) };
}
