#include "mock/faults.hpp"

#include <boost/core/lightweight_test.hpp>

using namespace oai::mock;

namespace {

faults parsed(std::string_view text) {
    faults out;
    parse_faults(text, out);
    return out;
}

void values() {
    faults got = parsed(" status=429 ;retry-after = 1; delay=0.25;;fail-times=2;truncate");
    BOOST_TEST(got.any);
    BOOST_TEST_EQ(got.unknown, "");
    BOOST_TEST_EQ(got.status.value_or(0), 429);
    BOOST_TEST_EQ(got.retry_after, "1");
    BOOST_TEST_EQ(got.delay.value_or(seconds(0)).count(), 0.25);
    BOOST_TEST_EQ(got.fail_times, 2u);
    BOOST_TEST(got.truncate);
    BOOST_TEST(parsed("disconnect=mid-head").disconnect == cut::mid_head);
    BOOST_TEST(parsed("disconnect=reset").disconnect == cut::reset);
    BOOST_TEST_EQ(parsed("gzip").encoding, "gzip");
    BOOST_TEST_EQ(parsed("huge-event=12").huge_event, 12u);
    BOOST_TEST_EQ(parsed("hang=3").hang.value_or(0), 3u);
}

void defaults() {
    BOOST_TEST_EQ(parsed("status").status.value_or(0), 500);
    BOOST_TEST_EQ(parsed("error-event").error_event.value_or(0), 1u);
    BOOST_TEST_EQ(parsed("hang").hang.value_or(9), 0u);
    BOOST_TEST(!parsed("").any);
    BOOST_TEST(!parsed(" ; ").any);
}

void complaints() {
    for (std::string_view wrong :
         {"what", "status=abc", "status=99", "delay=-1", "delay=1x", "delay=nan", "disconnect=no",
          "truncate=1", "gzip=2", "retry-after=", "hang=-1", "fail-times=x"}) {
        BOOST_TEST_EQ(parsed(wrong).unknown, wrong);
    }
    BOOST_TEST_EQ(parsed("close; first=1; second").unknown, "first=1");
    BOOST_TEST_NE(parsed("huge-event=99999999999").unknown, "");
}

}  // namespace

int main() {
    values();
    defaults();
    complaints();
    return boost::report_errors();
}
