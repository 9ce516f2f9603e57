// What the tests of the pool's policy share.
#pragma once

#include "http/pool_policy.hpp"

namespace oai::http::testing {

using verdict = pool_policy::verdict;

constexpr time_point start{};

inline time_point at(int ms) {
    return start + milliseconds(ms);
}

inline pool_waiter plain(origin_id to) {
    return {to, false};
}

}  // namespace oai::http::testing
