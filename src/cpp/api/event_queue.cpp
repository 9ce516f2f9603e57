#include "api/event_queue.hpp"

#include <utility>

#include "api/live.hpp"

namespace oai::api {
namespace {

std::size_t weight(const stream_event& event) noexcept {
    return event.data.size() + event.name.size();
}

}  // namespace

event_queue::event_queue(watermarks marks, time_point began) : marks_(marks), began_(began) {
    ++live_streams;
}

event_queue::~event_queue() {
    --live_streams;
}

bool event_queue::push(std::vector<stream_event>& batch) {
    if (batch.empty()) return false;
    bool wake = false;
    const time_point now = steady::now();
    {
        const std::scoped_lock lock(mutex_);
        if (!closed_ && !ended_) {
            for (stream_event& event : batch) {
                bytes_ += weight(event);
                events_.push_back(std::move(event));
            }
            wake = std::exchange(armed_, false);
            last_ = now;
            if (first_ == time_point{}) first_ = now;
        }
    }
    batch.clear();
    return wake;
}

bool event_queue::finish(failure why) noexcept {
    const std::scoped_lock lock(mutex_);
    if (ended_) return false;
    error_ = std::move(why);
    ended_ = true;
    return std::exchange(armed_, false);
}

event_times event_queue::times() const noexcept {
    const std::scoped_lock lock(mutex_);
    if (first_ == time_point{}) return {};
    const std::chrono::duration<double> first = first_ - began_, last = last_ - began_;
    return {first.count(), last.count()};
}

bool event_queue::pause_if_full() noexcept {
    const std::scoped_lock lock(mutex_);
    if (!closed_ && full()) paused_ = true;
    return paused_;
}

bool event_queue::paused() const noexcept {
    const std::scoped_lock lock(mutex_);
    return paused_;
}

pop_result event_queue::pop(stream_event& out, bool& resume) {
    const std::scoped_lock lock(mutex_);
    resume = false;
    if (closed_) return pop_result::closed;
    if (events_.empty()) {
        if (!ended_) return pop_result::empty;
        return error_ ? pop_result::failed : pop_result::ended;
    }
    out = std::move(events_.front());
    events_.pop_front();
    bytes_ -= weight(out);
    if (paused_ && drained()) {
        paused_ = false;
        resume = true;
    }
    return pop_result::event;
}

bool event_queue::arm() noexcept {
    const std::scoped_lock lock(mutex_);
    if (closed_ || ended_ || !events_.empty()) return false;
    armed_ = true;
    return true;
}

bool event_queue::close() noexcept {
    std::deque<stream_event> dropped;  // destroyed outside the lock
    const std::scoped_lock lock(mutex_);
    if (closed_) return false;
    closed_ = true;
    paused_ = false;
    bytes_ = 0;
    dropped.swap(events_);
    return !ended_;
}

bool event_queue::closed() const noexcept {
    const std::scoped_lock lock(mutex_);
    return closed_;
}

bool event_queue::full() const noexcept {
    return bytes_ > marks_.high_bytes || events_.size() > marks_.high_events;
}

bool event_queue::drained() const noexcept {
    return bytes_ <= marks_.low_bytes && events_.size() <= marks_.low_events;
}

}  // namespace oai::api
