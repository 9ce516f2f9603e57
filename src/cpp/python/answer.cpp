#include "python/answer.hpp"

#include "python/errors.hpp"
#include "python/log_level.hpp"
#include "python/raw_response.hpp"
#include "python/response_builder.hpp"

namespace oai::python {

bool answer::expect(built_call& built) {
    max_retries_ = built.spec.max_retries;
    verbatim_ = built.spec.verbatim;
    if (verbatim_) {
        built.spec.as = api::delivery::bytes;
        return true;
    }
    const bool informs = wants_log(log_level::info);
    tells_retries_ = informs && max_retries_ > 0;
    logs_ = informs && wants_log(log_level::debug);
    if (logs_ && !log_start(to_.method)) return false;
    raw_ = built.headers.raw;
    strict_ = built.strict;
    streamed_ = built.headers.streamed;
    events_ = built.events;
    if (!events_) built.spec.bounds.first_event = built.spec.bounds.stream_idle = std::nullopt;
    if (streamed_) {
        // What it is parsed into is looked at when somebody asks for that.
        override_.annotation = std::move(built.headers.cast_to);
        built.spec.as = api::delivery::bytes;
        return true;
    }
    if (built.headers.cast_to && !resolve_target(built.headers.cast_to.get(), override_))
        return false;
    const target& known = override_.annotation ? override_ : to_.cast;
    built.spec.as = events_                ? api::delivery::events
                    : python_parses(known) ? api::delivery::raw
                                           : api::delivery::json;
    return true;
}

bool answer::note(const api::next_attempt& next) const {
    if (logs_ && !log_attempt(to_.method, next.status, next.request_id, next.failed)) return false;
    return log_retry(std::chrono::duration<double>(next.pause).count(), next.number, max_retries_);
}

bool answer::log_end(const api::outcome& came) const {
    const bool answered = !came.error && came.head;
    const std::string_view id = answered ? came.head->get("x-request-id") : std::string_view();
    return log_attempt(to_.method, answered ? came.head->status : 0, id, came.error.code);
}

// The type of the result; made when first asked for, kept with the endpoint.
const target* answer::wanted(bool events) {
    if (override_.is != target::kind::unresolved) return &override_;
    target& kept = events ? to_.stream_cast : to_.cast;
    if (kept.is != target::kind::unresolved) return &kept;
    const borrowed spec = events ? to_.stream_cast_spec.get() : to_.cast_spec.get();
    return resolve_target(spec, kept) ? &kept : nullptr;
}

int answer::traverse_answer(visitproc visit, void* arg) const {
    if (const int stop = client_.visit(visit, arg)) return stop;
    if (const int stop = override_.annotation.visit(visit, arg)) return stop;
    return owner_.visit(visit, arg);
}

ref answer::finish(api::outcome& came) {
    if (logs_ && !log_end(came)) return {};
    if (came.error) {
        const failure why = came.error;
        const auto missed = came.missed;
        const ref raw = make_raw_response(std::move(came));
        if (raw) raise_connection_error(raw.get(), why, missed);
        return {};
    }
    if (verbatim_) return byte_reader(came);
    if (came.head->status < 200 || came.head->status >= 300) {
        const auto missed = came.missed;
        const ref raw = make_raw_response(std::move(came));
        if (raw) raise_status_error(raw.get(), missed);
        return {};
    }
    if (streamed_) return streamed_response(came);
    if (came.events) return stream(came);
    const target* into = wanted(false);
    if (into == nullptr) return {};
    if (!python_parses(*into)) return build_response(*into, came);
    const ref raw = make_raw_response(std::move(came));
    PyObject* type = get(global::legacy_response);
    if (!raw || type == nullptr) return {};
    ref response =
        ref::steal(PyObject_CallMethodObjArgs(type, name._from_native, raw.get(), client_.get(),
                                              into->annotation.get(), Py_None, Py_None, nullptr));
    if (raw_ || !response) return response;
    return ref::steal(PyObject_CallMethodNoArgs(response.get(), name.parse));
}

ref answer::take_reader(api::outcome& came, ref& raw, const target& into) {
    auto source = std::move(came.events);
    raw = make_raw_response(std::move(came));
    if (!raw) return {};
    const event_settings settings = {into, to_.synthesize, to_.legacy_events, strict_};
    return make_reader(std::move(source), raw.get(), settings);
}

ref answer::byte_reader(api::outcome& came) {
    target pieces;
    pieces.is = target::kind::chunk;
    ref raw;
    return take_reader(came, raw, pieces);
}

ref answer::streamed_response(api::outcome& came) {
    const ref reader = byte_reader(came);
    PyObject* type = reader ? get(response_class()) : nullptr;
    if (type == nullptr) return {};
    const borrowed spec = events_ ? to_.stream_cast_spec.get() : to_.cast_spec.get();
    const borrowed cast_to = override_.annotation ? override_.annotation.get() : spec;
    return ref::steal(PyObject_CallMethodObjArgs(type, name._from_native, reader.get(),
                                                 client_.get(), cast_to,
                                                 events_ ? Py_True : Py_False, nullptr));
}

ref answer::stream(api::outcome& came) {
    const target* events = wanted(true);
    if (events == nullptr) return {};
    ref raw;
    const ref reader = take_reader(came, raw, *events);
    PyObject* type = reader ? get(raw_ ? global::legacy_response : stream_class()) : nullptr;
    if (type == nullptr) return {};
    if (!raw_)
        return ref::steal(PyObject_CallMethodObjArgs(type, name._from_native, reader.get(),
                                                     events->annotation.get(), client_.get(),
                                                     nullptr));
    return ref::steal(PyObject_CallMethodObjArgs(type, name._from_native, raw.get(), client_.get(),
                                                 Py_None, events->annotation.get(), reader.get(),
                                                 nullptr));
}

}  // namespace oai::python
