import Link from 'next/link';

import { slugs } from '../../articles';

export default function List() {
    return (
        <main>
            {slugs.map((slug) => (
                <p key={slug}>
                    <Link href={`/posts/${slug}`}>The {slug}</Link>
                </p>
            ))}
        </main>
    );
}
