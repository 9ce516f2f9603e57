// What is said to a proxy, and what it answers, until the origin is on the line. Pure: the dialer
// carries the bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "net/route.hpp"

namespace oai::net {

class tunnel {
  public:
    enum class state { more, done, failed };

    virtual ~tunnel() = default;

    // To be sent before the next put(); empty: nothing.
    std::string outgoing() noexcept { return std::exchange(outgoing_, {}); }
    // What the proxy sent, in any pieces. Bytes that follow its answer are a failure: the origin
    // has not been spoken to yet.
    virtual state put(std::string_view bytes) = 0;

    // Once failed.
    errc code() const noexcept { return code_; }
    const std::string& reason() const noexcept { return reason_; }

  protected:
    state fail(errc code, std::string reason) {
        code_ = code;
        reason_ = std::move(reason);
        return state::failed;
    }
    state fail_as_unlike(const char* protocol) {
        return fail(errc::proxy_refused, std::string("its answer is not ") + protocol);
    }

    std::string outgoing_;

  private:
    errc code_ = errc::success;
    std::string reason_;
};

// RFC 9110 9.3.6
std::unique_ptr<tunnel> make_connect_tunnel(const proxy& by, const std::string& host,
                                            std::uint16_t port);
// RFC 1928, 1929. `host`: a literal address, or a name of at most 255 bytes for the proxy to
// resolve.
std::unique_ptr<tunnel> make_socks_tunnel(const proxy& by, const std::string& host,
                                          std::uint16_t port);

}  // namespace oai::net
