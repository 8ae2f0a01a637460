import { index, route } from '@react-router/dev/routes';

export default [
    index('routes/list.jsx'),
    route('plain', 'routes/plain.jsx'),
    route('articles/:slug', 'routes/article.jsx'),
];
