import { NextResponse } from 'next/server';

import { level } from './articles';

// nginx reads the level of each answer here, a page's, RSC's and JSON's, and
// hides the header.

export function middleware(request) {
    const response = NextResponse.next();
    const slug = request.nextUrl.pathname.split('/')[2];

    response.headers.set('X-Article-Tier', level(slug));
    return response;
}

export const config = { matcher: ['/articles/:slug', '/posts/:slug'] };
