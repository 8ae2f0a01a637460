
/*
 * A grant's header: its fields, and what is none.
 */


#include "patron_grant.h"
#include "patron_tap.h"


static void
good(const char *text, const char *sub, const char *tier, const char *name,
    const char *time)
{
    patron_str_t         s, times[PATRON_GRANT_TIMES];
    patron_membership_t  m;

    s = str(text);

    ok(patron_grant_parse(&s, &m, times) == NULL, "good: %s", text);
    is_str(&m.sub, sub, "sub");
    is_str(&m.tier, tier, "tier");
    is_str(&m.name, name, "name");
    is_str(&times[PATRON_GRANT_TTL], time, "ttl");
    ok(m.ttl == 0 && m.iat == 0 && m.life == 0, "nothing else is set");
}


static void
bad(const char *text, const char *why)
{
    const char           *got;
    patron_str_t          s, times[PATRON_GRANT_TIMES];
    patron_membership_t   m;

    s = str(text);
    got = patron_grant_parse(&s, &m, times);

    ok(got != NULL && strcmp(got, why) == 0, "\"%s\": %s", text, why);
}


int
main(void)
{
    good("sub=42", "42", "", "", "");
    good("sub=42; tier=gold; ttl=30d; name=Ada L.", "42", "gold", "Ada L.",
         "30d");
    good(" ;; name= a=b\t;sub=\t1 ;", "1", "", "a=b", "");
    good("ttl=1d 2h;sub=x", "x", "", "", "1d 2h");
    good("sub=1;tier=", "1", "", "", "");

    bad("", "no \"sub\"");
    bad(" ; ;", "no \"sub\"");
    bad("tier=gold", "no \"sub\"");
    bad("sub=", "no \"sub\"");
    bad("sub= ; sub=1", "a field twice");
    bad("sub=1; sub=2", "a field twice");
    bad("sub=1; ttl=1d; ttl=2d", "a field twice");
    bad("sub=1; gave=1d; gave=2d", "a field twice");
    bad("sub=1; ttl", "a field has no value");
    bad("sub", "a field has no value");
    bad("sub=1; SUB=2", "unknown field");
    bad("sub=1; x=2", "unknown field");
    bad("sub=1; =2", "unknown field");

    return done();
}
