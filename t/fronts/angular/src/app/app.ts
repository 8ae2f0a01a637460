import { Component } from '@angular/core';
import { RouterLink, RouterOutlet } from '@angular/router';

@Component({
    selector: 'app-root',
    imports: [RouterLink, RouterOutlet],
    template: '<header><a routerLink="/">Today</a></header><router-outlet />',
})
export class App {}
