import { useState } from 'react';
import { data } from 'react-router';

import { article, level } from '../../articles';
import { mayRead } from '../../patron';

// Both the page and its .data come from here; nginx reads the level of each and
// hides the header.

export function loader({ params, request }) {
    const { title, paragraphs } = article(params.slug)
        ?? (() => { throw data(null, { status: 404 }); })();
    const tier = level(params.slug);
    const whole = mayRead((name) => request.headers.get(name), tier);

    return data({ title, whole,
                  paragraphs: whole ? paragraphs : paragraphs.slice(0, 2) },
                { headers: { 'X-Article-Tier': tier } });
}

export const headers = ({ loaderHeaders }) => loaderHeaders;

export default function Article({ loaderData }) {
    const { title, whole, paragraphs } = loaderData;
    const [n, count] = useState(0);

    return (
        <main>
            <article>
                <h1>{title}</h1>
                {paragraphs.map((text) => <p key={text}>{text}</p>)}
                {whole || <aside className="offer">The rest is for patrons.</aside>}
            </article>
            <button onClick={() => count(n + 1)}>clicked {n}</button>
        </main>
    );
}
