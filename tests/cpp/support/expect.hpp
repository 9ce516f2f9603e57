// A check of one of many runs: if it fails, `what` says in which.
#pragma once

#include <boost/core/lightweight_test.hpp>
#include <cstdio>
#include <string>

namespace oai::testing {

inline void expect(bool holds, const std::string& what) {
    if (!BOOST_TEST(holds)) std::puts(what.c_str());
}

}  // namespace oai::testing
