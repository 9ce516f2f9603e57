#include "api/http_date.hpp"

#include <boost/core/lightweight_test.hpp>

using oai::api::parse_http_date;

namespace {

constexpr std::int64_t example = 784111777;  // RFC 9110's own: 6 November 1994, 08:49:37 UTC

void the_three_forms() {
    BOOST_TEST_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").value_or(0), example);
    BOOST_TEST_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT").value_or(0), example);
    BOOST_TEST_EQ(parse_http_date("Sun Nov  6 08:49:37 1994").value_or(0), example);
}

void lenient_forms() {
    for (const char* text : {"06 Nov 1994 08:49:37 GMT", "sun, 6 nov 1994 08:49:37 gmt",
                             "Sun,06 Nov 1994 08:49:37 GMT", "  Sun, 06 Nov 1994 08:49:37 GMT  ",
                             "Sun, 06 November 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 06 Nov 1994 10:19:37 +0130",
                             "Sun, 06 Nov 1994 03:49:37 EST", "Sun, 06 Nov 1994 00:49:37 PST",
                             "Sun, 06 Nov 1994 05:19:37 -0330", "Sun, 06 Nov 1994 08:49:37 UTC",
                             "Sun, 06 Nov 1994 08.49.37 GMT", "Sun, 06 Nov 1994 +08:49:37 GMT",
                             "Sun, 06 Nov 1994 08:49:37 nowhere", "Sun, 06 Nov 1994 08:49:37",
                             "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37+0000"})
        BOOST_TEST_EQ(parse_http_date(text).value_or(0), example);
    BOOST_TEST_EQ(parse_http_date("Sun, 06 Nov 1994 08:49 GMT").value_or(0), example - 37);
}

void years_and_days() {
    BOOST_TEST_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT").value_or(-1), 0);
    BOOST_TEST_EQ(parse_http_date("Wed, 31 Dec 1969 23:59:59 GMT").value_or(0), -1);
    BOOST_TEST_EQ(parse_http_date("Thu, 29 Feb 2024 12:00:00 GMT").value_or(0), 1709208000);
    BOOST_TEST_EQ(parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT").value_or(0), 253402300799);
    // Two digits: 69 and later belong to the last century.
    BOOST_TEST_EQ(parse_http_date("Tuesday, 01-Jan-69 00:00:00 GMT").value_or(0), -31536000);
    BOOST_TEST_EQ(parse_http_date("Sunday, 01-Jan-68 00:00:00 GMT").value_or(0), 3092601600);
}

void what_is_no_date() {
    for (const char* text : {"",
                             " ",
                             ",",
                             "soon",
                             "120",
                             "1.5",
                             "Sun",
                             "Sun,",
                             "Sun, 06 Nov",
                             "Sun, 06 Nov 1994",
                             "Sun, 06 Foo 1994 08:49:37 GMT",
                             "Sun, xx Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov yyyy 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08 GMT",
                             "Sun, 06 Nov 1994 08:49:37:00 GMT",
                             "Sun, 06 Nov 1994 08::37 GMT",
                             "Sunday, 06-Nov--94 08:49:37 GMT",
                             "Sun, 06 Nov 1994908:49:37 -0000",
                             "Sun, 06 Nov 1994 :: GMT",
                             "Sun, 06 Nov 1994 aa:bb:cc GMT",
                             "1994-11-06T08:49:37Z",
                             "Sun, 06 Nov 99999 08:49:37 GMT"})
        BOOST_TEST(!parse_http_date(text));
}

}  // namespace

int main() {
    the_three_forms();
    lenient_forms();
    years_and_days();
    what_is_no_date();
    return boost::report_errors();
}
