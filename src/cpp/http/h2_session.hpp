// The client's side of one HTTP/2 connection (RFC 9113) without I/O: bytes in, bytes out, streams
// told. Over nghttp2. Pure; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "http/h2_stream.hpp"
#include "http/message.hpp"
#include "http/wire_limits.hpp"
#include "net/ring.hpp"

struct nghttp2_session;

namespace oai::http {

class h2_session {
  public:
    h2_session(const origin& to, const wire_limits& limits, std::size_t most_streams);
    ~h2_session();
    h2_session(const h2_session&) = delete;

    // Begins the exchange. Until it is over, or forgotten, the stream must live; so must what
    // `stream.unsent` points to.
    error_code submit(h2_stream& stream, const request& message);
    // `stream.unsent` is not empty any more, or nothing follows.
    void resume(h2_stream& stream) noexcept;
    // `size` bytes of `stream.data` have been read: the peer may send as many more.
    void consumed(h2_stream& stream, std::size_t size) noexcept;
    // Nobody is interested in it any more; the peer is told if it still is. True: so it was.
    bool forget(h2_stream& stream) noexcept;

    // Takes what the peer sent. An error is the connection's: every stream has failed.
    error_code receive(std::string_view bytes);
    // Appends what is to be sent; about `most` bytes at a time.
    error_code produce(std::string& out, std::size_t most);
    // What was produced so far has been sent.
    void written() noexcept;
    void ping() noexcept;
    // No new streams are begun, and the peer is told.
    void say_goodbye() noexcept;
    // Every stream fails with `why`.
    void fail_all(error_code why) noexcept;

    bool busy() const noexcept { return !streams_.alone(); }
    // Streams that the peer and we allow at a time.
    std::size_t capacity() const noexcept;
    // The peer has introduced itself.
    bool greeted() const noexcept { return greeted_; }
    // No new streams: the peer takes none, the session is broken, or an answer broke the rules.
    bool draining() const noexcept { return draining_; }
    // HTTP/2 itself does not work with this peer: it or we broke the protocol, or it says so.
    bool broken() const noexcept { return broken_; }

  private:
    struct callbacks;
    struct closer {
        void operator()(nghttp2_session* session) const noexcept;
    };

    h2_stream* find(std::int32_t id) const noexcept;
    void over(h2_stream& stream, error_code why) noexcept;
    void reset(h2_stream& stream, error_code why) noexcept;
    void settle_unsent() noexcept;

    const std::string scheme_, authority_;
    const wire_limits limits_;
    const std::size_t most_streams_;
    std::unique_ptr<nghttp2_session, closer> session_;
    net::ring streams_;
    std::vector<std::int32_t> leaving_;  // whose last frame is being sent
    std::string lowered_;                // names of header fields, while they are handed over
    bool greeted_ = false, draining_ = false, broken_ = false;
    bool dead_ = false;  // nothing is to be had from it any more
};

}  // namespace oai::http
