// Random pages and selectors: what the editor finds is what a browser's own tree
// has (parse5 for the tree, css-select for the match).  Each start tag has a
// number by which it is known on both sides.
//
//     node browser.mjs PATRON-EDIT SECONDS [SEED]
//
// Left out are pages in which a browser moves elements about or doubles them
// (there a banner lies where the tags say), and those that the editor gives up.
// PATRON_FUZZ_MODULES names the folder with node_modules.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const need = createRequire(path.join(process.env.PATRON_FUZZ_MODULES, 'x.js'));
const { parse } = need('parse5');
const { adapter } = need('parse5-htmlparser2-tree-adapter');
const { selectAll } = need('css-select');

const [edit, seconds] = process.argv.slice(2);
const first = Number(process.argv[4] ?? Date.now() % 1e9);

// A generator of our own, so that a number gives the same page anywhere.

let state;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return ((state ^ (state >>> 15)) >>> 4) / 2 ** 28;
};
const one = list => list[Math.floor(random() * list.length)];
const chance = p => random() < p;

const tags = ('p p p div div div ul li li dl dt dd h1 h2 article section main '
  + 'table tbody tr td th caption colgroup col thead span em strong b i a br img '
  + 'hr input form fieldset button blockquote pre address details summary ruby '
  + 'rt rp select option optgroup svg g path math mi object figure center nav '
  + 'script style textarea title template noscript iframe video html head body')
  .split(' ');
const texts = ['a', ' ', 'word ', '\n', '&amp;', '<!-- <p> -->', '<!x>', '< ',
  '</>', '<?x?>', '-->', '\0', '<![CDATA[x]]>'];
const raw = new Set(['script', 'style', 'textarea', 'title', 'iframe',
  'noscript']);

// A second tag of these adds its attributes to the first one, which may be long
// past.

const merged = new Set(['html', 'head', 'body']);

function page() {
  let html = chance(0.9) ? '<!DOCTYPE html>' : '';
  let n = 0;
  const open = [];

  for (let i = Math.floor(random() * 40); i >= 0; i--) {
    if (open.length && chance(0.35)) {
      const at = chance(0.8) ? open.length - 1
        : Math.floor(random() * open.length);
      html += `</${open.splice(at, 1)[0]}>`;
      continue;
    }

    if (chance(0.3)) {
      html += one(texts);
      continue;
    }

    if (chance(0.05)) {
      html += `</${one(tags.filter(tag => tag !== 'head'))}>`;
      continue;
    }

    const tag = one(tags);
    const quote = one(['', '"', "'"]);

    html += `<${chance(0.1) ? tag.toUpperCase() : tag} n="${++n}"`
      + (chance(0.4) ? ` class=${quote}${one(['x', 'y', 'x-y'])}${quote}` : '')
      + (chance(0.2) ? ` id=${one(['u', 'v'])}` : '')
      + (chance(0.1) ? one([' k', ' k=""', " k='a>b'", ' K=1']) : '')
      + (chance(0.05) ? '/>' : '>');

    // Text modes are mostly ended, or there is nothing after them.

    if (raw.has(tag) && chance(0.9)) {
      html += `${one(['', 'x', '<p>', '<!--'])}</${tag}>`;
    } else {
      open.push(tag);
    }
  }

  return html;
}

function selector() {
  const compound = () => one(['p', 'div', 'li', 'td', 'tr', 'span', '*', 'svg',
    'g', 'option', 'em', 'b', 'h2', '']) + one(['', '', '', '.x', '#u', '[k]',
    '[class^=x]', ':first-child', ':nth-child(2)', ':nth-child(2n+1)',
    ':first-of-type', ':nth-of-type(2)', ':not(.x)', ':not(p, div)']) || '*';

  let text = compound();
  while (chance(0.35)) text += one([' ', ' > ']) + compound();
  return chance(0.2) ? `${text}, ${compound()}` : text;
}

// The elements of a browser's tree by their numbers, or undefined where it has
// moved or doubled some.

function browser(html, css) {
  const tree = parse(html, { treeAdapter: adapter, scriptingEnabled: true });
  const seen = new Set();
  let last = 0;
  let moved = false;

  const walk = (node, inert) => {
    const n = Number(node.attribs?.n ?? 0);

    if (n) {
      if (seen.has(n) || n < last) moved = true;
      seen.add(n);
      last = n;
      node.inert = inert;
    }

    for (const child of node.children ?? []) {
      walk(child, inert || node.name === 'template');
    }
  };

  walk(tree, false);
  if (moved) return;

  return selectAll(css, tree, { xmlMode: false })
    .filter(node => node.attribs?.n && !node.inert && !merged.has(node.name))
    .map(node => Number(node.attribs.n)).sort((a, b) => a - b).join(' ');
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'patron-fuzz-'));
const mark = path.join(dir, 'mark');
fs.writeFileSync(mark, '\x01\x02');

function editor(html, css, chunk) {
  const run = spawnSync(edit, ['--select', css, '--position', 'before',
    '--html', mark, '--all', '--chunk', String(chunk)], { input: html });

  if (run.status) throw new Error(`status ${run.status}: ${run.stderr}`);
  if (run.stderr.length) return;

  const out = run.stdout.toString('latin1');
  if (out.replaceAll('\x01\x02', '') !== html) throw new Error('bytes changed');

  return [...out.matchAll(/\x01\x02(?:\x01\x02)*<(\w+) n="(\d+)/g)]
    .filter(found => !merged.has(found[1].toLowerCase()))
    .map(found => Number(found[2])).sort((a, b) => a - b).join(' ');
}

const until = Date.now() + seconds * 1000;
let runs = 0;
let compared = 0;
let failed = 0;

for (let seed = first; Date.now() < until && failed < 5; seed++, runs++) {
  state = seed >>> 0;
  for (let i = 0; i < 5; i++) random();

  const html = page();
  const css = selector();
  const wanted = browser(html, css);
  if (wanted === undefined) continue;

  const got = editor(html, css, 1 + Math.floor(random() * 50));
  if (got === undefined) continue;

  compared++;

  if (got !== wanted) {
    failed++;
    console.log(`seed ${seed}: ${css}\n  ${JSON.stringify(html)}\n`
      + `  the editor: ${got}\n  a browser:  ${wanted}`);
  }
}

fs.rmSync(dir, { recursive: true });
console.log(`browser: ${runs} pages, ${compared} compared, ${failed} differ`
  + ` (seeds from ${first})`);
process.exit(failed ? 1 : 0);
