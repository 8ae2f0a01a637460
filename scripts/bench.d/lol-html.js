// lol-html as npm has it, compiled to WebAssembly, on one of the hostile pages:
//
//     node lol-html.js DIR PAGES N BANNER
//
// DIR is the package html-rewriter-wasm; the page comes in its pieces.

const fs = require('fs');

const [dir, pages, n, banner] = process.argv.slice(2);
const { HTMLRewriter } = require(dir);

const page = fs.readFileSync(pages, 'utf8').split(/^== .*\n/m)[n];
const html = fs.readFileSync(banner, 'utf8');
const pieces = page.replace(/{{(HERE|MISSING)}}/g, '').split('{{SPLIT}}');
let placed = false;

const rewriter = new HTMLRewriter((chunk) => process.stdout.write(chunk));

rewriter.on('article', {
    element(element) {
        if (!placed) {
            placed = true;
            element.after(html, { html: true });
        }
    },
});

(async () => {
    for (const piece of pieces) {
        await rewriter.write(Buffer.from(piece));
    }

    await rewriter.end();
})();
