#include "python/event_source.hpp"

#include "python/awaitable.hpp"

namespace oai::python {
namespace {

class waiting final : public operation {
  public:
    waiting(event_source& on, borrowed keeper) : on_(on), keeper_(ref::share(keeper)) {}
    void abandon() noexcept override { on_.forget_waiter(); }
    int traverse(visitproc visit, void* arg) const override { return keeper_.visit(visit, arg); }

  private:
    event_source& on_;
    const ref keeper_;
};

}  // namespace

event_source::event_source(std::shared_ptr<loop_state> home, std::uint64_t ticket,
                           std::shared_ptr<api::event_stream> events, borrowed raw, borrowed owner,
                           event_settings settings)
    : event_reader(std::move(events), raw, owner, std::move(settings)),
      home_(std::move(home)),
      ticket_(ticket) {
    home_->replace(ticket_, this);
}

event_source::~event_source() {
    finish();
    if (inherited()) leak();
}

event_source::outcome event_source::next(ref& event) {
    stay();
    if (waiter_ != nullptr) {
        PyErr_SetString(PyExc_RuntimeError, "this stream is already being read by another task");
        return outcome::failed;
    }
    return take(event);
}

ref event_source::wait(borrowed keeper) {
    const auto running = loop_state::current();
    if (!running) return {};
    if (running != home_ && !home_->silent()) {
        PyErr_SetString(PyExc_RuntimeError, "this stream belongs to another event loop");
        return {};
    }
    ref call = make_call(home_);
    if (!call) return {};
    set_operation(call.get(), std::make_unique<waiting>(*this, keeper));
    waiter_ = call.get();
    return call;
}

bool event_source::receive(arrival&) {
    if (waiter_ == nullptr) return true;
    const ref call = ref::share(waiter_);
    // Holds us until the end of this function, whatever the woken task does.
    std::unique_ptr<operation> keeper = take_operation(call.get());
    ref event;
    const outcome came = take(event);
    if (came == outcome::wait) {
        set_operation(call.get(), std::move(keeper));
        return true;
    }
    waiter_ = nullptr;
    return settle(call.get(), std::move(event));
}

void event_source::orphan() noexcept {
    finish();
    if (const borrowed call = std::exchange(waiter_, nullptr)) drop(call);
}

void event_source::close() noexcept {
    closed_ = true;
    if (inherited()) return;
    events().close();
    // By way of the loop: its thread may be another one, and its tasks may be running.
    if (waiter_ != nullptr)
        home_->port()->deliver(std::make_unique<arrival>(ticket_));
    else
        finish();
}

}  // namespace oai::python
