#include "python/event_source.hpp"

#include "api/grace.hpp"
#include "json/writer.hpp"
#include "python/awaitable.hpp"
#include "python/errors.hpp"
#include "python/interned.hpp"
#include "python/response_builder.hpp"

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

// Truth as Python sees it.
bool is_true(const json::token& value) noexcept {
    switch (value.type) {
        case json::kind::null:
        case json::kind::false_:
            return false;
        case json::kind::integer:
            return value.integer != 0;
        case json::kind::real:
            return value.real != 0;
        case json::kind::true_:
        case json::kind::bignum:
            return true;
        case json::kind::string:
        case json::kind::array:
        case json::kind::object:
            return value.size != 0;
    }
    return true;
}

bool is_error_object(const json::document& document) noexcept {
    if (document.root().type != json::kind::object) return false;
    const std::size_t at = document.find(0, "error");
    return at != 0 && is_true(document[at]);
}

}  // namespace

event_source::event_source(std::shared_ptr<loop_state> home, std::uint64_t ticket,
                           std::shared_ptr<api::event_stream> events, borrowed raw, borrowed owner,
                           event_settings settings)
    : home_(std::move(home)),
      ticket_(ticket),
      events_(std::move(events)),
      raw_(ref::share(raw)),
      owner_(ref::share(owner)),
      settings_(std::move(settings)) {
    home_->replace(ticket_, this);
}

event_source::~event_source() {
    finish();
    if (home_->inherited()) static_cast<void>(new auto(std::move(events_)));
}

int event_source::traverse(visitproc visit, void* arg) const {
    if (const int stop = raw_.visit(visit, arg)) return stop;
    return owner_.visit(visit, arg);
}

event_source::outcome event_source::next(ref& event) {
    if (leaving_) leaving_->store(false);
    leaving_.reset();
    if (waiter_ != nullptr) {
        PyErr_SetString(PyExc_RuntimeError, "this stream is already being read by another task");
        return outcome::failed;
    }
    return take(event);
}

event_source::outcome event_source::take(ref& event) {
    for (;;) {
        if (finished_) return stop();
        api::stream_event came;
        switch (events_->pop(came)) {
            case api::pop_result::event:
                event = convert(came);
                return event ? outcome::ready : fail();
            case api::pop_result::empty:
                if (events_->arm()) return outcome::wait;
                break;
            case api::pop_result::ended:
                finish();
                return stop();
            case api::pop_result::failed: {
                const failure why = events_->error();
                if (why.code == errc::engine_stopped && home_->silent()) return outcome::wait;
                finish();
                raise_connection_error(raw_.get(), why);
                return outcome::failed;
            }
            case api::pop_result::closed:
                finish();
                if (closed_) return stop();
                PyErr_SetString(PyExc_RuntimeError,
                                "this stream was closed when its `async for` was left: read it in "
                                "one loop, or call its __anext__");
                return outcome::failed;
        }
    }
}

event_source::outcome event_source::stop() {
    PyErr_SetNone(PyExc_StopAsyncIteration);
    return outcome::failed;
}

event_source::outcome event_source::fail() {
    const saved_error keep;
    finish();
    return outcome::failed;
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

ref event_source::convert(api::stream_event& event) {
    const bool of_thread = settings_.legacy_events && event.name.starts_with("thread.");
    if (!event.document) {
        ref made = build_event(event.data);
        if (!made) raise_decode_error(raw_.get());
        return made;
    }
    if (settings_.legacy_events && !of_thread && is_error_object(*event.document))
        return raise_error_object(*event.document);
    if (of_thread || settings_.synthesize) return wrap(event);
    return build_event(*event.document);
}

ref event_source::build_event(const json::document& document) {
    if (!settings_.strict) return build_document(settings_.into, document);
    return validated(ref::steal(build_plain(document)));
}

ref event_source::build_event(std::string_view text) {
    if (!settings_.strict) return build_text(settings_.into, text);
    if (const auto document = json::document::parse(text)) return build_event(*document);
    return validated(
        ref::steal(build_from_text(reinterpret_cast<PyObject*>(&PyBaseObject_Type), text)));
}

ref event_source::validated(ref value) {
    PyObject* check = value ? get(global::validated_event) : nullptr;
    if (check == nullptr) return {};
    return ref::steal(PyObject_CallFunctionObjArgs(check, raw_.get(), value.get(),
                                                   settings_.into.annotation.get(), nullptr));
}

// {"data": the event, "event": its name}, as the official client hands such events on.
ref event_source::wrap(const api::stream_event& event) {
    std::string text = R"({"data":)" + event.data + R"(,"event":)";
    if (event.name.empty())
        text += "null";
    else
        json::write_string(text, event.name);
    text += "}";
    return build_event(text);
}

ref event_source::raise_error_object(const json::document& document) {
    const ref data = ref::steal(build_plain(document));
    if (data) raise_stream_error(raw_.get(), data.get());
    return {};
}

void event_source::close() noexcept {
    closed_ = true;
    if (home_->inherited()) return;
    events_->close();
    // By way of the loop: its thread may be another one, and its tasks may be running.
    if (waiter_ != nullptr) {
        auto node = std::make_unique<arrival>();
        node->ticket = ticket_;
        home_->port()->deliver(std::move(node));
    } else {
        finish();
    }
}

void event_source::close_after_grace() noexcept {
    if (finished_ || home_->inherited()) return;
    leaving_ = std::make_shared<std::atomic<bool>>(true);
    close_later(events_, leaving_);
}

void event_source::finish() noexcept {
    if (std::exchange(finished_, true) || home_->inherited()) return;
    home_->dismiss(ticket_);
    events_->close();
}

}  // namespace oai::python
