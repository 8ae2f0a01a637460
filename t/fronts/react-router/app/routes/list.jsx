import { Link } from 'react-router';

import { slugs } from '../../articles';

export default function List() {
    return (
        <main>
            {slugs.map((slug) => (
                <p key={slug}><Link to={`/articles/${slug}`}>The {slug}</Link></p>
            ))}
        </main>
    );
}
