import { headers } from 'next/headers';
import { notFound } from 'next/navigation';

import { article, level } from '../../../articles';
import { mayRead } from '../../../patron';
import { Counter } from './counter';

export default async function Page({ params }) {
    const { slug } = await params;
    const sent = await headers();
    const { title, paragraphs } = article(slug) ?? notFound();
    const whole = mayRead((name) => sent.get(name), level(slug));

    return (
        <main>
            <article>
                <h1>{title}</h1>
                {(whole ? paragraphs : paragraphs.slice(0, 2)).map((text) => (
                    <p key={text}>{text}</p>
                ))}
                {whole || <aside className="offer">The rest is for patrons.</aside>}
            </article>
            <Counter />
        </main>
    );
}
