
/*
 * See the header.  Every language says the same, in its own words; what a
 * program reads as JSON is the same text.
 */


#include <stdio.h>
#include <string.h>

#include "patron_own_page.h"


typedef struct {
    patron_str_t  code;
    patron_str_t  says[PATRON_SAYINGS];
} patron_own_page_words_t;


static int patron_own_page_same(const patron_str_t *a, const patron_str_t *b);
static const patron_uchar_t *patron_own_page_comment(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_str_t *word);
static int patron_own_page_failed(const patron_str_t *html,
    const patron_uchar_t *p, const char *why, char *err);


const patron_str_t  patron_own_page_default = patron_string(
    "<!DOCTYPE html>\n"
    "<html lang=\"${page:language}\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<link rel=\"icon\" href=\"data:,\">\n"
    "<title>${page:title}</title>\n"
    "<style>\n"
    ":root{color-scheme:light dark;--fill:#7d1d1d;--on:#fff;--paper:#fffdf8;"
    "--ink:#221c18}\n"
    "@media (prefers-color-scheme:dark){:root{--fill:#f2b5a5;--on:#2b0f0b;"
    "--paper:#1c1b1a;--ink:#f4ede4}}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:max(1.0625rem,17px)/1.55 system-ui,sans-serif;"
    "overflow-wrap:anywhere}\n"
    "main{max-width:34em;margin:0 auto;padding:12vh 1.25em}\n"
    "h1{margin:0 0 .6em;font-size:1.6em;line-height:1.2}\n"
    "p{margin:0 0 1.25em}\n"
    "input,a,button{box-sizing:border-box;min-height:44px;border:1px solid;"
    "border-radius:.35em;font:inherit}\n"
    "input{width:100%;padding:.5em .75em;background:transparent;"
    "color:inherit}\n"
    "a,button{display:inline-block;padding:.6em 1.25em;border-color:"
    "transparent;background:var(--fill);color:var(--on);font-weight:700;"
    "line-height:1.25;text-decoration:none;cursor:pointer}\n"
    ":focus-visible{outline:3px solid var(--ink);outline-offset:2px}\n"
    "</style>\n"
    "</head>\n"
    "<body>\n"
    "<main>\n"
    "<h1>${page:title}</h1>\n"
    "<!--patron:gift-->\n"
    "<p><label for=\"link\">${page:text}</label></p>\n"
    "<p><input id=\"link\" readonly value=\"${page:link}\"></p>\n"
    "<p><a href=\"${page:link}\">${page:button}</a></p>\n"
    "<!--/patron-->\n"
    "<!--patron:activate-->\n"
    "<form method=\"post\" action=\"?\">\n"
    "<p>${page:text}</p>\n"
    "<input type=\"hidden\" name=\"token\" value=\"${page:token}\">\n"
    "<input type=\"hidden\" name=\"to\" value=\"${page:to}\">\n"
    "<p><button>${page:button}</button></p>\n"
    "</form>\n"
    "<!--/patron-->\n"
    "<!--patron:feed-->\n"
    "<p><label for=\"link\">${page:text}</label></p>\n"
    "<p><input id=\"link\" readonly value=\"${page:link}\"></p>\n"
    "<!--/patron-->\n"
    "<!--patron:refused-->\n"
    "<p>${page:text}</p>\n"
    "<!--/patron-->\n"
    "</main>\n"
    "</body>\n"
    "</html>\n");


/* In the order of patron_own_page_e. */

static const patron_str_t  patron_own_page_names[] = {
    patron_string("gift"),
    patron_string("activate"),
    patron_string("feed"),
    patron_string("refused")
};


/* The sayings in the order of patron_say_e. */

static const patron_own_page_words_t  patron_own_page_words[] = {

    { patron_string("en"),
      { patron_string("Your gift link"),
        patron_string("Whoever has this link may read the article:"),
        patron_string("Open the article"),
        patron_string("No gift"),
        patron_string("Gifts are made on the page of an article, by POST."),
        patron_string("Gifts are made by patrons, from a page of this site."),
        patron_string("\"path\" must be a path of this site, in UTF-8."),
        patron_string("You have given away all your gifts of this period."),
        patron_string("Gifts cannot be made just now. Please try again in a "
                      "minute."),
        patron_string("Your membership"),
        patron_string("One more step, on the device you read with:"),
        patron_string("Activate my membership"),
        patron_string("This link was used before, or is too old. Please ask "
                      "for another."),
        patron_string("This link is not complete. Please copy all of it from "
                      "your mail, or ask for another."),
        patron_string("Please open the link in your mail again, and press the "
                      "button on its page."),
        patron_string("Memberships cannot be activated just now. Please try "
                      "again in a minute."),
        patron_string("Your feed"),
        patron_string("This address is yours alone. Give it to your program "
                      "for feeds or podcasts, and to nobody else:"),
        patron_string("No address"),
        patron_string("Addresses of feeds are made by POST."),
        patron_string("Addresses are made by members, from a page of this "
                      "site."),
        patron_string("You have 20 addresses. One has to be taken back "
                      "first."),
        patron_string("Addresses cannot be made just now. Please try again in "
                      "a minute."),
        patron_string("The rest is for members") } },

    { patron_string("uk"),
      { patron_string("Ваше посилання-подарунок"),
        patron_string("Хто має це посилання, може прочитати статтю:"),
        patron_string("Відкрити статтю"),
        patron_string("Подарунка немає"),
        patron_string("Статті дарують на їхній сторінці, запитом POST."),
        patron_string("Статті дарують передплатники, зі сторінки цього "
                      "сайту."),
        patron_string("\"path\" має бути шляхом на цьому сайті, в UTF-8."),
        patron_string("Ви вже подарували всі статті, які могли за цей "
                      "період."),
        patron_string("Зараз подарувати статтю не вдається. Спробуйте ще раз "
                      "за хвилину."),
        patron_string("Ваша підписка"),
        patron_string("Ще один крок, на пристрої, з якого ви читаєте:"),
        patron_string("Увімкнути мою підписку"),
        patron_string("Це посилання вже використано, або воно застаріло. "
                      "Попросіть, будь ласка, нове."),
        patron_string("Це посилання неповне. Скопіюйте його з листа повністю "
                      "або попросіть нове."),
        patron_string("Відкрийте, будь ласка, посилання з листа ще раз і "
                      "натисніть кнопку на його сторінці."),
        patron_string("Зараз увімкнути підписку не вдається. Спробуйте ще раз "
                      "за хвилину."),
        patron_string("Ваша стрічка"),
        patron_string("Ця адреса лише ваша. Додайте її до своєї програми для "
                      "стрічок чи подкастів і нікому не передавайте:"),
        patron_string("Адреси немає"),
        patron_string("Адреси стрічок створюють запитом POST."),
        patron_string("Адреси створюють передплатники, зі сторінки цього "
                      "сайту."),
        patron_string("У вас уже 20 адрес. Спершу треба скасувати одну з "
                      "них."),
        patron_string("Зараз створити адресу не вдається. Спробуйте ще раз за "
                      "хвилину."),
        patron_string("Далі — для передплатників") } },

    { patron_string("de"),
      { patron_string("Ihr Geschenklink"),
        patron_string("Wer diesen Link hat, darf den Artikel lesen:"),
        patron_string("Artikel öffnen"),
        patron_string("Kein Geschenk"),
        patron_string("Verschenkt wird auf der Seite eines Artikels, mit "
                      "POST."),
        patron_string("Verschenken können Mitglieder, von einer Seite dieser "
                      "Website aus."),
        patron_string("\"path\" muss ein Pfad dieser Website sein, in UTF-8."),
        patron_string("Sie haben in diesem Zeitraum schon alle Artikel "
                      "verschenkt, die Sie verschenken können."),
        patron_string("Gerade lässt sich nichts verschenken. Bitte versuchen "
                      "Sie es in einer Minute noch einmal."),
        patron_string("Ihre Mitgliedschaft"),
        patron_string("Noch ein Schritt, auf dem Gerät, mit dem Sie lesen:"),
        patron_string("Mitgliedschaft aktivieren"),
        patron_string("Dieser Link wurde schon benutzt oder ist zu alt. Bitte "
                      "fordern Sie einen neuen an."),
        patron_string("Dieser Link ist nicht vollständig. Bitte kopieren Sie "
                      "ihn ganz aus Ihrer E-Mail, oder fordern Sie einen "
                      "neuen an."),
        patron_string("Bitte öffnen Sie den Link in Ihrer E-Mail noch einmal "
                      "und drücken Sie den Knopf auf seiner Seite."),
        patron_string("Gerade lässt sich keine Mitgliedschaft aktivieren. "
                      "Bitte versuchen Sie es in einer Minute noch "
                      "einmal."),
        patron_string("Ihr Feed"),
        patron_string("Diese Adresse gehört nur Ihnen. Geben Sie sie Ihrem "
                      "Programm für Feeds oder Podcasts, und sonst "
                      "niemandem:"),
        patron_string("Keine Adresse"),
        patron_string("Adressen von Feeds werden mit POST angelegt."),
        patron_string("Adressen legen Mitglieder an, von einer Seite dieser "
                      "Website aus."),
        patron_string("Sie haben schon 20 Adressen. Erst muss eine davon "
                      "zurückgenommen werden."),
        patron_string("Gerade lassen sich keine Adressen anlegen. Bitte "
                      "versuchen Sie es in einer Minute noch einmal."),
        patron_string("Der Rest ist für Mitglieder") } },

    { patron_string("fr"),
      { patron_string("Votre lien cadeau"),
        patron_string("Toute personne qui a ce lien peut lire l’article :"),
        patron_string("Ouvrir l’article"),
        patron_string("Pas de cadeau"),
        patron_string("On offre un article depuis sa page, par POST."),
        patron_string("Seuls les abonnés peuvent offrir un article, depuis une "
                      "page de ce site."),
        patron_string("\"path\" doit être un chemin de ce site, en UTF-8."),
        patron_string("Vous avez déjà offert tous les articles de cette "
                      "période."),
        patron_string("Impossible d’offrir un article pour l’instant. "
                      "Réessayez dans une minute."),
        patron_string("Votre abonnement"),
        patron_string("Encore une étape, sur l’appareil avec lequel vous "
                      "lisez :"),
        patron_string("Activer mon abonnement"),
        patron_string("Ce lien a déjà servi, ou il est trop ancien. "
                      "Demandez-en un autre."),
        patron_string("Ce lien est incomplet. Copiez-le en entier depuis votre "
                      "courriel, ou demandez-en un autre."),
        patron_string("Ouvrez à nouveau le lien de votre courriel, et appuyez "
                      "sur le bouton de sa page."),
        patron_string("Impossible d’activer un abonnement pour l’instant. "
                      "Réessayez dans une minute."),
        patron_string("Votre flux"),
        patron_string("Cette adresse n’est qu’à vous. Donnez-la à votre "
                      "programme de flux ou de podcasts, et à personne "
                      "d’autre :"),
        patron_string("Pas d’adresse"),
        patron_string("L’adresse d’un flux se crée par POST."),
        patron_string("Seuls les abonnés peuvent créer une adresse, depuis "
                      "une page de ce site."),
        patron_string("Vous avez déjà 20 adresses. Il faut d’abord en retirer "
                      "une."),
        patron_string("Impossible de créer une adresse pour l’instant. "
                      "Réessayez dans une minute."),
        patron_string("La suite est réservée aux abonnés") } },

    { patron_string("es"),
      { patron_string("Su enlace de regalo"),
        patron_string("Quien tenga este enlace puede leer el artículo:"),
        patron_string("Abrir el artículo"),
        patron_string("No hay regalo"),
        patron_string("Los artículos se regalan desde su página, con POST."),
        patron_string("Solo los suscriptores pueden regalar artículos, desde "
                      "una página de este sitio."),
        patron_string("\"path\" debe ser una ruta de este sitio, en UTF-8."),
        patron_string("Ya ha regalado todos los artículos de este periodo."),
        patron_string("Ahora mismo no se puede regalar. Inténtelo de nuevo "
                      "dentro de un minuto."),
        patron_string("Su suscripción"),
        patron_string("Un paso más, en el dispositivo con el que lee:"),
        patron_string("Activar mi suscripción"),
        patron_string("Este enlace ya se ha usado o es demasiado antiguo. Pida "
                      "otro, por favor."),
        patron_string("Este enlace no está completo. Cópielo entero de su "
                      "correo o pida otro."),
        patron_string("Abra de nuevo el enlace de su correo y pulse el botón "
                      "de su página."),
        patron_string("Ahora mismo no se puede activar una suscripción. "
                      "Inténtelo de nuevo dentro de un minuto."),
        patron_string("Su canal"),
        patron_string("Esta dirección es solo suya. Désela a su programa de "
                      "canales o podcasts, y a nadie más:"),
        patron_string("No hay dirección"),
        patron_string("Las direcciones de canales se crean con POST."),
        patron_string("Solo los suscriptores pueden crear direcciones, desde "
                      "una página de este sitio."),
        patron_string("Ya tiene 20 direcciones. Primero hay que retirar "
                      "una."),
        patron_string("Ahora mismo no se pueden crear direcciones. Inténtelo "
                      "de nuevo dentro de un minuto."),
        patron_string("El resto es para suscriptores") } },

    { patron_string("pl"),
      { patron_string("Twój link z prezentem"),
        patron_string("Kto ma ten link, może przeczytać artykuł:"),
        patron_string("Otwórz artykuł"),
        patron_string("Nie ma prezentu"),
        patron_string("Artykuł daje się w prezencie na jego stronie, metodą "
                      "POST."),
        patron_string("Artykuły dają w prezencie subskrybenci, ze strony tego "
                      "serwisu."),
        patron_string("\"path\" musi być ścieżką w tym serwisie, w UTF-8."),
        patron_string("W tym okresie nie możesz już dać w prezencie więcej "
                      "artykułów."),
        patron_string("Teraz nie można dać artykułu w prezencie. Spróbuj "
                      "ponownie za minutę."),
        patron_string("Twoja subskrypcja"),
        patron_string("Jeszcze jeden krok, na urządzeniu, na którym "
                      "czytasz:"),
        patron_string("Aktywuj moją subskrypcję"),
        patron_string("Ten link był już użyty albo jest za stary. Poproś o "
                      "nowy."),
        patron_string("Ten link nie jest pełny. Skopiuj go w całości z "
                      "wiadomości albo poproś o nowy."),
        patron_string("Otwórz link z wiadomości jeszcze raz i naciśnij "
                      "przycisk na jego stronie."),
        patron_string("Teraz nie można aktywować subskrypcji. Spróbuj ponownie "
                      "za minutę."),
        patron_string("Twój kanał"),
        patron_string("Ten adres jest tylko Twój. Podaj go swojemu programowi "
                      "do kanałów lub podcastów i nikomu innemu:"),
        patron_string("Nie ma adresu"),
        patron_string("Adresy kanałów tworzy się metodą POST."),
        patron_string("Adresy tworzą subskrybenci, ze strony tego "
                      "serwisu."),
        patron_string("Masz już 20 adresów. Najpierw trzeba jeden z nich "
                      "wycofać."),
        patron_string("Teraz nie można utworzyć adresu. Spróbuj ponownie za "
                      "minutę."),
        patron_string("Dalsza część jest dla subskrybentów") } }
};


int
patron_own_page_language(const patron_str_t *code)
{
    size_t  i;

    for (i = 0;
         i < sizeof(patron_own_page_words) / sizeof(patron_own_page_words[0]);
         i++)
    {
        if (patron_own_page_same(&patron_own_page_words[i].code, code)) {
            return (int) i;
        }
    }

    return PATRON_DECLINED;
}


static int
patron_own_page_same(const patron_str_t *a, const patron_str_t *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}


const char *
patron_own_page_languages(void)
{
    return "en, uk, de, fr, es, pl";
}


const patron_str_t *
patron_own_page_code(int language)
{
    return &patron_own_page_words[language].code;
}


const patron_str_t *
patron_own_page_say(int language, patron_say_e what)
{
    return &patron_own_page_words[language].says[what];
}


int
patron_own_page_parts(const patron_str_t *html, patron_own_page_e page,
    patron_uchar_t *dst, patron_str_t *out, char *err)
{
    size_t                 i;
    unsigned               skip;
    patron_str_t           word;
    const patron_uchar_t  *p, *end, *next, *open;

    out->data = dst;
    p = html->data;
    end = p + html->len;
    open = NULL;
    skip = 0;

    while (p < end) {
        next = patron_own_page_comment(p, end, &word);

        if (next == NULL) {
            if (!skip) {
                *dst++ = *p;
            }

            p++;
            continue;
        }

        if ((word.len == 0) != (open != NULL)) {
            return patron_own_page_failed(html, p, open ? "a part in a part"
                                          : "the end of a part that has not "
                                          "begun", err);
        }

        skip = 0;

        if (word.len) {
            for (i = 0; i < PATRON_OWN_PAGES; i++) {
                if (patron_own_page_same(&word, &patron_own_page_names[i])) {
                    break;
                }
            }

            if (i == PATRON_OWN_PAGES) {
                return patron_own_page_failed(html, p, "parts are for \"gift\","
                                              " \"activate\", \"feed\" or "
                                              "\"refused\"", err);
            }

            skip = (i != (size_t) page);
        }

        open = word.len ? p : NULL;
        p = next;
    }

    if (open != NULL) {
        return patron_own_page_failed(html, open, "a part without "
                                      "\"<!--/patron-->\"", err);
    }

    out->len = (size_t) (dst - out->data);

    return PATRON_OK;
}


/*
 * The end of the comment at p where it begins a part, with the word that it is
 * for, or ends one, with none; else NULL.
 */

static const patron_uchar_t *
patron_own_page_comment(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_str_t *word)
{
    const patron_uchar_t  *q;

    static const char  begin[] = "<!--patron:";
    static const char  close[] = "<!--/patron-->";

    if ((size_t) (end - p) >= sizeof(close) - 1
        && memcmp(p, close, sizeof(close) - 1) == 0)
    {
        word->data = p;
        word->len = 0;
        return p + sizeof(close) - 1;
    }

    if ((size_t) (end - p) < sizeof(begin) - 1
        || memcmp(p, begin, sizeof(begin) - 1) != 0)
    {
        return NULL;
    }

    p += sizeof(begin) - 1;

    for (q = p; end - q >= 3; q++) {
        if (q > p && memcmp(q, "-->", 3) == 0) {
            word->data = p;
            word->len = (size_t) (q - p);
            return q + 3;
        }
    }

    return NULL;
}


static int
patron_own_page_failed(const patron_str_t *html, const patron_uchar_t *p,
    const char *why, char *err)
{
    unsigned               line;
    const patron_uchar_t  *q;

    for (line = 1, q = html->data; q < p; q++) {
        line += (*q == '\n');
    }

    (void) snprintf(err, PATRON_OWN_PAGE_ERR, "line %u: %s", line, why);

    return PATRON_ERROR;
}
