// One WebSocket connection for the tasks of an event loop, or for threads that wait. GIL held.
#pragma once

#include <Python.h>

#include <memory>
#include <vector>

#include "python/loop.hpp"
#include "python/refs.hpp"
#include "ws/connection.hpp"

namespace oai::python {

// What somebody waits for.
struct wish {
    enum class kind { opened, message, sent, over };
    enum class form { as_sent, text, bytes };  // of a message

    kind what = kind::opened;
    form as = form::as_sent;
    std::uint64_t number = 0;  // of the message that was sent
    limit most;                // how long a thread waits for it
};

class web_socket final : public receiver {
  public:
    // `self` is the Python object that owns this. `home` null: for threads.
    web_socket(borrowed self, std::shared_ptr<loop_state> home, ws::settings how);
    ~web_socket() override;

    // A Call for what is wished, or the thing itself, waited for with the GIL released.
    // Null with an error set.
    ref get(wish what);
    // Null with an error set, or the number of the message.
    bool send(ws::message what, std::uint64_t& number);
    bool close(ws::close_frame with);
    void abort() noexcept;
    ws::channel& channel() noexcept { return io_->channel(); }

    bool receive(arrival& from) override;
    void orphan() noexcept override;
    void forget(borrowed call) noexcept;

  private:
    struct waiter {
        wish what;
        borrowed call;  // which owns a reference to self_
    };

    bool inherited() const noexcept;
    bool usable() const;
    // False: not yet. Else the result, null with an error set.
    bool grant(const wish& what, ref& result);
    ref wait_on_loop(const wish& what);
    ref wait_here(const wish& what);

    const borrowed self_;
    const std::shared_ptr<loop_state> home_;
    const std::uint64_t ticket_;
    const int process_;
    std::shared_ptr<ws::connection> io_;
    std::vector<waiter> waiters_;
    bool being_read_ = false;
};

bool init_web_socket(PyObject* module);

}  // namespace oai::python
