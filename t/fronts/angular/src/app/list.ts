import { Component, Input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { slugs } from '../../articles';

@Component({
    selector: 'app-list',
    imports: [RouterLink],
    template: `
        <main>
            @for (slug of slugs; track slug) {
                <p>
                    @if (plain) {
                        <a [attr.href]="'/articles/' + slug">The {{ slug }}</a>
                    } @else {
                        <a [routerLink]="'/articles/' + slug">The {{ slug }}</a>
                    }
                </p>
            }
        </main>`,
})
export class List {
    @Input() plain = false;
    slugs = slugs;
}
