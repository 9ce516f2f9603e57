#include "net/address_health.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/core/lightweight_test.hpp>

using namespace oai;
using namespace oai::net;

namespace {

constexpr time_point start{};

endpoint at(int last) {
    return {asio::ip::make_address("192.0.2." + std::to_string(last)), 443};
}

endpoints ordered(const address_health& by, time_point now) {
    endpoints list = {at(1), at(2), at(3)};
    by.order(list, now);
    return list;
}

void who_failed_goes_last_for_a_while() {
    address_health health;
    BOOST_TEST(ordered(health, start) == (endpoints{at(1), at(2), at(3)}));
    health.failed(at(1), start);
    BOOST_TEST(ordered(health, start) == (endpoints{at(2), at(3), at(1)}));
    health.failed(at(2), start + milliseconds(1));
    BOOST_TEST(ordered(health, start + milliseconds(1)) == (endpoints{at(3), at(1), at(2)}));
    const auto later = start + address_health::remembered;
    BOOST_TEST(ordered(health, later) == (endpoints{at(1), at(3), at(2)}));
}

void who_answers_is_forgiven() {
    address_health health;
    health.failed(at(1), start);
    health.answered(at(1));
    BOOST_TEST(ordered(health, start) == (endpoints{at(1), at(2), at(3)}));
}

void there_is_a_limit() {
    address_health health;
    for (std::size_t i = 0; i <= address_health::most; ++i)
        health.failed({asio::ip::make_address("192.0.2.9"), static_cast<std::uint16_t>(i)}, start);
    health.failed(at(1), start);
    BOOST_TEST(ordered(health, start).front() == at(1));  // full: not remembered
    const auto later = start + address_health::remembered;
    health.failed(at(1), later);
    BOOST_TEST(ordered(health, later).back() == at(1));
}

}  // namespace

int main() {
    who_failed_goes_last_for_a_while();
    who_answers_is_forgiven();
    there_is_a_limit();
    return boost::report_errors();
}
