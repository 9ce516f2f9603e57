#include "python/errors.hpp"

#include "python/interned.hpp"

namespace oai::python {

const char* name_of(const error_code& code) noexcept {
    if (code.category() != category()) return "system_error";
    switch (static_cast<errc>(code.value())) {
        case errc::success:
            return "success";
        case errc::cancelled:
            return "cancelled";
        case errc::client_closed:
            return "client_closed";
        case errc::engine_stopped:
            return "engine_stopped";
        case errc::host_not_found:
            return "host_not_found";
        case errc::connect_failed:
            return "connect_failed";
        case errc::tls_failed:
            return "tls_failed";
        case errc::proxy_refused:
            return "proxy_refused";
        case errc::proxy_auth:
            return "proxy_auth";
        case errc::certificate_refused:
            return "certificate_refused";
        case errc::connect_timeout:
            return "connect_timeout";
        case errc::pool_timeout:
            return "pool_timeout";
        case errc::write_timeout:
            return "write_timeout";
        case errc::read_timeout:
            return "read_timeout";
        case errc::deadline_timeout:
            return "deadline_timeout";
        case errc::first_event_timeout:
            return "first_event_timeout";
        case errc::stream_idle_timeout:
            return "stream_idle_timeout";
        case errc::connection_closed:
            return "connection_closed";
        case errc::bad_response:
            return "bad_response";
        case errc::header_too_large:
            return "header_too_large";
        case errc::too_many_headers:
            return "too_many_headers";
        case errc::too_many_interim:
            return "too_many_interim";
        case errc::chunks_too_large:
            return "chunks_too_large";
        case errc::body_too_large:
            return "body_too_large";
        case errc::line_too_large:
            return "line_too_large";
        case errc::insecure_redirect:
            return "insecure_redirect";
        case errc::too_many_redirects:
            return "too_many_redirects";
        case errc::bad_encoding:
            return "bad_encoding";
        case errc::bad_json:
            return "bad_json";
        case errc::body_unreadable:
            return "body_unreadable";
        case errc::not_processed:
            return "not_processed";
        case errc::stream_reset:
            return "stream_reset";
        case errc::peer_silent:
            return "peer_silent";
        case errc::handshake_refused:
            return "handshake_refused";
        case errc::bad_handshake:
            return "bad_handshake";
        case errc::bad_frame:
            return "bad_frame";
        case errc::end_of_body:
            return "end_of_body";
    }
    return "system_error";
}

namespace {

void raise_made(ref error) {
    if (error) raise(error.get());
}

double seconds(milliseconds length) {
    return std::chrono::duration<double>(length).count();
}

// (pause, deadline) in seconds, or None.
ref told(const missed_retry& missed) {
    if (!missed) return ref::share(Py_None);
    return ref::steal(Py_BuildValue("(dd)", seconds(missed->pause), seconds(missed->deadline)));
}

}  // namespace

void raise_status_error(borrowed raw, const missed_retry& missed) {
    PyObject* make = get(global::make_status_error);
    const ref note = make != nullptr ? told(missed) : ref();
    if (note) raise_made(ref::steal(PyObject_CallFunctionObjArgs(make, raw, note.get(), nullptr)));
}

void raise_connection_error(borrowed raw, const failure& why, const missed_retry& missed) {
    PyObject* make = get(global::make_connection_error);
    if (make == nullptr) return;
    const ref note = told(missed);
    const ref after =
        why.after ? ref::steal(PyFloat_FromDouble(seconds(*why.after))) : ref::share(Py_None);
    if (!note || !after) return;
    const std::string detail =
        why.detail.empty() && why.code.category() != category() ? why.code.message() : why.detail;
    raise_made(ref::steal(PyObject_CallFunction(make, "OsssOO", raw, name_of(why.code),
                                                to_string(why.where), detail.c_str(), after.get(),
                                                note.get())));
}

void raise_stream_error(borrowed raw, borrowed data) {
    PyObject* make = get(global::make_stream_error);
    if (make != nullptr)
        raise_made(ref::steal(PyObject_CallFunctionObjArgs(make, raw, data, nullptr)));
}

void raise_decode_error(borrowed raw) {
    if (!PyErr_ExceptionMatches(PyExc_ValueError)) return;
    const ref cause = take_error();
    PyObject* make = get(global::make_decode_error);
    if (make != nullptr)
        raise_made(ref::steal(PyObject_CallFunctionObjArgs(make, raw, cause.get(), nullptr)));
}

}  // namespace oai::python
