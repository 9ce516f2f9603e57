#include "python/event_reader.hpp"

#include "api/grace.hpp"
#include "api/parsed_stream.hpp"
#include "json/writer.hpp"
#include "python/errors.hpp"
#include "python/interned.hpp"
#include "python/response_builder.hpp"

namespace oai::python {
namespace {

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

event_reader::event_reader(std::shared_ptr<api::event_stream> events, borrowed raw, borrowed owner,
                           event_settings settings)
    : events_(std::move(events)),
      raw_(ref::share(raw)),
      owner_(ref::share(owner)),
      settings_(std::move(settings)) {}

void event_reader::leak() noexcept {
    static_cast<void>(new auto(std::move(events_)));
}

int event_reader::traverse(visitproc visit, void* arg) const {
    if (const int stop = raw_.visit(visit, arg)) return stop;
    if (const int stop = settings_.into.annotation.visit(visit, arg)) return stop;
    return owner_.visit(visit, arg);
}

void event_reader::stay() noexcept {
    if (leaving_) leaving_->store(false);
    leaving_.reset();
}

event_reader::outcome event_reader::take(ref& event) {
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
                if (why.code == errc::engine_stopped && silent()) return outcome::wait;
                finish();
                raise_connection_error(raw_.get(), why);
                return outcome::failed;
            }
            case api::pop_result::closed:
                finish();
                if (closed_) return stop();
                PyErr_Format(PyExc_RuntimeError,
                             "this stream was closed when its `%s` was left: read it in one loop, "
                             "or call its %s",
                             blocking() ? "for" : "async for",
                             blocking() ? "__next__" : "__anext__");
                return outcome::failed;
        }
    }
}

event_reader::outcome event_reader::stop() {
    PyErr_SetNone(blocking() ? PyExc_StopIteration : PyExc_StopAsyncIteration);
    return outcome::failed;
}

event_reader::outcome event_reader::fail() noexcept {
    const saved_error keep;
    finish();
    return outcome::failed;
}

bool event_reader::parse_events(borrowed annotation) {
    if (settings_.into.is != target::kind::chunk) {
        PyErr_SetString(PyExc_RuntimeError, "these events are being parsed already");
        return false;
    }
    target into;
    if (!resolve_target(annotation, into)) return false;
    settings_.into = std::move(into);
    events_ = std::make_shared<api::parsed_stream>(std::move(events_));
    return true;
}

ref event_reader::convert(api::stream_event& event) {
    if (settings_.into.is == target::kind::chunk)
        return ref::steal(PyBytes_FromStringAndSize(event.data.data(),
                                                    static_cast<Py_ssize_t>(event.data.size())));
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

ref event_reader::build_event(const json::document& document) {
    if (!settings_.strict) return build_document(settings_.into, document);
    return validated(ref::steal(build_plain(document)));
}

ref event_reader::build_event(std::string_view text) {
    if (!settings_.strict) return build_text(settings_.into, text);
    if (const auto document = json::document::parse(text)) return build_event(*document);
    return validated(
        ref::steal(build_from_text(reinterpret_cast<PyObject*>(&PyBaseObject_Type), text)));
}

ref event_reader::validated(ref value) {
    PyObject* check = value ? get(global::validated_event) : nullptr;
    if (check == nullptr) return {};
    return ref::steal(PyObject_CallFunctionObjArgs(check, raw_.get(), value.get(),
                                                   settings_.into.annotation.get(), nullptr));
}

// {"data": the event, "event": its name}, as the official client hands such events on.
ref event_reader::wrap(const api::stream_event& event) {
    std::string text = R"({"data":)" + event.data + R"(,"event":)";
    if (event.name.empty())
        text += "null";
    else
        json::write_string(text, event.name);
    text += "}";
    return build_event(text);
}

ref event_reader::raise_error_object(const json::document& document) {
    const ref data = ref::steal(build_plain(document));
    if (data) raise_stream_error(raw_.get(), data.get());
    return {};
}

void event_reader::close_after_grace() noexcept {
    if (finished_ || inherited()) return;
    leaving_ = std::make_shared<std::atomic<bool>>(true);
    close_later(events_, leaving_);
}

void event_reader::finish() noexcept {
    if (std::exchange(finished_, true) || inherited()) return;
    let_go();
    events_->close();
}

}  // namespace oai::python
