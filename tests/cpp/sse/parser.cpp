#include "sse/parser.hpp"

#include <boost/core/lightweight_test.hpp>

#include <vector>

using namespace oai;
using namespace oai::sse;
using namespace std::string_view_literals;

namespace {

// An event as one line, so that a failed comparison is readable.
std::string to_text(const event& e) {
    std::string text = "[" + e.name + "|" + e.data + "|" + e.id + "|";
    return text + std::to_string(e.retry) + "]";
}

std::string take_all(parser& from) {
    std::string text;
    for (event e; from.next(e);) text += to_text(e);
    return text;
}

std::string events_of(std::string_view stream) {
    parser p;
    BOOST_TEST(!p.feed(stream));
    std::string text = take_all(p);
    p.finish();
    BOOST_TEST_EQ(take_all(p), "");
    return text;
}

struct example {
    std::string_view stream;
    std::string_view events;
};

constexpr example examples[] = {
    {"", ""},
    {"data: a\n\n", "[|a||-1]"},
    {"data: a\r\n\r\n", "[|a||-1]"},
    {"data: a\r\r", "[|a||-1]"},
    {"data: a\r\n\n", "[|a||-1]"},
    {"data: a\n\r\n", "[|a||-1]"},
    {"data: a\n\rdata: b\r\n\r", "[|a||-1][|b||-1]"},
    {"data: a\r\r\ndata: b\n\n", "[|a||-1][|b||-1]"},
    {"data: a\n\n\n\n\ndata: b\n\n", "[|a||-1][|b||-1]"},
    {"data:a\n\n", "[|a||-1]"},
    {"data:  a\n\n", "[| a||-1]"},
    {"data: a\ndata: b\n\n", "[|a\nb||-1]"},
    {"data: a\ndata\ndata: b\n\n", "[|a\n\nb||-1]"},
    {"data\ndata: b\n\n", "[|\nb||-1]"},
    {"data\ndata\n\n", "[|\n||-1]"},
    {"data: : keepalive\n\n", "[|: keepalive||-1]"},
    {"data: {\"a\": 1}\n\n", "[|{\"a\": 1}||-1]"},
    {"data: [DONE]\n\n", "[|[DONE]||-1]"},
    // Without data there is no event.
    {"data\n\n", ""},
    {"data:\n\n", ""},
    {"data: \n\n", ""},
    {"event: x\n\n", ""},
    {"event: x\n\ndata: a\n\n", "[|a||-1]"},
    {"id: 1\n\n\n", ""},
    {"retry: 5\n\ndata: a\n\n", "[|a||-1]"},
    // Comments, also the keep-alive that follows an id.
    {": ping\n\n", ""},
    {":\n\n:\n", ""},
    {"id: 1\ndata: a\n\n: ping\n\ndata: b\n\n", "[|a|1|-1][|b|1|-1]"},
    {"data: a\n: in between\ndata: b\n\n", "[|a\nb||-1]"},
    // Names and ids.
    {"event: delta\ndata: a\n\ndata: b\n\n", "[delta|a||-1][|b||-1]"},
    {"event: one\nevent: two\ndata: a\n\n", "[two|a||-1]"},
    {"event: x\nevent\ndata: a\n\n", "[|a||-1]"},
    {"id: 7\ndata: a\n\nid\ndata: b\n\n", "[|a|7|-1][|b||-1]"},
    {"id: 7\nid: x\0y\ndata: a\n\n"sv, "[|a|7|-1]"},
    {"data: a\0b\n\n"sv, "[|a\0b||-1]"sv},
    // Retry: digits only.
    {"retry: 1500\ndata: a\n\ndata: b\n\n", "[|a||1500][|b||-1]"},
    {"retry: 1.5\ndata: a\n\n", "[|a||-1]"},
    {"retry: -5\ndata: a\n\n", "[|a||-1]"},
    {"retry:\ndata: a\n\n", "[|a||-1]"},
    {"retry: 99999999999999999999\ndata: a\n\n", "[|a||-1]"},
    // Unknown fields, and names that only look like fields.
    {"foo: bar\nDATA: x\n data: y\ndata : z\ndatax: q\ndata: a\n\n", "[|a||-1]"},
    // Line ends are CR and LF, nothing else.
    {"data: a\xe2\x80\xa8"
     "b\xc2\x85"
     "c\x0b\x0c\x1c"
     "d\n\n",
     "[|a\xe2\x80\xa8"
     "b\xc2\x85"
     "c\x0b\x0c\x1c"
     "d||-1]"},
    {"data: h\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x98\x80\n\n",
     "[|h\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x98\x80||-1]"},
    // A BOM counts at the start only; half of one is text.
    {"\xef\xbb\xbf"
     "data: a\n\n",
     "[|a||-1]"},
    {"\xef\xbb\xbf\xef\xbb\xbf"
     "data: a\n\n",
     ""},
    {"data: a\n\n\xef\xbb\xbf"
     "data: b\n\n",
     "[|a||-1]"},
    {"\xef\xbb"
     "data: a\n\n",
     ""},
    {"\xef\n\ndata: a\n\n", "[|a||-1]"},
    {"\xef\xbb\xbf\n\ndata: a\n\n", "[|a||-1]"},
    // No closing empty line: no event.
    {"data: a\n\ndata: b\n", "[|a||-1]"},
    {"data: a\n\ndata: b", "[|a||-1]"},
    {"data: a\r", ""},
};

void examples_whole() {
    for (const example& e : examples) BOOST_TEST_EQ(events_of(e.stream), e.events);
}

void examples_at_every_pair_of_cuts() {
    for (const example& e : examples)
        for (std::size_t first = 0; first <= e.stream.size(); ++first)
            for (std::size_t second = first; second <= e.stream.size(); ++second) {
                parser p;
                BOOST_TEST(!p.feed(e.stream.substr(0, first)));
                std::string text = take_all(p);
                BOOST_TEST(!p.feed(e.stream.substr(first, second - first)));
                BOOST_TEST(!p.feed(e.stream.substr(second)));
                text += take_all(p);
                BOOST_TEST_EQ(text, e.events);
            }
}

void examples_byte_by_byte() {
    for (const example& e : examples) {
        parser p;
        for (const char& c : e.stream) BOOST_TEST(!p.feed({&c, 1}));
        BOOST_TEST_EQ(take_all(p), e.events);
    }
}

// The event is there with the CR or LF that completes it, not with the byte after.
void events_come_at_once() {
    for (std::string_view end : {"\n\n"sv, "\r\r"sv, "\r\n\r"sv, "\n\r"sv}) {
        parser p;
        BOOST_TEST(!p.feed("data: a"));
        for (const char& c : end) {
            BOOST_TEST_EQ(take_all(p), "");
            BOOST_TEST(!p.feed({&c, 1}));
        }
        BOOST_TEST_EQ(take_all(p), "[|a||-1]");
    }
}

void events_wait_in_order() {
    parser p;
    BOOST_TEST(!p.feed("data: 1\n\ndata: 2\n\n"));
    event e;
    BOOST_TEST(p.next(e));
    BOOST_TEST_EQ(e.data, "1");
    BOOST_TEST(!p.feed("data: 3\n\n"));
    BOOST_TEST_EQ(take_all(p), "[|2||-1][|3||-1]");
    BOOST_TEST(!p.next(e));
}

void finish_drops_the_unfinished() {
    parser p;
    BOOST_TEST(!p.feed("event: x\ndata: a\nda"));
    p.finish();
    BOOST_TEST(!p.feed("\n\n"));
    BOOST_TEST_EQ(take_all(p), "");
}

// 16 MiB in small pieces: quadratic work would take minutes.
void giant_events() {
    const std::string value(std::size_t{16} << 20, 'x');
    const std::string stream = "data: " + value + "\n\ndata: next\n\n";
    parser p;
    for (std::size_t at = 0; at < stream.size(); at += 997)
        BOOST_TEST(!p.feed(std::string_view(stream).substr(at, 997)));
    event e;
    BOOST_TEST(p.next(e));
    BOOST_TEST(e.data == value);
    BOOST_TEST_EQ(take_all(p), "[|next||-1]");

    std::string lines;
    for (int i = 0; i < 400'000; ++i) lines += "data: 0123456789\n";
    BOOST_TEST(!p.feed(lines + "\n"));
    BOOST_TEST(p.next(e));
    BOOST_TEST_EQ(e.data.size(), 400'000u * 11 - 1);
}

void size_is_limited_at_every_cut() {
    constexpr std::size_t limit = 20;
    const struct {
        std::string_view stream;
        bool fits;
    } cases[] = {
        {"data: 01234567890123\n\n", true},    // a line of 20 bytes
        {"data: 012345678901234\n\n", false},  // of 21
        {": 0123456789012345678\n", false},           {"data: 0123456789\ndata: 01\n\n", true},
        {"data: 0123456789\ndata: 01234\n\n", false}, {"data: 0123456789\n\ndata: 01234\n\n", true},
        {"event: 0123456789\ndata: 01234\n\n", true}};
    for (const auto& c : cases)
        for (std::size_t cut = 0; cut <= c.stream.size(); ++cut) {
            parser p(limit);
            error_code failed = p.feed(c.stream.substr(0, cut));
            if (!failed) failed = p.feed(c.stream.substr(cut));
            BOOST_TEST_EQ(!failed, c.fits);
            if (c.fits) continue;
            BOOST_TEST(failed == errc::line_too_large);
            BOOST_TEST(p.feed("\n\ndata: a\n\n") == errc::line_too_large);
        }
}

void events_before_the_limit_are_kept() {
    parser p(20);
    BOOST_TEST(p.feed("data: a\n\ndata: 0123456789012345678901\n\n") == errc::line_too_large);
    BOOST_TEST_EQ(take_all(p), "[|a||-1]");
}

}  // namespace

int main() {
    examples_whole();
    examples_at_every_pair_of_cuts();
    examples_byte_by_byte();
    events_come_at_once();
    events_wait_in_order();
    finish_drops_the_unfinished();
    giant_events();
    size_is_limited_at_every_cut();
    events_before_the_limit_are_kept();
    return boost::report_errors();
}
