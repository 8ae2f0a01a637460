import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { AngularNodeAppEngine, createNodeRequestHandler, isMainModule,
         writeResponseToNodeResponse } from '@angular/ssr/node';
import express from 'express';

import { article, level } from '../articles';
import { mayRead } from '../patron';

const app = express();
const engine = new AngularNodeAppEngine({
    allowedHosts: ['localhost', '127.0.0.1', 'news.example'],
    trustProxyHeaders: true,
});

// nginx reads the level of each answer and hides the header.

app.get('/api/articles/:slug', (req, res) => {
    const found = article(req.params.slug);

    if (!found) {
        res.sendStatus(404);
        return;
    }

    const tier = level(req.params.slug);
    const whole = mayRead((name) => req.get(name), tier);

    res.set('X-Article-Tier', tier);
    res.json({ title: found.title, whole, paragraphs: whole
        ? found.paragraphs : found.paragraphs.slice(0, 2) });
});

app.use(express.static(resolve(dirname(fileURLToPath(import.meta.url)),
                               '../browser'), { index: false }));

app.use((req, res, next) => {
    const slug = /^\/articles\/(\w+)$/.exec(req.path)?.[1];

    engine.handle(req).then((answer) => {
        if (!answer) {
            next();
            return;
        }

        if (slug) {
            answer.headers.set('X-Article-Tier', level(slug));
        }

        return writeResponseToNodeResponse(answer, res);
    }).catch(next);
});

export const reqHandler = createNodeRequestHandler(app);

if (isMainModule(import.meta.url)) {
    app.listen(Number(process.env['PORT']), '127.0.0.1');
}
