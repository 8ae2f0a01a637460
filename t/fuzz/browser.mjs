// Random pages and selectors: what the editor finds, and what it cuts, is what a
// browser's own tree has (parse5 for the tree, css-select for the match).  Each
// start tag has a number by which it is known on both sides, and each word.
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

const allTags = ('p p p div div div ul li li dl dt dd h1 h2 article section main '
  + 'table tbody tr td th caption colgroup col thead span em strong b i a br img '
  + 'hr input form fieldset button blockquote pre address details summary ruby '
  + 'rt rp option optgroup svg g path math mi object figure center nav '
  + 'script style textarea title template noscript iframe video html head body')
  .split(' ');
const wallTags = ('p p p p p div div article section main ul li li h2 em b i a '
  + 'span br img hr figure blockquote table tr td script style textarea noscript '
  + 'template svg g button form option dl dt dd body').split(' ');
const texts = ['a', ' ', 'word ', '\n', '&amp;', '<!-- <p> -->', '<!x>', '< ',
  '</>', '<?x?>', '-->', '\0', '<![CDATA[x]]>'];
const raw = new Set(['script', 'style', 'textarea', 'title', 'iframe',
  'noscript']);

// A second tag of these adds its attributes to the first one, which may be long
// past.

const merged = new Set(['html', 'head', 'body']);

function page(tags) {
  let html = chance(0.9) ? '<!DOCTYPE html>' : '';
  let n = 0;
  let words = 0;
  const open = [];

  for (let i = Math.floor(random() * 40); i >= 0; i--) {
    if (open.length && chance(0.35)) {
      const at = chance(0.8) ? open.length - 1
        : Math.floor(random() * open.length);
      html += `</${open.splice(at, 1)[0]}>`;
      continue;
    }

    if (chance(0.3)) {
      html += chance(0.5) ? `w${++words} ` : one(texts);
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
      html += `${one(['', `w${++words} `, '<p>', '<!--'])}</${tag}>`;
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

// A browser's tree, or undefined where it has moved or doubled elements or words.

function browser(html) {
  const tree = parse(html, { treeAdapter: adapter, scriptingEnabled: true });
  const last = { n: 0, w: 0 };
  let moved = false;

  const follows = (kind, number) => {
    if (number <= last[kind]) moved = true;
    last[kind] = number;
  };

  const walk = (node, inert) => {
    node.inert = inert;

    // a script behind the head's end tag stands in the head

    if (node.parent?.name === 'head' && node.attribs?.n && /<\/head/i.test(
        html.slice(0, html.indexOf(`n="${node.attribs.n}"`)))) {
      moved = true;
    }

    // what an end tag has made in a table, or a word, stands before it

    if (node.next?.name === 'table' && (node.attribs && !node.attribs.n
        && ['p', 'br'].includes(node.name) || node.data?.includes('w'))) {
      moved = true;
    }

    if (node.attribs?.n) follows('n', Number(node.attribs.n));

    for (const [, word] of (node.data ?? '').matchAll(/w(\d+)/g)) {
      if (node.type === 'text') follows('w', Number(word));
    }

    for (const child of node.children ?? []) {
      walk(child, inert || isTemplate(node));
    }
  };

  walk(tree, false);
  return moved ? undefined : tree;
}

const isTemplate = node => node.name === 'template'
  && node.namespace === 'http://www.w3.org/1999/xhtml';

const matches = (tree, css) =>
  selectAll(css, tree, { xmlMode: false }).filter(node => !node.inert);

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'patron-fuzz-'));
const mark = path.join(dir, 'mark');
fs.writeFileSync(mark, '\x01\x02');

// The page as the editor makes it, and whether it gave up.

function editor(html, args) {
  const chunk = 1 + Math.floor(random() * 50);
  const run = spawnSync(edit, [...args, '--chunk', String(chunk)],
    { input: html });

  if (run.status) throw new Error(`status ${run.status}: ${run.stderr}`);

  return { out: run.stdout.toString('latin1'), gaveUp: run.stderr.length > 0 };
}

// What is found: the numbers of the elements.

function trialOfPlaces() {
  const html = page(allTags);
  const css = selector();
  const tree = browser(html);
  if (!tree) return;

  const wanted = matches(tree, css)
    .filter(node => node.attribs?.n && !merged.has(node.name))
    .map(node => Number(node.attribs.n)).sort((a, b) => a - b).join(' ');

  const { out, gaveUp } = editor(html, ['--select', css, '--position',
    'before', '--html', mark, '--all']);
  if (gaveUp) return;

  if (out.replaceAll('\x01\x02', '') !== html) throw new Error('bytes changed');

  const got = [...out.matchAll(/\x01\x02(?:\x01\x02)*<(\w+) n="(\d+)/g)]
    .filter(found => !merged.has(found[1].toLowerCase()))
    .map(found => Number(found[2])).sort((a, b) => a - b).join(' ');

  return { what: css, html, wanted, got };
}

// What is cut: the words of the page, but for those that come after the Nth
// paragraph with text in an outermost match.  Where the editor gives up behind a
// match nothing of what is to be cut may be left.

function trialOfWalls() {
  const html = page(wallTags);
  const css = one(['div', 'article', 'section', 'main', '.x', 'ul, div']);
  const of = one(['p', 'p', 'li', 'p, li', '*']);
  const keep = Math.floor(random() * 4);
  const tree = browser(html);
  if (!tree) return;

  const cuts = new Set(matches(tree, css));

  // What is in a template is matched by nothing, raw text has no paragraphs, a
  // browser moves the words of a table before it, and merges a second body.

  if ([...cuts].some(n => raw.has(n.name) || merged.has(n.name)
    || ['template', 'table', 'tbody', 'tr'].includes(n.name))) return;

  const paragraphs = new Set(matches(tree, of));
  const silent = ['script', 'style', 'template'];
  const says = node => node.type === 'text' ? node.data.trim() !== ''
    : !silent.includes(node.name) && (node.children ?? []).some(says);
  const kept = [];
  const cut = [];

  const within = node => [node, ...(node.children ?? [])
    .flatMap(within)];

  const read = node => {
    if (!cuts.has(node)) {
      if (node.type === 'text') kept.push(...words(node));
      (node.children ?? []).forEach(read);
      return;
    }

    const inner = within(node).slice(1);
    const nth = inner.filter(n => paragraphs.has(n) && says(n))[keep - 1];
    const end = keep === 0 ? -1
      : nth ? inner.indexOf(nth) + within(nth).length - 1 : inner.length;

    inner.forEach((n, i) => {
      if (n.type === 'text') (i > end ? cut : kept).push(...words(n));
    });
  };

  read(tree);

  const { out, gaveUp } = editor(html, ['--cut', css, '--keep', String(keep),
    '--of', of, '--wall', mark]);
  if (gaveUp && !out.includes('\x01\x02')) return;

  const left = new Set(out.match(/w\d+/g));

  return { what: `${css} keep ${keep} of ${of}`, html,
    wanted: gaveUp ? '' : kept.join(' '),
    got: gaveUp ? cut.filter(w => left.has(w)).join(' ')
      : [...kept, ...cut].filter(w => left.has(w)).join(' ') };
}

const words = node => node.data.match(/w\d+/g) ?? [];

const until = Date.now() + seconds * 1000;
let runs = 0;
let compared = 0;
let failed = 0;

for (let seed = first; Date.now() < until && failed < 5; seed++, runs++) {
  state = seed >>> 0;
  for (let i = 0; i < 5; i++) random();

  const trial = chance(0.5) ? trialOfPlaces() : trialOfWalls();
  if (!trial) continue;

  compared++;

  if (trial.got !== trial.wanted) {
    failed++;
    console.log(`seed ${seed}: ${trial.what}\n  ${JSON.stringify(trial.html)}\n`
      + `  the editor: ${trial.got}\n  a browser:  ${trial.wanted}`);
  }
}

fs.rmSync(dir, { recursive: true });
console.log(`browser: ${runs} pages, ${compared} compared, ${failed} differ`
  + ` (seeds from ${first})`);
process.exit(failed ? 1 : 0);
