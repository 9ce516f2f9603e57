// One API call: attempts, retries, pauses, timeouts, decoding; the result goes to a sink. The
// handle and the coroutine on the engine share the call; nothing else does.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/call_bounds.hpp"
#include "api/event_stream.hpp"
#include "core/clock.hpp"
#include "core/failure.hpp"
#include "http/message.hpp"
#include "http/pool.hpp"
#include "json/document.hpp"

namespace oai::api {

// A snapshot. The pool's numbers are those of the last call that ended, refreshed when asked for;
// counts are since the transport was made, in this process.
struct transport_stats {
    http::pool_stats pool;
    std::uint64_t calls = 0, in_flight = 0, retries = 0, resends = 0, redirects = 0;
    std::uint64_t connections = 0, handshakes = 0, resumed = 0;
    std::uint64_t h2_connections = 0, h1_fallbacks = 0;
    std::uint64_t bytes_sent = 0, bytes_received = 0;
};

// The pool behind one or more clients (with_options shares it). Any thread; survives forks: in the
// child the first call builds a new pool on the child's engine.
class transport {
  public:
    virtual ~transport() = default;
    virtual void close(bool abort) noexcept = 0;
    virtual bool closed() const noexcept = 0;
    virtual transport_stats stats() const noexcept = 0;
};

std::shared_ptr<transport> make_transport(http::pool_settings settings);

enum class delivery : std::uint8_t {
    json,    // read the whole body, parse it if its content type is JSON (or missing)
    raw,     // read the whole body, leave it as bytes
    events,  // on 2xx: hand over an event_stream after the head; otherwise as json
    bytes,   // as events, but `data` of each is the next piece of the decoded body
};

class pacer;

struct call_spec {
    http::request request;
    std::shared_ptr<const http::origin> to;
    timeouts clocks;
    call_bounds bounds;
    std::shared_ptr<pacer> pace;                // null: attempts go at once
    std::optional<std::int64_t> prompt_tokens;  // for the pacer; else it guesses
    int max_retries = 2;
    delivery as = delivery::json;
    // Headers that change with each attempt are written by the call itself:
    // x-stainless-retry-count.
    bool send_retry_count = true;
    // Credentials may change between attempts: call_sink::asks() comes before each retry.
    bool asks_before_retry = false;
    bool follow_redirects = true;
    // Whatever is answered is handed over: no status is judged, no redirect followed.
    bool verbatim = false;
};

// Of the last attempt; seconds since the call was submitted, negative: did not happen.
struct timing {
    double queued = -1;  // the wait for a turn in the pool was over
    double resolved = -1, dialed = -1, secured = -1;
    double connected = -1, sent = -1, head = -1, done = -1;
    bool reused = false;
};

// A retry that the deadline left no time for.
struct missed_retry {
    milliseconds pause{0}, deadline{0};
};

struct outcome {
    failure error;                              // set: no usable response
    std::shared_ptr<http::response_head> head;  // set as soon as a response arrived
    std::string body;                           // decoded bytes (all of them unless streaming)
    std::optional<json::document> document;     // JSON deliveries whose body is strict JSON
    std::shared_ptr<event_stream> events;       // event and byte deliveries with status 2xx
    int retries_taken = 0;
    std::optional<missed_retry> missed;
    timing when;
    http::request request;  // as last sent, given back for errors and raw responses
    std::shared_ptr<const http::origin> to;
};

// A failed attempt that will be made again.
struct next_attempt {
    milliseconds pause{0};  // before it
    int number = 0;         // of the retry, from 1
    int status = 0;         // of the answer that was not good enough; 0: there was none
    std::string request_id;
    error_code failed;  // why there was no answer
};

class call_sink {
  public:
    virtual ~call_sink() = default;
    // Exactly once, on the engine thread, unless the call was cancelled or the engine stopped: then
    // the sink is only destroyed.
    virtual void done(outcome&& result) noexcept = 0;
    virtual void retrying(next_attempt&&) noexcept {}
    // A retry waits for call::proceed().
    virtual void asks() noexcept {}
    // Events are waiting for a consumer that asked (event_stream::arm), or the stream ended.
    virtual void readable() noexcept {}
};

// Credentials from now on, in the place of those under that name; without a value: as before.
struct fresh_header {
    std::string name;
    std::string value;
};

// Shared by the submitter and the engine; dropping it does not cancel.
class call {
  public:
    virtual ~call() = default;
    // Any thread, any number of times. Gives back the connection, the pool slot and the timers at
    // once.
    virtual void cancel() noexcept = 0;
    // Answers call_sink::asks(), from any thread.
    virtual void proceed(fresh_header credentials) noexcept = 0;
};

std::shared_ptr<call> start(std::shared_ptr<transport> via, call_spec spec,
                            std::unique_ptr<call_sink> sink);

// Live objects, for leak tests. Any thread.
struct live_counts {
    long calls = 0, streams = 0, connections = 0;
};
live_counts live() noexcept;

}  // namespace oai::api
