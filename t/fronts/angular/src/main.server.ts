import { mergeApplicationConfig } from '@angular/core';
import { bootstrapApplication, BootstrapContext } from '@angular/platform-browser';
import { provideServerRendering } from '@angular/platform-server';
import { provideServerRouting, RenderMode } from '@angular/ssr';

import { App } from './app/app';
import { config } from './app/config';

const server = mergeApplicationConfig(config, { providers: [
    provideServerRendering(),
    provideServerRouting([{ path: '**', renderMode: RenderMode.Server }]),
] });

export default (context: BootstrapContext) =>
    bootstrapApplication(App, server, context);
