// The descriptor is readable exactly while it was notified and not drained.
#include "bridge/wakeup.hpp"

#include <poll.h>

#include <boost/core/lightweight_test.hpp>

namespace {

bool readable(const oai::bridge::wakeup& wakeup) {
    pollfd entry{wakeup.fd(), POLLIN, 0};
    return ::poll(&entry, 1, 0) == 1;
}

}  // namespace

int main() {
    oai::bridge::wakeup wakeup;
    BOOST_TEST(!readable(wakeup));
    wakeup.drain();  // nothing to drain: must not block
    wakeup.notify();
    BOOST_TEST(readable(wakeup));
    for (int i = 0; i < 100'000; ++i) wakeup.notify();  // a full pipe must not block either
    BOOST_TEST(readable(wakeup));
    wakeup.drain();
    BOOST_TEST(!readable(wakeup));
    wakeup.notify();
    BOOST_TEST(readable(wakeup));
    return boost::report_errors();
}
