// Counters of live objects, for leak tests; connections are counted by net. Any thread.
#pragma once

#include <atomic>

namespace oai::api {

inline std::atomic<long> live_calls{0};
inline std::atomic<long> live_streams{0};

}  // namespace oai::api
