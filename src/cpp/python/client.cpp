#include "python/client.hpp"

#include <cmath>
#include <new>
#include <utility>

#include "python/interned.hpp"
#include "python/pacing.hpp"
#include "python/routing.hpp"
#include "python/transport_settings.hpp"
#include "python/type.hpp"

namespace oai::python {

bool read_limit(borrowed value, limit& out) {
    if (value == Py_None) return out.reset(), true;
    const double seconds = PyFloat_AsDouble(value);
    if (seconds == -1.0 && PyErr_Occurred()) {
        if (drop_error())
            PyErr_Format(PyExc_TypeError, "timeout must be a number of seconds, not %s",
                         Py_TYPE(value)->tp_name);
        return false;
    }
    if (std::isnan(seconds) || seconds < 0) {
        PyErr_Format(PyExc_ValueError, "timeout must be 0 or more seconds, not %R", value);
        return false;
    }
    constexpr double longest = 1e9;
    if (seconds > longest)
        out.reset();
    else
        out = milliseconds(static_cast<long long>(std::ceil(seconds * 1000)));
    return true;
}

namespace {

struct transport_object {
    PyObject_HEAD std::shared_ptr<api::transport> via;
};

struct client_object {
    PyObject_HEAD native_client settings;
};

PyTypeObject transport_type = blank_type();
PyTypeObject client_type = blank_type();

bool read_clocks(borrowed connect, borrowed read, borrowed write, borrowed pool,
                 clock_settings& out) {
    if (!read_limit(connect, out.clocks.connect) || !read_limit(read, out.clocks.read) ||
        !read_limit(write, out.clocks.write) || !read_limit(pool, out.clocks.pool))
        return false;
    out.read_text.clear();
    if (read == Py_None) return true;
    const ref text = ref::steal(PyObject_Str(read));
    const char* bytes = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
    if (bytes == nullptr) return false;
    out.read_text = bytes;
    return true;
}

// None: as it is.
bool read_most(borrowed value, std::uint64_t& out) {
    if (value == Py_None) return true;
    const unsigned long long number = PyLong_AsUnsignedLongLong(value);
    if (PyErr_Occurred()) return false;
    out = number;
    return true;
}

PyObject* new_transport(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    http::pool_settings settings;
    if (!read_transport_settings(args, keywords, settings)) return nullptr;
    PyObject* made = type->tp_alloc(type, 0);
    if (made == nullptr) return nullptr;
    new (&reinterpret_cast<transport_object*>(made)->via)
        std::shared_ptr<api::transport>(api::make_transport(std::move(settings)));
    return made;
}

api::transport& via_of(PyObject* object) {
    return *reinterpret_cast<transport_object*>(object)->via;
}

void free_transport(PyObject* object) {
    reinterpret_cast<transport_object*>(object)->via.~shared_ptr();
    PyObject_Free(object);
}

PyObject* close_transport(PyObject* object, PyObject* args, PyObject* keywords) {
    static const char* known[] = {"abort", nullptr};
    int abort = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|p:close", const_cast<char**>(known), &abort))
        return nullptr;
    via_of(object).close(abort != 0);
    Py_RETURN_NONE;
}

PyObject* transport_closed(PyObject* object, void*) {
    return PyBool_FromLong(via_of(object).closed());
}

PyObject* transport_stats(PyObject* object, PyObject*) {
    const api::transport_stats now = via_of(object).stats();
    const std::pair<const char*, std::uint64_t> numbers[] = {
        {"open", now.pool.open},
        {"idle", now.pool.idle},
        {"waiting", now.pool.waiting},
        {"calls", now.calls},
        {"in_flight", now.in_flight},
        {"retries", now.retries},
        {"resends", now.resends},
        {"redirects", now.redirects},
        {"connections", now.connections},
        {"handshakes", now.handshakes},
        {"resumed", now.resumed},
        {"h2_connections", now.h2_connections},
        {"h1_fallbacks", now.h1_fallbacks},
        {"bytes_sent", now.bytes_sent},
        {"bytes_received", now.bytes_received},
    };
    ref made = ref::steal(PyDict_New());
    for (const auto& [key, value] : numbers) {
        const ref number = ref::steal(PyLong_FromUnsignedLongLong(value));
        if (!made || !number || PyDict_SetItemString(made.get(), key, number.get()) < 0)
            return nullptr;
    }
    return made.release();
}

bool read_schemes(PyObject* mapping, native_client& into) {
    const ref items = ref::steal(PyMapping_Items(mapping));
    for (Py_ssize_t i = 0; items && i < PyList_GET_SIZE(items.get()); ++i) {
        const char* scheme;
        PyObject* pairs;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(items.get(), i), "sO", &scheme, &pairs)) return false;
        auto& entry = into.schemes.emplace_back(scheme, header_list());
        if (!read_header_pairs(pairs, entry.second)) return false;
    }
    return static_cast<bool>(items);
}

bool fill_client(native_client& into, PyObject* args, PyObject* keywords) {
    static const char* known[] = {"",
                                  "tls",
                                  "host",
                                  "port",
                                  "base_path",
                                  "headers",
                                  "default_query",
                                  "timeout",
                                  "max_retries",
                                  "idempotency_header",
                                  "strict",
                                  "prepare",
                                  "prepared",
                                  "blocking",
                                  "asks",
                                  "watch",
                                  "follow_redirects",
                                  "deadline",
                                  "first_event_timeout",
                                  "stream_idle_timeout",
                                  "max_response_bytes",
                                  "uds",
                                  "pacer",
                                  "estimate",
                                  nullptr};
    PyObject *transport, *headers = nullptr, *timeout = nullptr, *watch = nullptr, *uds = Py_None;
    PyObject *deadline = Py_None, *first = Py_None, *idle = Py_None, *bytes = Py_None;
    PyObject *pacer = Py_None, *estimate = Py_None;
    int tls = 1, port = 0, strict = 0, prepare = 0, prepared = 0, blocking = 0, asks = 0,
        follow = 1;
    const char *host = nullptr, *base_path = "", *query = "", *idempotency = nullptr;
    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "O!|$psisOsOizpppppOpOOOOOOO:NativeClient", const_cast<char**>(known),
            &transport_type, &transport, &tls, &host, &port, &base_path, &headers, &query, &timeout,
            &into.max_retries, &idempotency, &strict, &prepare, &prepared, &blocking, &asks, &watch,
            &follow, &deadline, &first, &idle, &bytes, &uds, &pacer, &estimate))
        return false;
    if (host == nullptr || headers == nullptr || timeout == nullptr || port <= 0) {
        PyErr_SetString(PyExc_TypeError, "NativeClient needs host, port, headers and timeout");
        return false;
    }
    into.via = reinterpret_cast<transport_object*>(transport)->via;
    auto origin = std::make_shared<http::origin>();
    origin->tls = tls != 0;
    origin->host = host;
    origin->port = static_cast<std::uint16_t>(port);
    if (!read_unix_path(uds, origin->unix_path)) return false;
    into.to = std::move(origin);
    into.base_path = base_path;
    while (into.base_path.ends_with('/')) into.base_path.pop_back();
    into.default_query = query;
    into.idempotency_header = idempotency != nullptr ? idempotency : "";
    into.strict = strict != 0;
    into.prepare = prepare != 0;
    into.prepared = prepared != 0;
    into.blocking = blocking != 0;
    into.asks = asks != 0;
    into.follow_redirects = follow != 0;
    return (watch == nullptr || read_watch_list(watch, into.watch)) &&
           read_schemes(headers, into) && read_timeout_argument(timeout, into.clocks) &&
           read_limit(deadline, into.bounds.deadline) &&
           read_limit(first, into.bounds.first_event) &&
           read_limit(idle, into.bounds.stream_idle) && read_most(bytes, into.bounds.body) &&
           read_pacing(pacer, estimate, into);
}

PyObject* new_client(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    ref made = ref::steal(type->tp_alloc(type, 0));
    if (!made) return nullptr;
    auto* settings = new (&reinterpret_cast<client_object*>(made.get())->settings) native_client;
    return fill_client(*settings, args, keywords) ? made.release() : nullptr;
}

void free_client(PyObject* object) {
    PyObject_GC_UnTrack(object);
    reinterpret_cast<client_object*>(object)->settings.~native_client();
    PyObject_GC_Del(object);
}

// What it watches may know the client.
int traverse_client(PyObject* object, visitproc visit, void* arg) {
    const native_client& settings = reinterpret_cast<client_object*>(object)->settings;
    if (const int stop = settings.estimate.visit(visit, arg)) return stop;
    return settings.watch.traverse(visit, arg);
}

PyMethodDef transport_methods[] = {
    {"close", as_method(close_transport), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"stats", transport_stats, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef transport_properties[] = {
    {"closed", transport_closed, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

}  // namespace

bool read_timeout_argument(borrowed value, clock_settings& out) {
    if (value == Py_None || PyFloat_Check(value) || PyLong_Check(value))
        return read_clocks(value, value, value, value, out);
    if (PyTuple_Check(value) && PyTuple_GET_SIZE(value) == 4)
        return read_clocks(PyTuple_GET_ITEM(value, 0), PyTuple_GET_ITEM(value, 1),
                           PyTuple_GET_ITEM(value, 2), PyTuple_GET_ITEM(value, 3), out);
    // Timeout objects of httpx2 and httpx.
    const borrowed attributes[] = {name.connect, name.read, name.write, name.pool};
    ref parts[4];
    for (int i = 0; i < 4; ++i) {
        parts[i] = ref::steal(PyObject_GetAttr(value, attributes[i]));
        if (parts[i]) continue;
        if (drop_error())
            PyErr_Format(PyExc_TypeError,
                         "timeout must be a number of seconds, None or openai_native.Timeout, "
                         "not %s",
                         Py_TYPE(value)->tp_name);
        return false;
    }
    return read_clocks(parts[0].get(), parts[1].get(), parts[2].get(), parts[3].get(), out);
}

const header_list* native_client::scheme(std::string_view name) const noexcept {
    for (const auto& [known, headers] : schemes)
        if (known == name) return &headers;
    return nullptr;
}

header_list native_client::headers_for(const endpoint_shape& shape, bool own_clock) const {
    const header_list* defaults = scheme(shape.scheme);
    // Without credentials the call brings its own; the other defaults stay.
    if (defaults == nullptr) defaults = scheme("none");
    header_list list = defaults != nullptr ? *defaults : header_list();
    for (const auto& [name, value] : shape.fixed) set_header(list, name, value);
    if (!shape.body) remove_header(list, "content-type");
    if (!own_clock && !clocks.read_text.empty() && !has_header(list, "x-stainless-read-timeout"))
        list.emplace_back("x-stainless-read-timeout", clocks.read_text);
    return list;
}

std::shared_ptr<const http::header_block> native_client::head_for(const endpoint_shape& shape,
                                                                  bool own_clock) const {
    const std::size_t at = std::size_t{shape.id} * 2 + own_clock;
    if (heads.size() <= at) heads.resize(at + 1);
    if (!heads[at])
        heads[at] = std::make_shared<http::header_block>(block_of(headers_for(shape, own_clock)));
    return heads[at];
}

std::shared_ptr<api::transport> transport_in(borrowed object) {
    if (Py_IS_TYPE(object, &transport_type))
        return reinterpret_cast<transport_object*>(object)->via;
    PyErr_Format(PyExc_TypeError, "expected a Transport, not %s", Py_TYPE(object)->tp_name);
    return nullptr;
}

const native_client* native_client_in(borrowed object) {
    if (Py_IS_TYPE(object, &client_type))
        return &reinterpret_cast<client_object*>(object)->settings;
    PyErr_Format(PyExc_TypeError, "expected a NativeClient, not %s", Py_TYPE(object)->tp_name);
    return nullptr;
}

bool init_client(PyObject* module) {
    transport_type.tp_name = "openai_native._core.Transport";
    transport_type.tp_basicsize = sizeof(transport_object);
    transport_type.tp_flags = Py_TPFLAGS_DEFAULT;
    transport_type.tp_new = new_transport;
    transport_type.tp_dealloc = free_transport;
    transport_type.tp_methods = transport_methods;
    transport_type.tp_getset = transport_properties;
    client_type.tp_name = "openai_native._core.NativeClient";
    client_type.tp_basicsize = sizeof(client_object);
    client_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
    client_type.tp_traverse = traverse_client;
    client_type.tp_new = new_client;
    client_type.tp_dealloc = free_client;
    return add_type(module, "Transport", transport_type) &&
           add_type(module, "NativeClient", client_type);
}

}  // namespace oai::python
