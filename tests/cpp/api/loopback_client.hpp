// Whole calls over the real pool and real sockets: a client of a scripted server, and what such a
// server says.
#pragma once

#include "fixture.hpp"
#include "support/scripted_server.hpp"

namespace oai::api::testing {

using oai::testing::peer;
using oai::testing::scripted_server;

inline std::string response(int status, std::string_view body, std::string_view more = "") {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\n" +
           std::string(more) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

inline constexpr std::string_view stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

inline std::string chunk(std::string_view text) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    return size + std::string(text) + "\r\n";
}

struct client {
    explicit client(const scripted_server& server, http::pool_settings settings = {})
        : client(server.port(), false, std::move(settings)) {}
    client(std::uint16_t port, bool tls, http::pool_settings settings)
        : via(make_transport(std::move(settings))) {
        to = std::make_shared<http::origin>(http::origin{tls, "127.0.0.1", port, {}});
    }
    run start(delivery as = delivery::json, int max_retries = 0, timeouts clocks = {},
              std::string body = "{}") {
        call_spec spec = post(as, max_retries);
        spec.to = to;
        spec.clocks = clocks;
        spec.request.body = std::move(body);
        run one;
        one.handle = api::start(via, std::move(spec), std::make_unique<recording_sink>(one.seen));
        return one;
    }
    std::shared_ptr<transport> via;
    std::shared_ptr<const http::origin> to;
};

}  // namespace oai::api::testing
