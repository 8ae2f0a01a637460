// Whether the reader may have all of an article: what nginx has decided or, where
// the level is known by the answer alone, what nginx knows of the reader.  header()
// gives a header of the request; an answer that is for nobody in particular, such
// as a page made beforehand, has none, and so not all of the article.  The level is
// free, metered, members, or the tiers that may read it, in a list.

export function mayRead(header, level) {
    const decision = header('x-patron-decision');
    const patron = header('x-patron-state') === 'patron';

    if (level === 'free') {
        return true;
    }

    if (decision !== 'unknown') {
        return /^(free|full|meter|gift|bypass|open)$/.test(decision);
    }

    return level === 'metered' ? patron || Number(header('x-patron-left')) > 0
        : patron && (level === 'members'
            || level.split(/[ ,]+/).includes(header('x-patron-tier')));
}
