// Holds CPython's garbage collector off while objects are built: none of them can be garbage yet,
// and collecting meanwhile made an answer of 75 KB six times slower. GIL held.
#pragma once

#include <Python.h>

#include <utility>

namespace oai::python {

class collector_pause {
  public:
    collector_pause() noexcept : outer_(std::exchange(current, this)) { pause(); }
    ~collector_pause() {
        resume();
        current = outer_;
    }
    collector_pause(const collector_pause&) = delete;

  private:
    friend class collector_resumed;

    void pause() noexcept { was_enabled_ = PyGC_Disable() != 0; }
    void resume() noexcept {
        if (was_enabled_) PyGC_Enable();
    }

    inline static collector_pause* current = nullptr;
    collector_pause* outer_;
    bool was_enabled_ = false;
};

// Around Python code that building needs: other threads may run there, and may set the collector.
class collector_resumed {
  public:
    collector_resumed() noexcept : paused_(std::exchange(collector_pause::current, nullptr)) {
        if (paused_ != nullptr) paused_->resume();
    }
    ~collector_resumed() {
        if (paused_ != nullptr) paused_->pause();
        collector_pause::current = paused_;
    }
    collector_resumed(const collector_resumed&) = delete;

  private:
    collector_pause* paused_;
};

}  // namespace oai::python
