// The body filter people write: a plain search in each chunk as it passes.  It
// misses a place that two chunks share, and with sendfile on all of a file, which
// goes out empty: it is off here.  A request has variables of its own.

import fs from 'fs';

const banner = fs.readFileSync('@PARTS@/banner.html').toString();
let placed = false;


// The page grows: its length is no longer known.

function header(r) {
    delete r.headersOut['Content-Length'];
}


function body(r, data, flags) {
    const at = placed ? -1 : data.indexOf('</article>');

    if (at >= 0) {
        placed = true;
        data = data.slice(0, at + 10) + banner + data.slice(at + 10);
    }

    r.sendBuffer(data, flags);
}


export default { header, body };
