// Threads that outlive the interpreter. Before 3.14 CPython ends such a thread with pthread_exit()
// when it next asks for the GIL, which unwinds our frames: their destructors would touch objects
// without the GIL. It is parked in the first of them instead, as 3.14 does.
#pragma once

#include <atomic>

namespace oai::python {

// Set for good by expect_evictions(); until then park_if_evicted() has nothing to find.
inline std::atomic<bool> interpreter_exits{false};

// From the exit hook, on the thread that ends the interpreter.
void expect_evictions() noexcept;
// Does not return on a thread that lost the GIL for ever. Callable without the GIL.
void park_if_evicted() noexcept;
// Without the GIL, on a thread that has been woken: while another thread ends the interpreter,
// gives it time to end this one, too. An exit handler that waits for this thread gets it a second
// later.
void stand_aside_at_exit() noexcept;

}  // namespace oai::python
