// What a server can be told when it starts. Plain data, read by every thread, never changed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace oai::mock {

using seconds = std::chrono::duration<double>;

// A share of all requests that fails with `status`.
struct failure_rate {
    int status = 500;
    double share = 0;
};

struct options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    unsigned threads = 1;
    seconds latency{0};            // before the head of every answer
    double tokens_per_second = 0;  // pace of streams; 0: as fast as they go
    unsigned burst = 1;            // stream events that share one write
    unsigned tokens = 0;           // length of every text answer; 0: one sentence
    std::vector<failure_rate> failures;
    std::uint64_t seed = 0;
    std::string api_key;  // empty: any non-empty bearer key
    std::size_t max_body = 64u << 20;
    std::size_t keep_requests = 1000;  // recorded requests; the oldest go first
    seconds idle_limit{0};             // idle connections are closed after this; 0: never
    unsigned jobs = 100;               // fine-tuning jobs that exist at start
    bool quiet = true;
};

}  // namespace oai::mock
