import { useState } from 'react';

export default function Story({ title, whole, paragraphs }) {
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
