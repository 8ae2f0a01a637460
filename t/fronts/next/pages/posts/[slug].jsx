import { useState } from 'react';

import { article, level } from '../../articles';
import { mayRead } from '../../patron';

export async function getServerSideProps({ req, params }) {
    const { title, paragraphs } = article(params.slug) ?? {};
    const whole = mayRead((name) => req.headers[name], level(params.slug));

    if (!title) {
        return { notFound: true };
    }

    return { props: {
        title, whole, paragraphs: whole ? paragraphs : paragraphs.slice(0, 2),
    } };
}

export default function Post({ title, whole, paragraphs }) {
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
