// One request and its response on some connection, whatever the protocol below. Engine thread only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "http/message.hpp"
#include "net/dialer.hpp"

namespace oai::http {

// When the exchange got its turn in the pool, and how its connection was made, if it was made for
// it. The epoch: at once, or not at all.
struct acquisition_times {
    time_point granted{};
    net::dial_times dial;
};

// Told each time an operation that has moved bytes goes on to wait for more.
class progress {
  public:
    virtual void moved() noexcept = 0;

  protected:
    ~progress() = default;
};

// Order of calls: send, read_head, read_some until errc::end_of_body. Destroying an exchange gives
// its connection back to the pool if the response ended cleanly and the peer keeps it alive; else
// closes it.
class exchange {
  public:
    virtual ~exchange() = default;

    // Before the first operation; outlives the exchange.
    virtual void report_to(progress& watcher) noexcept = 0;
    // Writes head and body, in one gathered write if it is one piece. Success, too, if the peer
    // answers before it has everything.
    virtual task<error_code> send(const request& message) = 0;
    // Reads the final response head; 1xx answers are skipped (a bounded number of them).
    virtual task<error_code> read_head(response_head& head) = 0;
    // Appends decoded body bytes (transfer coding and Content-Encoding undone) to `out`;
    // errc::end_of_body once complete.
    virtual task<error_code> read_some(std::string& out) = 0;
    // Consumes what is left of the body only if it has already arrived, so that the connection can
    // be kept; never suspends. True: the response is complete.
    virtual bool try_finish() noexcept = 0;
    // Makes the pending operation fail with errc::cancelled, now and for good.
    virtual void cancel() noexcept = 0;
    // A byte of the request may have reached the peer.
    virtual bool sent_any() const noexcept = 0;
    // The connection had served another exchange before this one.
    virtual bool reused() const noexcept = 0;
    // Bytes of the response have arrived.
    virtual bool received_any() const noexcept = 0;
    // The exchange failed, and the peer cannot have had the whole request: nobody acted on it.
    virtual bool undelivered() const noexcept = 0;
    // The peer's code for resetting it, by name; empty: it did not, or the protocol has none.
    virtual std::string_view reset_code() const noexcept { return {}; }
    virtual acquisition_times acquired() const noexcept { return {}; }
    // The proxy that is handed the request and may answer in the origin's place; null: none.
    virtual const net::proxy* forwarder() const noexcept { return nullptr; }
};

}  // namespace oai::http
