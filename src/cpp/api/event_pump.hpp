// Moves one streaming response into its event queue. Engine thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/attempt.hpp"
#include "api/call.hpp"
#include "api/event_decoder.hpp"
#include "api/event_listener.hpp"
#include "api/event_queue.hpp"
#include "api/pause.hpp"

namespace oai::api {

class event_pump {
  public:
    // `as`: delivery::events, or delivery::bytes.
    event_pump(net::engine& on, attempt& from, std::shared_ptr<event_queue> to, call_sink& sink,
               delivery as, std::uint64_t most_bytes)
        : engine_(on),
          attempt_(from),
          queue_(std::move(to)),
          sink_(sink),
          as_(as),
          most_bytes_(most_bytes),
          listener_(from) {}
    // A stream whose engine goes away ends with errc::engine_stopped.
    ~event_pump();

    // Returns when the stream has ended and the connection can be released.
    task<> run();

    void consumer_closed() noexcept;
    void consumer_drained() noexcept { pause_.wake(); }
    // The call was cancelled: the stream fails with errc::cancelled.
    void cancel() noexcept;

  private:
    task<> rest();
    failure accept(std::string& chunk, bool last);
    void end(failure why) noexcept;

    net::engine& engine_;
    attempt& attempt_;
    const std::shared_ptr<event_queue> queue_;
    call_sink& sink_;
    const delivery as_;
    const std::uint64_t most_bytes_;
    std::uint64_t bytes_ = 0;
    event_decoder decoder_;
    event_listener listener_;
    std::vector<stream_event> batch_;
    pause pause_;
};

}  // namespace oai::api
