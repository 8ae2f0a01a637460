
/*
 * The tags that tree construction knows by name, and some that are frequent:
 * for each its id, its packed name, the classes its elements belong to, and
 * which rule of "in body" its start and its end tag follow.  Source: WHATWG
 * HTML, sections 13.2.4.2 (the classes) and 13.2.6.4.7 (the rules).
 */


#ifndef _PATRON_HTML_TAGS_H_INCLUDED_
#define _PATRON_HTML_TAGS_H_INCLUDED_


#include "patron_html.h"


/* The classes of an element. */

#define EL_SPECIAL      0x000001
#define EL_SCOPE        0x000002    /* bounds every scope */
#define EL_LIST         0x000004    /* bounds list item scope too */
#define EL_BUTTON       0x000008    /* bounds button scope too */
#define EL_TABLE_SCOPE  0x000010    /* bounds table scope */
#define EL_OPTION       0x000020    /* an option, or a group of them */
#define EL_IMPLIED      0x000040    /* its end tag may be implied */
#define EL_THOROUGH     0x000080    /* ... when all are implied thoroughly */
#define EL_FORMAT       0x000100    /* a formatting element */
#define EL_HEADING      0x000200
#define EL_LI_PASS      0x000400    /* an open li is looked for behind it */
#define EL_TABLE        0x000800    /* "clear back to table" stops here */
#define EL_TBODY        0x001000    /* ... to table body ... */
#define EL_ROW          0x002000    /* ... to table row ... */
#define EL_IN_TABLE     0x004000    /* text in it is misplaced */
#define EL_TABLE_PART   0x008000    /* its start tag ends a cell or caption */
#define EL_TEXT         0x010000    /* its tag switches to a text mode */
#define EL_BREAKOUT     0x020000    /* its start tag leaves svg and math */
#define EL_HTML_POINT   0x040000    /* an HTML integration point */
#define EL_MATH_POINT   0x080000    /* a MathML text integration point */
#define EL_ANNOTATION   0x100000    /* math's annotation-xml */
#define EL_FOREIGN      0x200000    /* an element of svg or math */
#define EL_RUBY         0x400000    /* skimming: a ruby may be open in it */
#define EL_UNSURE       0x800000    /* skimming: it may have ended */


/* X(id, name, classes, rule of the start tag, rule of the end tag) */

#define PATRON_HTML_SHORT_TAGS(X)                                            \
    X(A, PATRON_HTML_PACK('a',0,0,0,0,0,0,0),                                \
      EL_FORMAT, A, FORMAT)                                                  \
    X(ABBR, PATRON_HTML_PACK('a','b','b','r',0,0,0,0),                       \
      0, ANY, ANY)                                                           \
    X(ADDRESS, PATRON_HTML_PACK('a','d','d','r','e','s','s',0),              \
      EL_SPECIAL | EL_LI_PASS, BLOCK, BLOCK)                                 \
    X(APPLET, PATRON_HTML_PACK('a','p','p','l','e','t',0,0),                 \
      EL_SPECIAL | EL_SCOPE, OBJECT, OBJECT)                                 \
    X(AREA, PATRON_HTML_PACK('a','r','e','a',0,0,0,0),                       \
      EL_SPECIAL, VOID, ANY)                                                 \
    X(ARTICLE, PATRON_HTML_PACK('a','r','t','i','c','l','e',0),              \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(ASIDE, PATRON_HTML_PACK('a','s','i','d','e',0,0,0),                    \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(AUDIO, PATRON_HTML_PACK('a','u','d','i','o',0,0,0),                    \
      0, ANY, ANY)                                                           \
    X(B, PATRON_HTML_PACK('b',0,0,0,0,0,0,0),                                \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(BASE, PATRON_HTML_PACK('b','a','s','e',0,0,0,0),                       \
      EL_SPECIAL, HEAD, ANY)                                                 \
    X(BASEFONT, PATRON_HTML_PACK('b','a','s','e','f','o','n','t'),           \
      EL_SPECIAL, HEAD, ANY)                                                 \
    X(BGSOUND, PATRON_HTML_PACK('b','g','s','o','u','n','d',0),              \
      EL_SPECIAL, HEAD, ANY)                                                 \
    X(BIG, PATRON_HTML_PACK('b','i','g',0,0,0,0,0),                          \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(BODY, PATRON_HTML_PACK('b','o','d','y',0,0,0,0),                       \
      EL_SPECIAL | EL_BREAKOUT, BODY, BODY)                                  \
    X(BR, PATRON_HTML_PACK('b','r',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_BREAKOUT, VOID, BR)                                    \
    X(BUTTON, PATRON_HTML_PACK('b','u','t','t','o','n',0,0),                 \
      EL_SPECIAL | EL_BUTTON, BUTTON, BLOCK)                                 \
    X(CANVAS, PATRON_HTML_PACK('c','a','n','v','a','s',0,0),                 \
      0, ANY, ANY)                                                           \
    X(CAPTION, PATRON_HTML_PACK('c','a','p','t','i','o','n',0),              \
      EL_SPECIAL | EL_SCOPE | EL_THOROUGH | EL_TABLE_PART, IGNORE, TABLE)    \
    X(CENTER, PATRON_HTML_PACK('c','e','n','t','e','r',0,0),                 \
      EL_SPECIAL | EL_BREAKOUT, BLOCK, BLOCK)                                \
    X(CITE, PATRON_HTML_PACK('c','i','t','e',0,0,0,0),                       \
      0, ANY, ANY)                                                           \
    X(CODE, PATRON_HTML_PACK('c','o','d','e',0,0,0,0),                       \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(COL, PATRON_HTML_PACK('c','o','l',0,0,0,0,0),                          \
      EL_SPECIAL | EL_TABLE_PART, IGNORE, TABLE)                             \
    X(COLGROUP, PATRON_HTML_PACK('c','o','l','g','r','o','u','p'),           \
      EL_SPECIAL | EL_THOROUGH | EL_TABLE_PART, IGNORE, TABLE)               \
    X(DATALIST, PATRON_HTML_PACK('d','a','t','a','l','i','s','t'),           \
      0, ANY, ANY)                                                           \
    X(DD, PATRON_HTML_PACK('d','d',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_IMPLIED | EL_THOROUGH | EL_BREAKOUT, DD, DD)           \
    X(DEL, PATRON_HTML_PACK('d','e','l',0,0,0,0,0),                          \
      0, ANY, ANY)                                                           \
    X(DESC, PATRON_HTML_PACK('d','e','s','c',0,0,0,0),                       \
      0, ANY, ANY)                                                           \
    X(DETAILS, PATRON_HTML_PACK('d','e','t','a','i','l','s',0),              \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(DIALOG, PATRON_HTML_PACK('d','i','a','l','o','g',0,0),                 \
      0, BLOCK, BLOCK)                                                       \
    X(DIR, PATRON_HTML_PACK('d','i','r',0,0,0,0,0),                          \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(DIV, PATRON_HTML_PACK('d','i','v',0,0,0,0,0),                          \
      EL_SPECIAL | EL_LI_PASS | EL_BREAKOUT, BLOCK, BLOCK)                   \
    X(DL, PATRON_HTML_PACK('d','l',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_BREAKOUT, BLOCK, BLOCK)                                \
    X(DT, PATRON_HTML_PACK('d','t',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_IMPLIED | EL_THOROUGH | EL_BREAKOUT, DD, DD)           \
    X(EM, PATRON_HTML_PACK('e','m',0,0,0,0,0,0),                             \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(EMBED, PATRON_HTML_PACK('e','m','b','e','d',0,0,0),                    \
      EL_SPECIAL | EL_BREAKOUT, VOID, ANY)                                   \
    X(FIELDSET, PATRON_HTML_PACK('f','i','e','l','d','s','e','t'),           \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(FIGURE, PATRON_HTML_PACK('f','i','g','u','r','e',0,0),                 \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(FONT, PATRON_HTML_PACK('f','o','n','t',0,0,0,0),                       \
      EL_FORMAT, FORMAT, FORMAT)                                             \
    X(FOOTER, PATRON_HTML_PACK('f','o','o','t','e','r',0,0),                 \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(FORM, PATRON_HTML_PACK('f','o','r','m',0,0,0,0),                       \
      EL_SPECIAL, FORM, FORM)                                                \
    X(FRAME, PATRON_HTML_PACK('f','r','a','m','e',0,0,0),                    \
      EL_SPECIAL, IGNORE, ANY)                                               \
    X(FRAMESET, PATRON_HTML_PACK('f','r','a','m','e','s','e','t'),           \
      EL_SPECIAL, FRAMESET, ANY)                                             \
    X(G, PATRON_HTML_PACK('g',0,0,0,0,0,0,0),                                \
      0, ANY, ANY)                                                           \
    X(H1, PATRON_HTML_PACK('h','1',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_HEADING | EL_BREAKOUT, HEADING, HEADING)               \
    X(H2, PATRON_HTML_PACK('h','2',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_HEADING | EL_BREAKOUT, HEADING, HEADING)               \
    X(H3, PATRON_HTML_PACK('h','3',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_HEADING | EL_BREAKOUT, HEADING, HEADING)               \
    X(H4, PATRON_HTML_PACK('h','4',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_HEADING | EL_BREAKOUT, HEADING, HEADING)               \
    X(H5, PATRON_HTML_PACK('h','5',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_HEADING | EL_BREAKOUT, HEADING, HEADING)               \
    X(H6, PATRON_HTML_PACK('h','6',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_HEADING | EL_BREAKOUT, HEADING, HEADING)               \
    X(HEAD, PATRON_HTML_PACK('h','e','a','d',0,0,0,0),                       \
      EL_SPECIAL | EL_BREAKOUT, IGNORE, ANY)                                 \
    X(HEADER, PATRON_HTML_PACK('h','e','a','d','e','r',0,0),                 \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(HGROUP, PATRON_HTML_PACK('h','g','r','o','u','p',0,0),                 \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(HR, PATRON_HTML_PACK('h','r',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_BREAKOUT, HR, ANY)                                     \
    X(HTML, PATRON_HTML_PACK('h','t','m','l',0,0,0,0),                       \
      EL_SPECIAL | EL_SCOPE | EL_TABLE_SCOPE | EL_TABLE | EL_TBODY |         \
      EL_ROW, HTML, HTML)                                                    \
    X(I, PATRON_HTML_PACK('i',0,0,0,0,0,0,0),                                \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(IFRAME, PATRON_HTML_PACK('i','f','r','a','m','e',0,0),                 \
      EL_SPECIAL | EL_TEXT, IFRAME, ANY)                                     \
    X(IMAGE, PATRON_HTML_PACK('i','m','a','g','e',0,0,0),                    \
      0, IMAGE, ANY)                                                         \
    X(IMG, PATRON_HTML_PACK('i','m','g',0,0,0,0,0),                          \
      EL_SPECIAL | EL_BREAKOUT, VOID, ANY)                                   \
    X(INPUT, PATRON_HTML_PACK('i','n','p','u','t',0,0,0),                    \
      EL_SPECIAL, INPUT, ANY)                                                \
    X(INS, PATRON_HTML_PACK('i','n','s',0,0,0,0,0),                          \
      0, ANY, ANY)                                                           \
    X(KEYGEN, PATRON_HTML_PACK('k','e','y','g','e','n',0,0),                 \
      EL_SPECIAL, VOID, ANY)                                                 \
    X(LABEL, PATRON_HTML_PACK('l','a','b','e','l',0,0,0),                    \
      0, ANY, ANY)                                                           \
    X(LEGEND, PATRON_HTML_PACK('l','e','g','e','n','d',0,0),                 \
      0, ANY, ANY)                                                           \
    X(LI, PATRON_HTML_PACK('l','i',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_IMPLIED | EL_THOROUGH | EL_BREAKOUT, LI, LI)           \
    X(LINK, PATRON_HTML_PACK('l','i','n','k',0,0,0,0),                       \
      EL_SPECIAL, HEAD, ANY)                                                 \
    X(LISTING, PATRON_HTML_PACK('l','i','s','t','i','n','g',0),              \
      EL_SPECIAL | EL_BREAKOUT, PRE, BLOCK)                                  \
    X(MAIN, PATRON_HTML_PACK('m','a','i','n',0,0,0,0),                       \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(MAP, PATRON_HTML_PACK('m','a','p',0,0,0,0,0),                          \
      0, ANY, ANY)                                                           \
    X(MARQUEE, PATRON_HTML_PACK('m','a','r','q','u','e','e',0),              \
      EL_SPECIAL | EL_SCOPE, OBJECT, OBJECT)                                 \
    X(MATH, PATRON_HTML_PACK('m','a','t','h',0,0,0,0),                       \
      0, MATH, ANY)                                                          \
    X(MENU, PATRON_HTML_PACK('m','e','n','u',0,0,0,0),                       \
      EL_SPECIAL | EL_BREAKOUT, BLOCK, BLOCK)                                \
    X(META, PATRON_HTML_PACK('m','e','t','a',0,0,0,0),                       \
      EL_SPECIAL | EL_BREAKOUT, HEAD, ANY)                                   \
    X(MGLYPH, PATRON_HTML_PACK('m','g','l','y','p','h',0,0),                 \
      0, ANY, ANY)                                                           \
    X(MI, PATRON_HTML_PACK('m','i',0,0,0,0,0,0),                             \
      0, ANY, ANY)                                                           \
    X(MN, PATRON_HTML_PACK('m','n',0,0,0,0,0,0),                             \
      0, ANY, ANY)                                                           \
    X(MO, PATRON_HTML_PACK('m','o',0,0,0,0,0,0),                             \
      0, ANY, ANY)                                                           \
    X(MS, PATRON_HTML_PACK('m','s',0,0,0,0,0,0),                             \
      0, ANY, ANY)                                                           \
    X(MTEXT, PATRON_HTML_PACK('m','t','e','x','t',0,0,0),                    \
      0, ANY, ANY)                                                           \
    X(NAV, PATRON_HTML_PACK('n','a','v',0,0,0,0,0),                          \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(NOBR, PATRON_HTML_PACK('n','o','b','r',0,0,0,0),                       \
      EL_FORMAT | EL_BREAKOUT, NOBR, FORMAT)                                 \
    X(NOEMBED, PATRON_HTML_PACK('n','o','e','m','b','e','d',0),              \
      EL_SPECIAL | EL_TEXT, RAWTEXT, ANY)                                    \
    X(NOFRAMES, PATRON_HTML_PACK('n','o','f','r','a','m','e','s'),           \
      EL_SPECIAL | EL_TEXT, RAWTEXT, ANY)                                    \
    X(NOSCRIPT, PATRON_HTML_PACK('n','o','s','c','r','i','p','t'),           \
      EL_SPECIAL | EL_TEXT, RAWTEXT, ANY)                                    \
    X(OBJECT, PATRON_HTML_PACK('o','b','j','e','c','t',0,0),                 \
      EL_SPECIAL | EL_SCOPE, OBJECT, OBJECT)                                 \
    X(OL, PATRON_HTML_PACK('o','l',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_LIST | EL_BREAKOUT, BLOCK, BLOCK)                      \
    X(OPTGROUP, PATRON_HTML_PACK('o','p','t','g','r','o','u','p'),           \
      EL_IMPLIED | EL_THOROUGH | EL_OPTION, OPTION, ANY)                     \
    X(OPTION, PATRON_HTML_PACK('o','p','t','i','o','n',0,0),                 \
      EL_IMPLIED | EL_THOROUGH | EL_OPTION, OPTION, ANY)                     \
    X(P, PATRON_HTML_PACK('p',0,0,0,0,0,0,0),                                \
      EL_SPECIAL | EL_LI_PASS | EL_IMPLIED | EL_THOROUGH | EL_BREAKOUT,      \
      BLOCK, P)                                                              \
    X(PARAM, PATRON_HTML_PACK('p','a','r','a','m',0,0,0),                    \
      EL_SPECIAL, PARAM, ANY)                                                \
    X(PATH, PATRON_HTML_PACK('p','a','t','h',0,0,0,0),                       \
      0, ANY, ANY)                                                           \
    X(PICTURE, PATRON_HTML_PACK('p','i','c','t','u','r','e',0),              \
      0, ANY, ANY)                                                           \
    X(PRE, PATRON_HTML_PACK('p','r','e',0,0,0,0,0),                          \
      EL_SPECIAL | EL_BREAKOUT, PRE, BLOCK)                                  \
    X(PROGRESS, PATRON_HTML_PACK('p','r','o','g','r','e','s','s'),           \
      0, ANY, ANY)                                                           \
    X(Q, PATRON_HTML_PACK('q',0,0,0,0,0,0,0),                                \
      0, ANY, ANY)                                                           \
    X(RB, PATRON_HTML_PACK('r','b',0,0,0,0,0,0),                             \
      EL_IMPLIED | EL_THOROUGH, RB, ANY)                                     \
    X(RECT, PATRON_HTML_PACK('r','e','c','t',0,0,0,0),                       \
      0, ANY, ANY)                                                           \
    X(RP, PATRON_HTML_PACK('r','p',0,0,0,0,0,0),                             \
      EL_IMPLIED | EL_THOROUGH, RT, ANY)                                     \
    X(RT, PATRON_HTML_PACK('r','t',0,0,0,0,0,0),                             \
      EL_IMPLIED | EL_THOROUGH, RT, ANY)                                     \
    X(RTC, PATRON_HTML_PACK('r','t','c',0,0,0,0,0),                          \
      EL_IMPLIED | EL_THOROUGH, RB, ANY)                                     \
    X(RUBY, PATRON_HTML_PACK('r','u','b','y',0,0,0,0),                       \
      EL_BREAKOUT, ANY, ANY)                                                 \
    X(S, PATRON_HTML_PACK('s',0,0,0,0,0,0,0),                                \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(SCRIPT, PATRON_HTML_PACK('s','c','r','i','p','t',0,0),                 \
      EL_SPECIAL | EL_TEXT, HEAD, ANY)                                       \
    X(SEARCH, PATRON_HTML_PACK('s','e','a','r','c','h',0,0),                 \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(SECTION, PATRON_HTML_PACK('s','e','c','t','i','o','n',0),              \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(SELECT, PATRON_HTML_PACK('s','e','l','e','c','t',0,0),                 \
      EL_SPECIAL | EL_SCOPE, SELECT, SELECT)                                 \
    X(SMALL, PATRON_HTML_PACK('s','m','a','l','l',0,0,0),                    \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(SOURCE, PATRON_HTML_PACK('s','o','u','r','c','e',0,0),                 \
      EL_SPECIAL, PARAM, ANY)                                                \
    X(SPAN, PATRON_HTML_PACK('s','p','a','n',0,0,0,0),                       \
      EL_BREAKOUT, ANY, ANY)                                                 \
    X(STRIKE, PATRON_HTML_PACK('s','t','r','i','k','e',0,0),                 \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(STRONG, PATRON_HTML_PACK('s','t','r','o','n','g',0,0),                 \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(STYLE, PATRON_HTML_PACK('s','t','y','l','e',0,0,0),                    \
      EL_SPECIAL | EL_TEXT, HEAD, ANY)                                       \
    X(SUB, PATRON_HTML_PACK('s','u','b',0,0,0,0,0),                          \
      EL_BREAKOUT, ANY, ANY)                                                 \
    X(SUMMARY, PATRON_HTML_PACK('s','u','m','m','a','r','y',0),              \
      EL_SPECIAL, BLOCK, BLOCK)                                              \
    X(SUP, PATRON_HTML_PACK('s','u','p',0,0,0,0,0),                          \
      EL_BREAKOUT, ANY, ANY)                                                 \
    X(SVG, PATRON_HTML_PACK('s','v','g',0,0,0,0,0),                          \
      0, SVG, ANY)                                                           \
    X(TABLE, PATRON_HTML_PACK('t','a','b','l','e',0,0,0),                    \
      EL_SPECIAL | EL_SCOPE | EL_TABLE_SCOPE | EL_TABLE | EL_IN_TABLE |      \
      EL_BREAKOUT, TABLE, TABLE)                                             \
    X(TBODY, PATRON_HTML_PACK('t','b','o','d','y',0,0,0),                    \
      EL_SPECIAL | EL_THOROUGH | EL_TABLE_PART | EL_TBODY | EL_IN_TABLE,     \
      IGNORE, TABLE)                                                         \
    X(TD, PATRON_HTML_PACK('t','d',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_SCOPE | EL_THOROUGH | EL_TABLE_PART, IGNORE, TABLE)    \
    X(TEMPLATE, PATRON_HTML_PACK('t','e','m','p','l','a','t','e'),           \
      EL_SPECIAL | EL_SCOPE | EL_TABLE_SCOPE | EL_TABLE | EL_TBODY |         \
      EL_ROW, HEAD, TEMPLATE)                                                \
    X(TEXTAREA, PATRON_HTML_PACK('t','e','x','t','a','r','e','a'),           \
      EL_SPECIAL | EL_TEXT, TEXTAREA, ANY)                                   \
    X(TFOOT, PATRON_HTML_PACK('t','f','o','o','t',0,0,0),                    \
      EL_SPECIAL | EL_THOROUGH | EL_TABLE_PART | EL_TBODY | EL_IN_TABLE,     \
      IGNORE, TABLE)                                                         \
    X(TH, PATRON_HTML_PACK('t','h',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_SCOPE | EL_THOROUGH | EL_TABLE_PART, IGNORE, TABLE)    \
    X(THEAD, PATRON_HTML_PACK('t','h','e','a','d',0,0,0),                    \
      EL_SPECIAL | EL_THOROUGH | EL_TABLE_PART | EL_TBODY | EL_IN_TABLE,     \
      IGNORE, TABLE)                                                         \
    X(TIME, PATRON_HTML_PACK('t','i','m','e',0,0,0,0),                       \
      0, ANY, ANY)                                                           \
    X(TITLE, PATRON_HTML_PACK('t','i','t','l','e',0,0,0),                    \
      EL_SPECIAL | EL_TEXT, HEAD, ANY)                                       \
    X(TR, PATRON_HTML_PACK('t','r',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_THOROUGH | EL_TABLE_PART | EL_ROW | EL_IN_TABLE,       \
      IGNORE, TABLE)                                                         \
    X(TRACK, PATRON_HTML_PACK('t','r','a','c','k',0,0,0),                    \
      EL_SPECIAL, PARAM, ANY)                                                \
    X(TT, PATRON_HTML_PACK('t','t',0,0,0,0,0,0),                             \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(U, PATRON_HTML_PACK('u',0,0,0,0,0,0,0),                                \
      EL_FORMAT | EL_BREAKOUT, FORMAT, FORMAT)                               \
    X(UL, PATRON_HTML_PACK('u','l',0,0,0,0,0,0),                             \
      EL_SPECIAL | EL_LIST | EL_BREAKOUT, BLOCK, BLOCK)                      \
    X(USE, PATRON_HTML_PACK('u','s','e',0,0,0,0,0),                          \
      0, ANY, ANY)                                                           \
    X(VAR, PATRON_HTML_PACK('v','a','r',0,0,0,0,0),                          \
      EL_BREAKOUT, ANY, ANY)                                                 \
    X(VIDEO, PATRON_HTML_PACK('v','i','d','e','o',0,0,0),                    \
      0, ANY, ANY)                                                           \
    X(WBR, PATRON_HTML_PACK('w','b','r',0,0,0,0,0),                          \
      EL_SPECIAL, VOID, ANY)                                                 \
    X(XMP, PATRON_HTML_PACK('x','m','p',0,0,0,0,0),                          \
      EL_SPECIAL | EL_TEXT, XMP, ANY)


/* Names of more than eight bytes. */

#define PATRON_HTML_LONG_TAGS(X)                                             \
    X(ANNOTATION_XML, "annotation-xml", 0, ANY, ANY)                         \
    X(BLOCKQUOTE, "blockquote", EL_SPECIAL | EL_BREAKOUT, BLOCK, BLOCK)      \
    X(FIGCAPTION, "figcaption", EL_SPECIAL, BLOCK, BLOCK)                    \
    X(FOREIGNOBJECT, "foreignobject", 0, ANY, ANY)                           \
    X(MALIGNMARK, "malignmark", 0, ANY, ANY)                                 \
    X(PLAINTEXT, "plaintext", EL_SPECIAL | EL_TEXT, PLAINTEXT, ANY)


typedef enum {
    TAG_UNKNOWN = 0,

#define PATRON_HTML_ID(id, name, classes, start, end)  TAG_##id,
    PATRON_HTML_SHORT_TAGS(PATRON_HTML_ID)
    PATRON_HTML_LONG_TAGS(PATRON_HTML_ID)
#undef PATRON_HTML_ID

    TAG_COUNT
} patron_html_id_e;


/* The rules of "in body" for start tags ... */

typedef enum {
    START_ANY = 0,
    START_BLOCK,
    START_FORMAT,
    START_A,
    START_VOID,
    START_LI,
    START_DD,
    START_HEADING,
    START_HEAD,         /* as "in head" has it */
    START_PARAM,
    START_HR,
    START_INPUT,
    START_IMAGE,
    START_PRE,
    START_FORM,
    START_BUTTON,
    START_NOBR,
    START_OBJECT,
    START_TABLE,
    START_SELECT,
    START_OPTION,
    START_RB,
    START_RT,
    START_TEXTAREA,
    START_XMP,
    START_IFRAME,
    START_RAWTEXT,
    START_PLAINTEXT,
    START_MATH,
    START_SVG,
    START_HTML,
    START_BODY,
    START_FRAMESET,
    START_IGNORE
} patron_html_start_e;


/*
 * ... and for end tags: up to END_HEADING they do nothing but close the
 * current element if it is their own.
 */

typedef enum {
    END_ANY = 0,
    END_BLOCK,
    END_P,
    END_LI,
    END_DD,
    END_HEADING,
    END_FORMAT,
    END_TABLE,
    END_OBJECT,
    END_BR,
    END_FORM,
    END_BODY,
    END_HTML,
    END_TEMPLATE,
    END_SELECT
} patron_html_end_e;


typedef struct {
    uint32_t  classes;
    uint8_t   start;    /* patron_html_start_e */
    uint8_t   end;      /* patron_html_end_e */
    uint8_t   len;      /* of the name, or 0 if it is a long one */
} patron_html_known_t;


extern const patron_html_known_t  patron_html_known[TAG_COUNT];


/* The id of a name; raw is its bytes, which decide where it is hashed. */

unsigned patron_html_id(patron_html_name_t name, const patron_str_t *raw);

/* The name of a short tag's id. */

patron_html_name_t patron_html_id_name(unsigned id);


#endif /* _PATRON_HTML_TAGS_H_INCLUDED_ */
