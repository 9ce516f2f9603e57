#include "core/failure.hpp"

namespace oai {

const char* to_string(phase p) noexcept {
    switch (p) {
        case phase::queue:
            return "waiting for a connection";
        case phase::resolve:
            return "resolving the host name";
        case phase::connect:
            return "connecting";
        case phase::tls:
            return "TLS handshake";
        case phase::write:
            return "sending the request";
        case phase::head:
            return "waiting for the response head";
        case phase::body:
            return "reading the response body";
    }
    return "unknown phase";
}

}  // namespace oai
