#include "api/event_pump.hpp"

#include <utility>

namespace oai::api {
namespace {

// How long the terminator of a response may take after [DONE] before the connection is given up.
constexpr milliseconds terminator_budget(50);

}  // namespace

event_pump::~event_pump() {
    end(failure{errc::engine_stopped, phase::body, true, {}});
}

task<> event_pump::run() {
    std::string chunk;
    error_code result;
    while (!result) {
        if (queue_->pause_if_full()) co_await rest();
        if (queue_->closed()) co_return;
        if (attempt_.cancelled()) co_return end(failure{errc::cancelled, phase::body, true, {}});
        chunk.clear();
        attempt_.begin_read();
        result = co_await attempt_.exchange().read_some(chunk);
        bytes_ += chunk.size();
        const bool good = attempt_.end_read(result) &&
                          (bytes_ <= most_bytes_ || attempt_.refuse_size(most_bytes_));
        failure why = accept(chunk, result == errc::end_of_body);
        // Behind [DONE] nothing can go wrong any more.
        if (!good && !decoder_.done()) why = attempt_.error();
        const bool failed = static_cast<bool>(why);
        if (result || failed || decoder_.done()) end(std::move(why));
        if (decoder_.done()) co_return co_await attempt_.linger(terminator_budget);
        if (failed) co_return;
    }
}

task<> event_pump::rest() {
    while (queue_->paused() && !attempt_.cancelled() && steady::now() < attempt_.deadline())
        co_await pause_.until(engine_.get_executor(), attempt_.deadline());
    listener_.back_from_rest();
}

// Everything the bytes complete goes out as one batch, so that the consumer is woken once.
failure event_pump::accept(std::string& chunk, bool last) {
    failure why;
    if (as_ == delivery::bytes) {
        listener_.heard(chunk);
        if (!chunk.empty()) batch_.emplace_back().data.swap(chunk);
    } else {
        why = decoder_.feed(chunk, batch_);
        if (last && !why) decoder_.finish(batch_);
        listener_.heard(batch_);
    }
    if (queue_->push(batch_)) sink_.readable();
    return why;
}

void event_pump::end(failure why) noexcept {
    if (queue_->finish(std::move(why))) sink_.readable();
}

void event_pump::consumer_closed() noexcept {
    // A waiting consumer is woken when run() ends. If nothing is being read, the response may be
    // complete: then run() gives the connection back.
    if (attempt_.pending()) attempt_.cancel();
    pause_.wake();
}

void event_pump::cancel() noexcept {
    attempt_.cancel();
    pause_.wake();
}

}  // namespace oai::api
