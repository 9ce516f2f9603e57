#include "python/web_socket.hpp"

#include <unistd.h>

#include <algorithm>

#include "python/awaitable.hpp"
#include "python/signals.hpp"

namespace oai::python {
namespace {

class loop_watcher final : public ws::watcher {
  public:
    loop_watcher(std::shared_ptr<bridge::port> port, std::uint64_t ticket)
        : port_(std::move(port)), ticket_(ticket) {}

    void changed() noexcept override { port_->deliver(std::make_unique<arrival>(ticket_)); }

  private:
    const std::shared_ptr<bridge::port> port_;
    const std::uint64_t ticket_;
};

class waiting final : public operation {
  public:
    waiting(web_socket& on, borrowed call, borrowed keeper)
        : on_(on), call_(call), keeper_(ref::share(keeper)) {}
    void abandon() noexcept override { on_.forget(call_); }
    int traverse(visitproc visit, void* arg) const override { return keeper_.visit(visit, arg); }

  private:
    web_socket& on_;
    const borrowed call_;
    const ref keeper_;
};

ref object_of(const ws::message& came, wish::form as) {
    const auto size = static_cast<Py_ssize_t>(came.data.size());
    const bool text = as == wish::form::as_sent ? came.text : as == wish::form::text;
    return ref::steal(text ? PyUnicode_DecodeUTF8(came.data.data(), size, nullptr)
                           : PyBytes_FromStringAndSize(came.data.data(), size));
}

}  // namespace

web_socket::web_socket(borrowed self, std::shared_ptr<loop_state> home, ws::settings how)
    : self_(self),
      home_(std::move(home)),
      ticket_(home_ ? home_->enroll(this) : 0),
      process_(::getpid()) {
    std::unique_ptr<ws::watcher> news;
    if (home_) news = std::make_unique<loop_watcher>(home_->port(), ticket_);
    io_ = ws::connection::open(std::move(how), std::move(news));
}

web_socket::~web_socket() {
    if (inherited())
        static_cast<void>(new auto(std::move(io_)));
    else if (home_)
        home_->dismiss(ticket_);
}

bool web_socket::inherited() const noexcept {
    return ::getpid() != process_;
}

bool web_socket::usable() const {
    if (!inherited()) return true;
    PyErr_SetString(PyExc_RuntimeError, "this WebSocket belongs to the parent process");
    return false;
}

bool web_socket::send(ws::message what, std::uint64_t& number) {
    if (!usable()) return false;
    number = io_->send(std::move(what));
    return true;
}

bool web_socket::close(ws::close_frame with) {
    if (!usable()) return false;
    io_->close(std::move(with));
    return true;
}

void web_socket::abort() noexcept {
    if (!inherited()) io_->abort();
}

ref web_socket::get(wish what) {
    if (!usable()) return {};
    const bool reads = what.what == wish::kind::message;
    const auto is_reading = [](const waiter& each) {
        return each.what.what == wish::kind::message;
    };
    if (reads && (being_read_ || std::any_of(waiters_.begin(), waiters_.end(), is_reading))) {
        PyErr_SetString(PyExc_RuntimeError, home_ ? "another task is receiving already"
                                                  : "another thread is receiving already");
        return {};
    }
    if (home_) return wait_on_loop(what);
    if (!reads) return wait_here(what);
    being_read_ = true;
    ref got = wait_here(what);
    being_read_ = false;
    return got;
}

bool web_socket::grant(const wish& what, ref& result) {
    const ws::stage now = channel().now();
    switch (what.what) {
        case wish::kind::opened:
            if (now == ws::stage::connecting) return false;
            result = ref::share(channel().answer().status == 101 ? Py_True : Py_False);
            return true;
        case wish::kind::message: {
            ws::message came;
            const ws::popped got = io_->pop(came);
            if (got == ws::popped::empty) return false;
            result = got == ws::popped::over ? ref::share(Py_None) : object_of(came, what.as);
            return true;
        }
        case wish::kind::sent: {
            const bool out = channel().sent_count() >= what.number;
            if (!out && now != ws::stage::over) return false;
            result = ref::share(out ? Py_True : Py_False);
            return true;
        }
        case wish::kind::over:
            if (now != ws::stage::over) return false;
            result = ref::share(Py_None);
            return true;
    }
    return false;
}

ref web_socket::wait_here(const wish& what) {
    const time_point until = what.most ? steady::now() + *what.most : time_point::max();
    for (;;) {
        const std::uint64_t seen = channel().version();
        ref result;
        if (grant(what, result)) return result;
        limit most = longest_wait();
        if (what.most) {
            const auto left = std::chrono::ceil<milliseconds>(until - steady::now());
            if (left <= milliseconds(0)) {
                PyErr_SetString(PyExc_TimeoutError, "timed out while waiting for a message");
                return {};
            }
            most = most ? std::min(*most, left) : left;
        }
        {
            const without_gil waiting;
            channel().wait(seen, most);
            stand_aside_at_exit();
        }
        if (PyErr_CheckSignals() < 0) return {};
    }
}

ref web_socket::wait_on_loop(const wish& what) {
    const auto running = loop_state::current();
    if (!running) return {};
    if (running != home_ && !home_->silent()) {
        PyErr_SetString(PyExc_RuntimeError, "this WebSocket belongs to another event loop");
        return {};
    }
    ref call = make_call(home_);
    if (!call) return {};
    std::uint64_t seen = 0;
    do {
        seen = channel().version();
        ref result;
        if (grant(what, result)) {
            settle(call.get(), std::move(result));
            return call;
        }
    } while (!channel().arm(seen));
    set_operation(call.get(), std::make_unique<waiting>(*this, call.get(), self_));
    waiters_.push_back({what, call.get()});
    return call;
}

bool web_socket::receive(arrival&) {
    const ref keep = ref::share(self_);
    while (!waiters_.empty()) {
        const std::uint64_t seen = channel().version();
        ref result;
        const auto ready = std::find_if(waiters_.begin(), waiters_.end(), [&](const waiter& each) {
            return grant(each.what, result);
        });
        if (ready == waiters_.end()) {
            if (channel().arm(seen)) return true;
            continue;
        }
        const ref call = ref::share(ready->call);
        waiters_.erase(ready);
        if (!settle(call.get(), std::move(result))) return false;
    }
    return true;
}

void web_socket::orphan() noexcept {
    const ref keep = ref::share(self_);
    abort();
    while (!waiters_.empty()) {
        const ref call = ref::share(waiters_.back().call);
        waiters_.pop_back();
        drop(call.get());
    }
}

void web_socket::forget(borrowed call) noexcept {
    std::erase_if(waiters_, [call](const waiter& each) { return each.call == call; });
}

}  // namespace oai::python
