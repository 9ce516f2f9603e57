// What the retry policy and the error table need to know about a failed attempt.
#pragma once

#include <string>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace oai {

// Where an attempt was when it failed.
enum class phase { queue, resolve, connect, tls, write, head, body };

const char* to_string(phase p) noexcept;

struct failure {
    error_code code;  // errc, or the system's own code
    phase where = phase::queue;
    bool sent_any = false;  // a byte of the request may have reached the peer
    std::string detail;     // our words: host, port, address, TLS reason; never a secret
    limit after = {};       // of a timeout: how long it was

    explicit operator bool() const noexcept { return static_cast<bool>(code); }
};

}  // namespace oai
