// A coroutine that nobody waits for. Engine thread only.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <new>
#include <utility>

#include "net/engine.hpp"

namespace oai::net {

// How such a coroutine ends. One whose next operation finds no memory is destroyed without a word:
// Asio begins operations outside of it.
template <class Lost>
class spawned {
  public:
    explicit spawned(Lost lost) : lost_(std::move(lost)) {}
    spawned(spawned&& from) noexcept
        : lost_(std::move(from.lost_)),
          generation_(from.generation_),
          running_(std::exchange(from.running_, false)) {}
    ~spawned() {
        if (running_ && generation_ == engine::generation()) lost_();
    }

    void operator()(std::exception_ptr failed) noexcept {
        running_ = false;
        if (failed) lost_();
    }

  private:
    Lost lost_;
    unsigned generation_ = engine::generation();
    bool running_ = true;
};

// Starts what `make` returns, a task<>. `lost`, noexcept, is called if memory runs out in it or for
// it; there is no other exception. Not when the engine stops.
template <class Make, class Lost>
void spawn(engine& on, Make make, Lost lost) noexcept {
    static_assert(noexcept(lost()));
    try {
        spawned<Lost> end(std::move(lost));
        asio::co_spawn(on.get_executor(), make(), std::move(end));
    } catch (const std::bad_alloc&) {
        return;  // `end` has told
    }
}

}  // namespace oai::net
