// An answer as steps for the connection: bytes, pauses, and the ways to go wrong. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock/faults.hpp"
#include "mock/reply.hpp"

namespace oai::mock {

struct step {
    enum class act : std::uint8_t {
        write,  // `bytes`
        pause,  // for `wait`
        close,  // orderly
        reset,  // RST
        hang,   // until the peer leaves; sends `bytes` every `wait` if there are any
    };
    act what = act::write;
    std::string bytes;
    seconds wait{0};
};

struct head_facts {
    std::string_view request_id;
    std::string_view date;
    std::string_view processing_ms;
    bool keep_alive = true;
};

struct pacing {
    seconds latency{0};
    seconds between_events{0};
    unsigned burst = 1;
};

// Appends a whole unary answer: the fast way, when nothing is to be delayed or broken.
void write_plain(std::string& out, const reply& answer, const head_facts& facts);

std::vector<step> compile(reply answer, const faults& wrong, const pacing& pace,
                          const head_facts& facts);

}  // namespace oai::mock
