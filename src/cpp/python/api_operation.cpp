#include "python/api_operation.hpp"

#include "python/awaitable.hpp"
#include "python/errors.hpp"
#include "python/event_iterator.hpp"
#include "python/interned.hpp"
#include "python/log_level.hpp"
#include "python/loop_sink.hpp"
#include "python/raw_response.hpp"
#include "python/response_builder.hpp"

namespace oai::python {
namespace {

class api_operation final : public operation, public receiver {
  public:
    api_operation(borrowed call, std::shared_ptr<loop_state> home, borrowed owner, endpoint& to,
                  borrowed client)
        : call_(call),
          home_(std::move(home)),
          owner_(ref::share(owner)),
          client_(ref::share(client)),
          to_(to),
          ticket_(home_->enroll(this)) {}

    bool start(const native_client& with, built_call&& built);

    void abandon() noexcept override;
    int traverse(visitproc visit, void* arg) const override;
    bool receive(arrival& from) override;
    void orphan() noexcept override { drop(call_); }

  private:
    ref finish(api::outcome& came);
    ref stream(api::outcome& came);
    const target* wanted(bool events);
    bool is_parsed_by_python(const target& into) const noexcept {
        return raw_ || strict_ || into.is == target::kind::python;
    }

    const borrowed call_;  // owns this
    const std::shared_ptr<loop_state> home_;
    const ref owner_, client_;
    endpoint& to_;
    const std::uint64_t ticket_;
    std::shared_ptr<api::call> io_;
    int max_retries_ = 0;
    target override_;  // of this call only
    bool raw_ = false;
    bool strict_ = false;
};

bool api_operation::start(const native_client& with, built_call&& built) {
    if (built.headers.cast_to && !resolve_target(built.headers.cast_to.get(), override_))
        return false;
    raw_ = built.headers.raw;
    strict_ = with.strict;
    const target* into = wanted(built.events);
    if (into == nullptr) return false;
    built.spec.as = built.events               ? api::delivery::events
                    : is_parsed_by_python(*into) ? api::delivery::raw
                                                 : api::delivery::json;
    max_retries_ = built.spec.max_retries;
    const bool tells_retries = max_retries_ > 0 && wants_log(log_level::info);
    io_ = api::start(with.via, std::move(built.spec),
                     std::make_unique<loop_sink>(home_->port(), ticket_, tells_retries));
    return true;
}

// The type of the result; made when first asked for, kept with the endpoint.
const target* api_operation::wanted(bool events) {
    if (override_.is != target::kind::unresolved) return &override_;
    target& kept = events ? to_.stream_cast : to_.cast;
    if (kept.is != target::kind::unresolved) return &kept;
    const borrowed spec = events ? to_.stream_cast_spec.get() : to_.cast_spec.get();
    return resolve_target(spec, kept) ? &kept : nullptr;
}

void api_operation::abandon() noexcept {
    if (home_->inherited()) {
        static_cast<void>(new std::shared_ptr<api::call>(std::move(io_)));
        return;
    }
    home_->dismiss(ticket_);
    if (io_) io_->cancel();
}

int api_operation::traverse(visitproc visit, void* arg) const {
    if (const int stop = client_.visit(visit, arg)) return stop;
    if (const int stop = override_.annotation.visit(visit, arg)) return stop;
    return owner_.visit(visit, arg);
}

bool api_operation::receive(arrival& from) {
    if (from.retry) return log_retry(from.retry->pause, from.retry->number, max_retries_);
    if (!from.result) return true;
    const ref call = ref::share(call_);
    // Out of the Call while Python runs below: whatever it does, this object stays.
    const std::unique_ptr<operation> self = take_operation(call.get());
    if (!from.result->events) home_->dismiss(ticket_);
    return settle(call.get(), finish(*from.result));
}

ref api_operation::finish(api::outcome& came) {
    if (came.error) {
        const failure why = came.error;
        const ref raw = make_raw_response(std::move(came));
        if (raw) raise_connection_error(raw.get(), why);
        return {};
    }
    if (came.head->status < 200 || came.head->status >= 300) {
        const ref raw = make_raw_response(std::move(came));
        if (raw) raise_status_error(raw.get());
        return {};
    }
    if (came.events) return stream(came);
    const target* into = wanted(false);
    if (into == nullptr) return {};
    if (!is_parsed_by_python(*into)) return build_response(*into, came);
    const ref raw = make_raw_response(std::move(came));
    PyObject* type = get(global::legacy_response);
    if (!raw || type == nullptr) return {};
    ref response =
        ref::steal(PyObject_CallMethodObjArgs(type, name._from_native, raw.get(), client_.get(),
                                              into->annotation.get(), Py_None, Py_None, nullptr));
    if (raw_ || !response) return response;
    return ref::steal(PyObject_CallMethodNoArgs(response.get(), name.parse));
}

ref api_operation::stream(api::outcome& came) {
    const target* events = wanted(true);
    auto source = std::move(came.events);
    const ref raw = events != nullptr ? make_raw_response(std::move(came)) : ref();
    ref iterator;
    if (raw) {
        const event_settings settings = {*events, to_.synthesize, to_.legacy_events,
                                         strict_};
        iterator = make_event_iterator(home_, ticket_, std::move(source), raw.get(), owner_.get(),
                                       settings);
    }
    if (!iterator) {
        home_->dismiss(ticket_);
        return {};
    }
    if (!raw_) {
        PyObject* type = get(global::async_stream);
        if (type == nullptr) return {};
        return ref::steal(PyObject_CallMethodObjArgs(type, name._from_native, iterator.get(),
                                                     events->annotation.get(), client_.get(),
                                                     nullptr));
    }
    PyObject* type = get(global::legacy_response);
    if (type == nullptr) return {};
    return ref::steal(PyObject_CallMethodObjArgs(type, name._from_native, raw.get(), client_.get(),
                                                 Py_None, events->annotation.get(), iterator.get(),
                                                 nullptr));
}

}  // namespace

ref start_call(std::shared_ptr<loop_state> home, borrowed owner, endpoint& to,
               const native_client& with, borrowed client, built_call&& built) {
    ref call = make_call(home);
    if (!call) return {};
    auto made = std::make_unique<api_operation>(call.get(), std::move(home), owner, to, client);
    api_operation& started = *made;
    set_operation(call.get(), std::move(made));
    return started.start(with, std::move(built)) ? std::move(call) : ref();
}

}  // namespace oai::python
