import { HttpClient } from '@angular/common/http';
import { Component, inject, Input, signal } from '@angular/core';

export const loadArticle = (route) =>
    inject(HttpClient).get(`/api/articles/${route.paramMap.get('slug')}`);

@Component({
    selector: 'app-article',
    template: `
        <main>
            <article>
                <h1>{{ story.title }}</h1>
                @for (text of story.paragraphs; track text) {
                    <p>{{ text }}</p>
                }
                @if (!story.whole) {
                    <aside class="offer">The rest is for patrons.</aside>
                }
            </article>
            <button (click)="n.set(n() + 1)">clicked {{ n() }}</button>
        </main>`,
})
export class Article {
    @Input() story: any;
    n = signal(0);
}
