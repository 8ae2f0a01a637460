// The articles of every site here: each sentence says where it stands, so that
// one of them is found wherever a page has it.

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight',
    'nine', 'ten', 'eleven', 'twelve'];

const TIERS = { ferry: 'metered', lamp: 'metered', bell: 'metered',
                mast: 'metered', chart: 'members', notice: 'free' };

const paragraph = (slug, n) => `Paragraph ${n} of the ${slug} goes on: what the`
    + ` ${slug} did at ${n} o'clock "was told" at the harbour by ${n} people,`
    + ` and ${n} more had seen the ${slug} leave its place before the tide.`;

export const slugs = Object.keys(TIERS);

export const level = (slug) => TIERS[slug] ?? 'free';

export const article = (slug) => TIERS[slug] && {
    slug,
    title: `The ${slug}`,
    paragraphs: NUMBERS.map((n) => paragraph(slug, n)),
};
