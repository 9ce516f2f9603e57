// One request and its response within an HTTP/2 session: what the session is told of it and tells
// it. Pure; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "http/message.hpp"
#include "net/ring.hpp"

namespace oai::http {

class h2_stream : private net::ring {
  public:
    // Something below has moved on. Neither the stream nor the session may be destroyed in it.
    virtual void changed() noexcept = 0;

    // The request's body: what is to be sent next, and whether more follows.
    std::string_view unsent;
    bool more_follows = false;

    bool sent_any = false;  // the peer may have the request's head
    bool sent_all = false;
    bool got_head = false;  // `head` is complete
    bool got_all = false;   // and so is the body, of which `data` has what nobody has read yet
    response_head head;
    std::string data;
    error_code failed;            // set for good; the stream is over
    std::string_view reset_code;  // of the peer's RST_STREAM: its name (RFC 9113, 7)

  protected:
    ~h2_stream() = default;

  private:
    friend class h2_session;
    std::int32_t id_ = 0;  // 0: over, or not begun
    std::size_t head_bytes_ = 0;
    int fields_ = 0;   // of all heads so far
    int interim_ = 0;  // 1xx answers so far
    bool reset_by_peer_ = false;
};

}  // namespace oai::http
