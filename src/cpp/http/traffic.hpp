// What the connections of one transport have done so far. Kept by the engine thread, read by any.
#pragma once

#include "core/counter.hpp"

namespace oai::http {

struct traffic {
    counter connections;   // opened
    counter handshakes;    // of TLS
    counter resumed;       // of these, with a session from before
    counter h2;            // of the connections, those that speak HTTP/2
    counter h1_fallbacks;  // origins that are spoken to in HTTP/1.1 because their HTTP/2 is broken
    // On the wire above TLS, of connections given back or closed by now.
    counter bytes_sent, bytes_received;

    void reset() noexcept {
        for (counter* each : {&connections, &handshakes, &resumed, &h2, &h1_fallbacks, &bytes_sent,
                              &bytes_received})
            each->reset();
    }
};

}  // namespace oai::http
