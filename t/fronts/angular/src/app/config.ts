import { provideHttpClient, withFetch, withInterceptors } from '@angular/common/http';
import { inject, PLATFORM_ID, provideZoneChangeDetection, REQUEST } from '@angular/core';
import { isPlatformServer } from '@angular/common';
import { provideClientHydration } from '@angular/platform-browser';
import { provideRouter, withComponentInputBinding } from '@angular/router';

import { Article, loadArticle } from './article';
import { List } from './list';

// As a page is drawn on the server, the interface is asked for this reader.

const forReader = (req, next) => {
    const request = inject(REQUEST, { optional: true });

    if (!isPlatformServer(inject(PLATFORM_ID)) || !request) {
        return next(req);
    }

    let headers = req.headers;

    for (const name of ['decision', 'state', 'tier', 'left']) {
        const value = request.headers.get(`x-patron-${name}`);
        headers = value ? headers.set(`x-patron-${name}`, value) : headers;
    }

    return next(req.clone({ headers,
        url: `http://127.0.0.1:${process.env['PORT']}${req.url}` }));
};

export const config = { providers: [
    provideZoneChangeDetection({ eventCoalescing: true }),
    provideHttpClient(withFetch(), withInterceptors([forReader])),
    provideClientHydration(),
    provideRouter([
        { path: '', component: List },
        { path: 'plain', component: List, data: { plain: true } },
        { path: 'articles/:slug', component: Article, resolve: { story: loadArticle } },
    ], withComponentInputBinding()),
] };
