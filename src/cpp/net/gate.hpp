// An event that a coroutine can wait for without a timer or a socket. Engine thread only.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

#include "net/engine.hpp"

namespace oai::net {

// `co_await g.wait()` resumes after open(), through the executor: open() may be called from
// anywhere.
class gate final : private resident {
  public:
    explicit gate(engine& on) noexcept : engine_(on) {}

    bool opened() const noexcept { return open_; }

    void open() noexcept {
        open_ = true;
        if (waiting_) asio::post(engine_.get_executor(), std::move(waiting_));
    }

    // For another round; nobody may be waiting.
    void shut() noexcept { open_ = false; }

    auto wait() noexcept {
        return asio::async_initiate<const asio::deferred_t, void()>(suspend(*this), asio::deferred);
    }

  private:
    struct suspend {
        explicit suspend(gate& at) noexcept : self(&at) {}
        template <class Handler>
        void operator()(Handler&& handler) {
            self->waiting_ = asio::any_completion_handler<void()>(std::forward<Handler>(handler));
            self->engine_.settle(*self);
            if (self->open_) self->open();
        }
        gate* self;
    };

    // The coroutine that waits is destroyed by the executor; this gate may be a part of it.
    void engine_stopped() noexcept override { waiting_ = nullptr; }

    engine& engine_;
    bool open_ = false;
    asio::any_completion_handler<void()> waiting_;
};

}  // namespace oai::net
