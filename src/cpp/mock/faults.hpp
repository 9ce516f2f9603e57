// What should go wrong with one answer: "status=429; retry-after=1; delay=0.1".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock/options.hpp"

namespace oai::mock {

enum class cut { none, before_head, mid_head, mid_body, reset, reset_mid_body };

struct faults {
    std::optional<int> status;
    std::string retry_after;  // header values, as given
    std::string retry_after_ms;
    std::string should_retry;
    std::string location;
    unsigned fail_times = 0;  // the other faults hold for the first so many attempts only
    std::optional<seconds> delay;
    std::optional<seconds> drip;
    std::optional<seconds> slow_head;
    std::optional<seconds> ping;
    std::optional<seconds> keepalive_timeout;
    cut disconnect = cut::none;
    bool truncate = false;
    std::optional<std::size_t> error_event;  // after so many events
    std::optional<std::size_t> hang;         // after so many events; 0: before the head
    bool no_done = false;
    bool bad_json = false;
    bool empty_body = false;
    bool html = false;
    std::string encoding;        // gzip or deflate
    std::size_t huge_event = 0;  // bytes of the answer's text
    std::size_t tokens = 0;      // length of the answer's text
    bool close = false;
    bool extra_field = false;

    bool any = false;
    std::string unknown;  // the first part that is no fault, for the error message
};

// Parses a list separated by ';' and adds it to `out`.
void parse_faults(std::string_view list, faults& out);

}  // namespace oai::mock
