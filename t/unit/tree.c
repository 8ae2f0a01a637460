
/*
 * The tree that a page makes: the elements, each with those in it, as a
 * browser with scripting on has them.  Pages in which a browser moves elements
 * about are not here, since where tags stand is another matter.
 */


#include <stdlib.h>

#include "patron_html.h"
#include "patron_tap.h"


#define NODES  64
#define TEXT   1024


typedef struct {
    const char     *page;
    const char     *tree;
} case_t;


/* Elements in the order of their start tags; the stack holds their numbers. */

typedef struct {
    patron_html_t  *html;
    int             n;
    int             depth;
    int             parent[NODES];
    char            name[NODES][20];
    int             stack[NODES];
} tree_t;


static const case_t  cases[] = {

    /* select */

    { "<!doctype html><select><option>a<option>b<optgroup><option>c"
      "</optgroup><option>d</select><p>",
      "html(head,body(select(option,option,optgroup(option),option),p))" },

    { "<!doctype html><select><optgroup><option>a<optgroup><option>b</option>"
      "</select>",
      "html(head,body(select(optgroup(option),optgroup(option))))" },

    { "<!doctype html><select><select><option>a</select><p>",
      "html(head,body(select,option(p)))" },

    { "<!doctype html><select><option>a<input><p>b",
      "html(head,body(select(option),input,p))" },

    { "<!doctype html><select><div><p>a<option>b</div></select><p>c",
      "html(head,body(select(div(p,option)),p))" },

    { "<!doctype html><select><template><p>a</template><option>b</select>",
      "html(head,body(select(template(p),option)))" },

    { "<!doctype html><select><option>a</template></p></select><p>b",
      "html(head,body(select(option(p)),p))" },

    { "<!doctype html><table><tr><td><select><option>a<tr><td>b",
      "html(head,body(table(tbody(tr(td(select(option))),tr(td)))))" },

    { "<!doctype html><table><tr><td><select><option>a</td><td>b",
      "html(head,body(table(tbody(tr(td(select(option)),td)))))" },

    { "<!doctype html><table><tr><td><select><option>a</table><p>b",
      "html(head,body(table(tbody(tr(td(select(option))))),p))" },

    { "<!doctype html><table><td><select><option>a</tbody></select>b",
      "html(head,body(table(tbody(tr(td(select(option)))))))" },

    { "<!doctype html><select><optgroup><option>a<hr>b</select>c",
      "html(head,body(select(optgroup(option),hr)))" },

    { "<!doctype html><select><button><selectedcontent>"
      "</selectedcontent></button><option>a</select>b",
      "html(head,body(select(button(selectedcontent),option)))" },

    { "<!doctype html><select><button>x<option>a</select>b",
      "html(head,body(select(button(option))))" },

    { "<!doctype html><select><div><option>a</div><option>b</select>c",
      "html(head,body(select(div(option),option)))" },

    { "<!doctype html><p><select><p>a</select>b",
      "html(head,body(p(select(p))))" },

    { "<!doctype html><select><div><input>a</div>b",
      "html(head,body(select(div),input))" },

    { "<!doctype html><select><option><div>a<input>b</select>c",
      "html(head,body(select(option(div)),input))" },

    { "<!doctype html><select><button><select>a",
      "html(head,body(select(button)))" },

    { "<!doctype html><select>a</select>b",
      "html(head,body(select))" },

    { "<!doctype html><b><select><i>a</select>b</b>c",
      "html(head,body(b(select(i),i),i))" },

    { "<!doctype html><select><keygen><p>a",
      "html(head,body(select(keygen,p)))" },

    { "<!doctype html><optgroup><option>a<optgroup><p>b",
      "html(head,body(optgroup(option,optgroup(p))))" },

    { "<!doctype html><option>a<option>b<p>c<option>d",
      "html(head,body(option,option(p(option))))" },

    /* the head */

    { "<!doctype html><head></p><title>a</title></head><p>b",
      "html(head(title),body(p))" },

    { "<!doctype html></br><p>a",
      "html(head,body(br,p))" },

    { "<!doctype html></body><p>a",
      "html(head,body(p))" },

    { "<!doctype html></html><p>a",
      "html(head,body(p))" },

    { "<!doctype html><html></head><p>a",
      "html(head,body(p))" },

    { "<!doctype html><html></body>a<p>",
      "html(head,body(p))" },

    { "<!doctype html><head></br><p>a",
      "html(head,body(br,p))" },

    { "<!doctype html><head></body><p>a",
      "html(head,body(p))" },

    { "<!doctype html><head></html><p>a",
      "html(head,body(p))" },

    { "<!doctype html><head><head><html x><meta><base><p>a",
      "html(head(meta,base),body(p))" },

    { "<!doctype html><head></head></body><p>a",
      "html(head,body(p))" },

    { "<!doctype html><head></head></br>a",
      "html(head,body(br))" },

    { "<!doctype html><head></head></p></i><body><p>a",
      "html(head,body(p))" },

    { "<!doctype html><head></template></head><p>a",
      "html(head,body(p))" },

    { "<!doctype html><head><template><p>a</template><p>b",
      "html(head(template(p)),body(p))" },

    { "<!doctype html><head></head></template><body>",
      "html(head,body)" },

    { "<!doctype html><head><noscript><p>a</p></noscript><p>b",
      "html(head(noscript),body(p))" },

    { "<!doctype html><head><noframes><p>a</noframes><p>b",
      "html(head(noframes),body(p))" },

    /* templates */

    { "<!doctype html><template><tr><td>a</template><p>b",
      "html(head(template(tr(td))),body(p))" },

    { "<!doctype html><template><td>a<td>b</template>",
      "html(head(template(td,td)),body)" },

    { "<!doctype html><template><col><p>a</template>",
      "html(head(template(col)),body)" },

    { "<!doctype html><template><caption>a<tr></template>",
      "html(head(template(caption,tbody(tr))),body)" },

    { "<!doctype html><template><colgroup><col></template>",
      "html(head(template(colgroup(col))),body)" },

    { "<!doctype html><template><tbody><tr></tbody><tfoot></template>",
      "html(head(template(tbody(tr),tfoot)),body)" },

    { "<!doctype html><template><div></p></div></template></template>b",
      "html(head(template(div(p))),body)" },

    { "<!doctype html><template><template><tr></template></template><p>a",
      "html(head(template(template(tr))),body(p))" },

    { "<!doctype html><template><html><head><body><title>a</title>b"
      "</template>",
      "html(head(template(title)),body)" },

    { "<!doctype html><template></div></tr><p>a",
      "html(head(template(p)),body)" },

    { "<!doctype html><table><template><tr></template><tr>",
      "html(head,body(table(template(tr),tbody(tr))))" },

    { "<!doctype html><table><tbody><template><td></template><tr>",
      "html(head,body(table(tbody(template(td),tr))))" },

    { "<!doctype html><template><frameset></template><p>a",
      "html(head(template),body(p))" },

    /* tables */

    { "<!doctype html><table><colgroup><col><col><tr><td>a</table>",
      "html(head,body(table(colgroup(col,col),tbody(tr(td)))))" },

    { "<!doctype html><table><col><tbody><tr><th>a<td>b</table><p>",
      "html(head,body(table(colgroup(col),tbody(tr(th,td))),p))" },

    { "<!doctype html><table><caption>a<p>b</caption><tr><td>c",
      "html(head,body(table(caption(p),tbody(tr(td)))))" },

    { "<!doctype html><table><caption>a<tr><td>b",
      "html(head,body(table(caption,tbody(tr(td)))))" },

    { "<!doctype html><table><caption>a</table><p>b",
      "html(head,body(table(caption),p))" },

    { "<!doctype html><table><caption>a</body></html></tr>b<td>c",
      "html(head,body(table(caption,tbody(tr(td)))))" },

    { "<!doctype html><table><td>a<table><tr><td>b</table>c</td><td>d",
      "html(head,body(table(tbody(tr(td(table(tbody(tr(td)))),td)))))" },

    { "<!doctype html><table><tr><td>a</tbody><tr><td>b",
      "html(head,body(table(tbody(tr(td)),tbody(tr(td)))))" },

    { "<!doctype html><table><tr><td>a</tfoot></td></tr></thead></table><p>b",
      "html(head,body(table(tbody(tr(td))),p))" },

    { "<!doctype html><table><tr><td>a</body></html></col></td><td>b",
      "html(head,body(table(tbody(tr(td,td)))))" },

    { "<!doctype html><table><tr></td></body><td>a</th></tr>",
      "html(head,body(table(tbody(tr(td)))))" },

    { "<!doctype html><table><tbody></body></td></tbody></tbody><thead><tr>",
      "html(head,body(table(tbody,thead(tr))))" },

    { "<!doctype html><table></body></html></caption></td><tr><td>",
      "html(head,body(table(tbody(tr(td)))))" },

    { "<!doctype html><table><script></script><style></style>"
      "<input type=hidden><tr>",
      "html(head,body(table(script,style,input,tbody(tr))))" },

    { "<!doctype html><table><form><tr><td><form><p>a",
      "html(head,body(table(form,tbody(tr(td(p))))))" },

    { "<!doctype html><table><colgroup></col></colgroup></colgroup><tr>",
      "html(head,body(table(colgroup,tbody(tr))))" },

    { "<!doctype html><table><colgroup><template></template><html x><tr>",
      "html(head,body(table(colgroup(template),tbody(tr))))" },

    { "<!doctype html><table><colgroup> <col></table><p>a",
      "html(head,body(table(colgroup(col)),p))" },

    { "<!doctype html><table><thead><tr><th>a<tfoot><tr><td>b<tbody>",
      "html(head,body(table(thead(tr(th)),tfoot(tr(td)),tbody)))" },

    { "<!doctype html><table><tr><caption>a<table></table></caption><col>",
      "html(head,body(table(tbody(tr),caption(table),colgroup(col))))" },

    { "<!doctype html><table><td><b>a</td><td>b</table>",
      "html(head,body(table(tbody(tr(td(b),td)))))" },

    { "<!doctype html><table><tr><td>a</table></table><p>b",
      "html(head,body(table(tbody(tr(td))),p))" },

    { "<!doctype html><table><tbody><td>a</table>",
      "html(head,body(table(tbody(tr(td)))))" },

    /* frames */

    { "<!doctype html><frameset><frame><frameset><frame></frameset>"
      "</frameset><noframes><p>a</noframes>",
      "html(head,frameset(frame,frameset(frame)),noframes)" },

    { "<!doctype html><head></head><frameset><p><frame></frameset></html><p>",
      "html(head,frameset(frame))" },

    { "<!doctype html><frameset></frameset></html><noframes>a</noframes>",
      "html(head,frameset,noframes)" },

    { "<!doctype html><frameset></frameset></frameset><html x><frame><p>",
      "html(head,frameset)" },

    { "<!doctype html><html> <frameset>a<html y><noframes></noframes>"
      "</frameset>",
      "html(head,frameset(noframes))" },

    { "<!doctype html><p>a<frameset><frame></frameset>",
      "html(head,body(p))" },

    { "<!doctype html><body><frameset><frame>",
      "html(head,body)" },

    { "<!doctype html>a<frameset>",
      "html(head,body)" },

    { "<!doctype html><pre></pre><frameset>",
      "html(head,body(pre))" },

    { "<!doctype html><textarea></textarea><frameset>",
      "html(head,body(textarea))" },

    { "<!doctype html><input><frameset>",
      "html(head,body(input))" },

    /* paragraphs and quirks */

    { "<p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html><p><table>",
      "html(head,body(p,table))" },

    { "<!doctype><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype x><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html x><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public x><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public \"\"><p><table>",
      "html(head,body(p,table))" },

    { "<!doctype html public '' ''><p><table>",
      "html(head,body(p,table))" },

    { "<!doctype html public \"-//W3C//DTD HTML 4.01//EN\" \"http:/"
      "/www.w3.org/T"
      "R/html4/strict.dtd\"><p><table>",
      "html(head,body(p,table))" },

    { "<!doctype html public \"-//W3C//DTD HTML 4.01 Transitional//EN\"><p>"
      "<table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public \"-//W3C//DTD HTML 4.01 Transitional//"
      "EN\" \"http:/"
      "/www.w3.org/TR/html4/loose.dtd\"><p><table>",
      "html(head,body(p,table))" },

    { "<!doctype html public \"-//W3C//DTD HTML 3.2 Final//EN\"><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public \"HTML\"><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public \"-//W3O//DTD W3 HTML Strict 3.0//EN//\"><p>"
      "<table>",
      "html(head,body(p(table)))" },

    { "<!doctype html system \"http://www.ibm.com/data/dtd/v11/ibmxhtml1-trans"
      "itional.dtd\"><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html system \"about:legacy-compat\"><p><table>",
      "html(head,body(p,table))" },

    { "<!doctype html system 'x'><p><table>",
      "html(head,body(p,table))" },

    { "<!doctype html system><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html system x><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html system \"x><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public \"x><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public \"x\" \"y><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public \"x\"y><p><table>",
      "html(head,body(p(table)))" },

    { "<!doctype html public \"-//W3C//DTD XHTML 1.0 Transitional//"
      "EN\" \"x\"><p>"
      "<table>",
      "html(head,body(p,table))" },

    { "<!doctype  HTML ><p><table>",
      "html(head,body(p,table))" },

    { "<!-- x --><!doctype html><p><table>",
      "html(head,body(p,table))" },

    { "<!doctypehtml><p><table>",
      "html(head,body(p,table))" },

    { "<!doctype html public \"-//W3C//DTD HTML 4.01 Frameset//EN\"   ><p>"
      "<table>",
      "html(head,body(p(table)))" },

    { "<!doctype html PUBLIC	\"-//IETF//DTD HTML//EN\"\n><p><table>",
      "html(head,body(p(table)))" },

    /* in the body */

    { "<!doctype html><object><p>a</object><p>b</object>",
      "html(head,body(object(p),p))" },

    { "<!doctype html><b><object>a</b></object>b",
      "html(head,body(b(object)))" },

    { "<!doctype html><applet><marquee><p>a</applet>b",
      "html(head,body(applet(marquee(p))))" },

    { "<!doctype html><ruby>a<rb>b<rt>c<rtc>d<rp>e</ruby><rb>f<rt>",
      "html(head,body(ruby(rb,rt,rtc(rp)),rb(rt)))" },

    { "<!doctype html><ruby><div><rt>a</div><rb>b",
      "html(head,body(ruby(div(rt),rb)))" },

    { "<!doctype html><dl><dd>a</dd><dt>b</dt></dl><ul><li>a</li></li></ul>",
      "html(head,body(dl(dd,dt),ul(li)))" },

    { "<!doctype html><object><param><source><track></object><embed><area>"
      "<wbr>",
      "html(head,body(object(param,source,track),embed,area,wbr))" },

    { "<!doctype html><listing>a</listing><pre><p>b</pre>",
      "html(head,body(listing,pre(p)))" },

    { "<!doctype html><li>a<div><li>b</div><address><li>c",
      "html(head,body(li(div),li(address),li))" },

    { "<!doctype html><dd>a<dt>b<p>c<dd>d",
      "html(head,body(dd,dt(p),dd))" },

    { "<!doctype html><button>a<p>b<button>c</button><p>d",
      "html(head,body(button(p),button,p))" },

    { "<!doctype html><a>b<p>c</p></a><nobr>d<nobr>e",
      "html(head,body(a(p),nobr,nobr))" },

    { "<!doctype html><form>a<div></form>b</div><form>c",
      "html(head,body(form(div),form))" },

    { "<!doctype html><h1>a<h2>b</h1>c</h5><p>d",
      "html(head,body(h1,h2,p))" },

    { "<!doctype html><svg><g><p>a",
      "html(head,body(svg(g),p))" },

    { "<!doctype html><svg><foreignObject><p>a</foreignObject><g></svg><p>b",
      "html(head,body(svg(foreignobject(p(g),p))))" },

    { "<!doctype html><math><mi><p>a</mi><annotation-xml encoding=text/html>"
      "<div>b</annotation-xml></math><p>c",
      "html(head,body(math(mi(p(annotation-xml),div(p)))))" },

    { "<!doctype html><math><annotation-xml><svg><g></g></svg>"
      "</annotation-xml></math>",
      "html(head,body(math(annotation-xml(svg(g)))))" },

    { "<!doctype html><svg><desc><b>a</svg>b",
      "html(head,body(svg(desc(b))))" },

    { "<!doctype html><svg><title><p>a</title></svg><p>",
      "html(head,body(svg(title(p,p))))" },

    { "<!doctype html><svg></p><p>a",
      "html(head,body(svg,p,p))" },

    { "<!doctype html><svg></br><g>",
      "html(head,body(svg,br,g))" },

    { "<!doctype html><svg><font color=x><p>a",
      "html(head,body(svg,font(p)))" },

    { "<!doctype html><svg><font y=x><g></font></svg>",
      "html(head,body(svg(font(g))))" },

    { "<!doctype html><svg><g></svg></g><p>a",
      "html(head,body(svg(g),p))" },

    { "<!doctype html><p><svg><a></p>b",
      "html(head,body(p(svg(a))))" },

    { "<!doctype html><math><mo><mglyph><malignmark><b></math>a",
      "html(head,body(math(mo(mglyph(malignmark),b))))" },

    { "<!doctype html><xmp><p>a</xmp><p><plaintext><p>b",
      "html(head,body(xmp,p,plaintext))" },

    { "<!doctype html><iframe><p></iframe><noembed><p></noembed><noframes><p>"
      "</noframes><p>",
      "html(head,body(iframe,noembed,noframes,p))" },

    { "<!doctype html><image><hr/><br/></br></p>",
      "html(head,body(img,hr,br,br,p))" },

    { "<!doctype html><body a><body b><html c><p></body><p></html><p>",
      "html(head,body(p,p,p))" },

    { "<!doctype html><summary><p>a<details><p>b</summary>c",
      "html(head,body(summary(p,details(p))))" },

    { "<!doctype html><p>a<summary>b<center>c<search>d",
      "html(head,body(p,summary(center(search))))" },

    { "<!doctype html><div></span></div></div></section><section>",
      "html(head,body(div,section))" },

    /* after the body */

    { "<!doctype html><body>a</body></p>b",
      "html(head,body(p))" },

    { "<!doctype html><p>a</body></html></p>b",
      "html(head,body(p))" },

    { "<!doctype html><body></body><html x><p>a",
      "html(head,body(p))" },

    { "<!doctype html><body></body></html><html x></html><div>a",
      "html(head,body(div))" },

    { "<!doctype html><body></body></html></div><p>a",
      "html(head,body(p))" },

    { "<!doctype html><body><div></body></div>a<p></html></p>b",
      "html(head,body(div,p))" },

    { "<!doctype html><frameset></frameset></html></p><noframes></noframes>",
      "html(head,frameset,noframes)" },

    { "<!doctype html><frameset></p></html><frame></frameset></p><p>",
      "html(head,frameset(frame))" },

    { "<!doctype html><table><tr><template></template><td>a</table>",
      "html(head,body(table(tbody(tr(template,td)))))" },

    { "<!doctype html><table><caption><template></template><p>a</table>",
      "html(head,body(table(caption(template,p))))" },

    { "<!doctype html><table><tr><td><template></template><p>a<td>",
      "html(head,body(table(tbody(tr(td(template,p),td)))))" },

    { "<!doctype html><table><thead><template></template><tr>",
      "html(head,body(table(thead(template,tr))))" },

    { "<!doctype html><table><template></template><tr><td>",
      "html(head,body(table(template,tbody(tr(td)))))" },

    { "<!doctype html><table><colgroup><template></template><col>",
      "html(head,body(table(colgroup(template,col))))" },

    { "<!doctype html><select><template></template><option>a</select>b",
      "html(head,body(select(template,option)))" },

    { "<!doctype html><table><td><select><template></template><tr><td>",
      "html(head,body(table(tbody(tr(td(select(template))),tr(td)))))" },

    { "<!doctype html><template><template></template><tr></template>",
      "html(head(template(template,tr)),body)" },

    { "<!doctype html><body><template></template><p>a",
      "html(head,body(template,p))" },

    { "<!doctype html><table><th>a<th>b<tr><th>c</th></table>",
      "html(head,body(table(tbody(tr(th,th),tr(th)))))" },

    { "<!doctype html><table><tr></tr></tbody></tbody></table></table>",
      "html(head,body(table(tbody(tr))))" },
};


/* Names of elements that may be implied: for them there is no tag. */

static const char  *implied[] = {
    "html", "head", "body", "p", "br", "tbody", "tr", "colgroup", "b", "i",
    "a", "font", "nobr"
};


static void
name_of(char *name, const patron_html_element_t *el,
    const patron_html_tag_t *tag)
{
    size_t  i;

    if (tag != NULL && !tag->end_tag) {
        for (i = 0; i < tag->raw_name.len && i < 19; i++) {
            name[i] = (char) (tag->raw_name.data[i]
                              | (tag->raw_name.data[i] >= 'A'
                                 && tag->raw_name.data[i] <= 'Z' ? 0x20 : 0));
        }

        name[i] = '\0';

        if (strcmp(name, "image") == 0) {
            strcpy(name, "img");
        }

        return;
    }

    strcpy(name, "?");

    for (i = 0; i < sizeof(implied) / sizeof(implied[0]); i++) {
        if (patron_html_name((const patron_uchar_t *) implied[i],
                             strlen(implied[i]))
            == el->name)
        {
            strcpy(name, implied[i]);
        }
    }
}


static int
event(void *ctx, const patron_html_event_t *ev)
{
    int      i;
    tree_t  *t = ctx;

    if (ev->type == PATRON_HTML_OPEN && t->n < NODES) {
        t->depth = (int) ev->index;
        t->parent[t->n] = t->depth ? t->stack[t->depth - 1] : -1;
        name_of(t->name[t->n], patron_html_element(t->html, ev->index),
                ev->tag);
        t->stack[t->depth++] = t->n++;
    }

    if (ev->type == PATRON_HTML_CLOSE && !ev->stays) {
        t->depth--;

        for (i = (int) ev->index; i < t->depth; i++) {
            t->stack[i] = t->stack[i + 1];
        }
    }

    return PATRON_OK;
}


static void
print(char *text, const tree_t *t, int node)
{
    int  i, n;

    strcat(text, t->name[node]);

    for (i = node + 1, n = 0; i < t->n; i++) {
        if (t->parent[i] == node) {
            strcat(text, n++ ? "," : "(");
            print(text, t, i);
        }
    }

    if (n) {
        strcat(text, ")");
    }
}


static void
parse(char *text, const char *page, size_t chunk)
{
    size_t   pos, n, len;
    tree_t  *t;

    t = calloc(1, sizeof(tree_t));
    len = strlen(page);

    t->html = patron_html_create(NULL, 0, event, t);

    for (pos = 0; pos < len; pos += n) {
        n = (len - pos < chunk) ? len - pos : chunk;
        (void) patron_html_feed(t->html, (const patron_uchar_t *) page + pos,
                                n);
    }

    (void) patron_html_finish(t->html);

    text[0] = '\0';

    if (t->n) {
        print(text, t, 0);
    }

    patron_html_destroy(t->html);
    free(t);
}


int
main(void)
{
    char          whole[TEXT], single[TEXT], name[TEXT];
    size_t        i, n;
    patron_str_t  got;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        parse(whole, cases[i].page, 4096);
        parse(single, cases[i].page, 1);

        /* a line of TAP */

        for (n = 0; cases[i].page[n] != '\0'; n++) {
            name[n] = cases[i].page[n] < ' ' || cases[i].page[n] == '#'
                      ? ' ' : cases[i].page[n];
        }

        name[n] = '\0';

        got = str(whole);
        is_str(&got, cases[i].tree, name);

        got = str(single);
        is_str(&got, whole, "the same in single bytes");
    }

    return done();
}
