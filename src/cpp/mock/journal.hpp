// What the server saw: counters and the last requests. Written by its threads, read by anyone.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "mock/request.hpp"

namespace oai::mock {

struct recorded {
    request what;
    int status = 0;
    bool stream = false;
    time_point at;
};

using counter = std::atomic<std::uint64_t>;

struct counters {
    counter connections_total = 0;
    counter connections_open = 0;
    counter requests = 0;
    counter bad_requests = 0;  // bytes that were not HTTP
    counter answers_2xx = 0;
    counter answers_4xx = 0;
    counter answers_5xx = 0;
    counter streams_total = 0;
    counter streams_open = 0;
    counter in_flight = 0;               // answers not sent whole yet
    counter disconnects_mid_stream = 0;  // the client left before the stream's end
    counter disconnects_mid_answer = 0;  // ... before the end of another answer
    counter faults = 0;                  // answers spoiled on purpose
    counter bytes_in = 0;
    counter bytes_out = 0;
    // Instant of the last disconnect of either kind, steady clock; 0: none yet.
    std::atomic<double> last_disconnect_at = 0;
};

// Keeps the last requests: so many, and of a bounded size together.
class journal {
  public:
    explicit journal(std::size_t keep) : keep_(keep) {}

    void record(recorded entry);
    std::vector<recorded> requests() const;
    void clear();

    counters counts;

  private:
    const std::size_t keep_;
    mutable std::mutex mutex_;
    std::deque<recorded> kept_;
    std::size_t bytes_ = 0;
};

inline void add(counter& c, std::uint64_t n = 1) {
    c.fetch_add(n, std::memory_order_relaxed);
}
inline void sub(counter& c) {
    c.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace oai::mock
