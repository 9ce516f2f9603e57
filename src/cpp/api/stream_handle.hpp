// The consumer's end of a stream. The last reference to it closes the stream.
#pragma once

#include <memory>

#include "api/active_call.hpp"
#include "api/event_queue.hpp"

namespace oai::api {

class stream_handle final : public event_stream {
  public:
    stream_handle(std::shared_ptr<event_queue> queue, std::weak_ptr<active_call> producer)
        : queue_(std::move(queue)), producer_(std::move(producer)) {}
    ~stream_handle() override { close(); }

    pop_result pop(stream_event& out) override {
        bool resume = false;
        const pop_result result = queue_->pop(out, resume);
        if (resume) {
            if (const auto producer = producer_.lock()) producer->stream_drained();
        }
        return result;
    }

    bool arm() override { return queue_->arm(); }
    const failure& error() const noexcept override { return queue_->error(); }
    event_times times() const noexcept override { return queue_->times(); }

    void close() noexcept override {
        if (!queue_->close()) return;
        if (const auto producer = producer_.lock()) producer->stream_closed();
    }

  private:
    const std::shared_ptr<event_queue> queue_;
    // Weak: a sink that keeps the stream must not keep its own call alive.
    const std::weak_ptr<active_call> producer_;
};

}  // namespace oai::api
