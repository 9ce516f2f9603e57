// A coroutine that nobody waits for. Engine thread only.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <new>
#include <utility>

#include "net/engine.hpp"

namespace oai::net {

// Calls `lost`, noexcept, if it is destroyed while armed. Not when the engine stops.
template <class Lost>
class loss_guard {
  public:
    explicit loss_guard(Lost lost) : lost_(std::move(lost)) { static_assert(noexcept(lost_())); }
    loss_guard(loss_guard&& from) noexcept
        : lost_(std::move(from.lost_)),
          generation_(from.generation_),
          armed_(std::exchange(from.armed_, false)) {}
    ~loss_guard() {
        if (armed_ && generation_ == engine::generation()) lost_();
    }

    void disarm() noexcept { armed_ = false; }
    Lost& lost() noexcept { return lost_; }

  private:
    Lost lost_;
    unsigned generation_ = engine::generation();
    bool armed_ = true;
};

// Starts what `make` returns, a task<>. `lost` is called if memory runs out in it or for it; there
// is no other exception. One whose next operation finds no memory is destroyed without a word: Asio
// begins operations outside of it. Not when the engine stops.
template <class Make, class Lost>
void spawn(engine& on, Make make, Lost lost) noexcept {
    try {
        asio::co_spawn(on.get_executor(), make(),
                       [guard = loss_guard<Lost>(std::move(lost))](
                           std::exception_ptr failed) mutable noexcept {
                           if (!failed) guard.disarm();
                       });
    } catch (const std::bad_alloc&) {
        return;  // the guard has told
    }
}

}  // namespace oai::net
