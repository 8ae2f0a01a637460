import { Link } from 'react-router';

import { slugs } from '../../articles';

export default function Plain() {
    return (
        <main>
            {slugs.map((slug) => (
                <p key={slug}>
                    <Link to={`/articles/${slug}`} reloadDocument>The {slug}</Link>
                </p>
            ))}
        </main>
    );
}
