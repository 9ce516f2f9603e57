// The bounded queue behind an event_stream. The engine pushes and finishes, one consumer pops,
// anybody closes. Functions that return `true: wake` leave the waking to the caller, outside the
// lock.
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "api/event_stream.hpp"
#include "core/clock.hpp"

namespace oai::api {

class event_queue {
  public:
    // `began`: when the call was submitted.
    explicit event_queue(watermarks marks = {}, time_point began = steady::now());
    ~event_queue();
    event_queue(const event_queue&) = delete;
    event_queue& operator=(const event_queue&) = delete;

    // Engine thread. Moves the batch in and leaves it empty; true: wake the consumer.
    bool push(std::vector<stream_event>& batch);
    // Engine thread. No more events come; `why` without a code is a clean end. The first end
    // counts. True: wake the consumer.
    bool finish(failure why) noexcept;
    // Engine thread. True: stop reading until a pop() reports `resume` or the stream is closed.
    bool pause_if_full() noexcept;
    bool paused() const noexcept;

    // Consumer. `resume` is set when the paused producer may go on.
    pop_result pop(stream_event& out, bool& resume);
    bool arm() noexcept;
    const failure& error() const noexcept { return error_; }
    // Any thread. True the first time, unless the stream had ended: the engine has to be told.
    bool close() noexcept;
    bool closed() const noexcept;
    event_times times() const noexcept;

  private:
    bool full() const noexcept;
    bool drained() const noexcept;

    const watermarks marks_;
    const time_point began_;
    mutable std::mutex mutex_;
    std::deque<stream_event> events_;
    std::size_t bytes_ = 0;
    time_point first_{}, last_{};
    failure error_;  // written once, before ended_
    bool armed_ = false, paused_ = false, ended_ = false, closed_ = false;
};

}  // namespace oai::api
