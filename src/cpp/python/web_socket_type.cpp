// `WebSocket`: how Python sees a connection.
#include <new>

#include "python/client.hpp"
#include "python/errors.hpp"
#include "python/headers.hpp"
#include "python/routing.hpp"
#include "python/tls_objects.hpp"
#include "python/type.hpp"
#include "python/web_socket.hpp"

namespace oai::python {
namespace {

struct socket_object {
    PyObject_HEAD PyObject* weakrefs;
    web_socket* io;
};

PyTypeObject socket_type = blank_type();

web_socket& io_of(PyObject* object) {
    return *reinterpret_cast<socket_object*>(object)->io;
}

bool read_size(borrowed value, std::optional<std::size_t>& out) {
    if (value == nullptr || value == Py_None) return out.reset(), true;
    const Py_ssize_t number = PyNumber_AsSsize_t(value, PyExc_OverflowError);
    if (number < 0) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a limit must be 0 or more");
        return false;
    }
    out = static_cast<std::size_t>(number);
    return true;
}

bool read_marks(borrowed high, borrowed low, ws::settings& into) {
    std::optional<std::size_t> most, least;
    if (!read_size(high, most) || !read_size(low, least)) return false;
    into.marks.reset();
    if (most) into.marks = ws::watermarks{*most, least.value_or(*most / 4)};
    return true;
}

// (bits of the server's window, of the client's, whether each forgets), or None.
bool read_deflate(PyObject* from, std::optional<ws::deflate_offer>& into) {
    if (from == Py_None) return true;
    int forgets[2];
    ws::deflate_offer& offer = into.emplace();
    if (!PyArg_ParseTuple(from, "iipp;deflate must be None or four values", &offer.server_bits,
                          &offer.client_bits, &forgets[0], &forgets[1]))
        return false;
    offer.server_forgets = forgets[0] != 0;
    offer.client_forgets = forgets[1] != 0;
    for (const int bits : {offer.server_bits, offer.client_bits}) {
        if (bits >= 9 && bits <= 15) continue;
        PyErr_Format(PyExc_ValueError, "a window of %d bits: it must be 9 to 15", bits);
        return false;
    }
    return true;
}

bool read_settings(PyObject* args, PyObject* keywords, ws::settings& into, bool& blocking) {
    static const char* known[] = {
        "host",          "port",          "tls",          "target",        "headers",
        "authority",     "verify",        "ca_file",      "ca_dir",        "deflate",
        "max_size",      "high",          "low",          "blocking",      "open_timeout",
        "close_timeout", "ping_interval", "ping_timeout", "ca_data",       "certificate",
        "context",       "proxies",       "uds",          "local_address", nullptr};
    const char *host, *target, *authority;
    tls_arguments trust;
    int port = 0, tls = 0, blocks = 0;
    PyObject *headers, *deflate = Py_None, *size = Py_None, *high = Py_None, *low = Py_None;
    PyObject* clocks[4] = {Py_None, Py_None, Py_None, Py_None};
    routing_arguments routing;
    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "sipsOs|$pssOOOOpOOOOOOOOOO:WebSocket", const_cast<char**>(known),
            &host, &port, &tls, &target, &headers, &authority, &trust.verify, &trust.ca_file,
            &trust.ca_dir, &deflate, &size, &high, &low, &blocks, &clocks[0], &clocks[1],
            &clocks[2], &clocks[3], &trust.ca_data, &trust.certificate, &trust.context,
            &routing.proxies, &routing.uds, &routing.local_address))
        return false;
    into.host = host;
    into.port = static_cast<std::uint16_t>(port);
    into.target = target;
    into.authority = authority;
    blocking = blocks != 0;
    if (tls != 0) {
        into.tls.emplace();
        into.tls->alpn = {"http/1.1"};
        if (!read_tls_arguments(trust, *into.tls)) return false;
    }
    limit* const limits[] = {&into.open_timeout, &into.close_timeout, &into.ping_interval,
                             &into.ping_timeout};
    for (int i = 0; i < 4; ++i)
        if (!read_limit(clocks[i], *limits[i])) return false;
    return read_routing(routing, into.routing) && read_header_pairs(headers, into.headers) &&
           read_deflate(deflate, into.deflate) && read_size(size, into.max_size) &&
           read_marks(high, low, into);
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    ws::settings how;
    bool blocking = false;
    if (!read_settings(args, keywords, how, blocking)) return nullptr;
    std::shared_ptr<loop_state> home;
    if (!blocking && !(home = loop_state::current())) return nullptr;
    auto* made = reinterpret_cast<socket_object*>(type->tp_alloc(type, 0));
    if (made == nullptr) return nullptr;
    auto* object = reinterpret_cast<PyObject*>(made);
    made->io = new web_socket(object, std::move(home), std::move(how));
    return object;
}

void dealloc(PyObject* object) {
    auto* self = reinterpret_cast<socket_object*>(object);
    if (self->weakrefs != nullptr) PyObject_ClearWeakRefs(object);
    {
        const saved_error keep;
        delete self->io;
    }
    Py_TYPE(object)->tp_free(object);
}

PyObject* wait_for(PyObject* object, wish::kind what) {
    wish wanted;
    wanted.what = what;
    return io_of(object).get(wanted).release();
}

PyObject* opened(PyObject* object, PyObject*) {
    return wait_for(object, wish::kind::opened);
}

PyObject* over(PyObject* object, PyObject*) {
    return wait_for(object, wish::kind::over);
}

PyObject* recv(PyObject* object, PyObject* args) {
    PyObject *decode = nullptr, *timeout = Py_None;
    wish wanted;
    if (!PyArg_ParseTuple(args, "O|O:recv", &decode, &timeout) || !read_limit(timeout, wanted.most))
        return nullptr;
    wanted.what = wish::kind::message;
    if (decode != Py_None) wanted.as = decode == Py_True ? wish::form::text : wish::form::bytes;
    return io_of(object).get(wanted).release();
}

PyObject* send(PyObject* object, PyObject* args) {
    Py_buffer data;
    int text = 0;
    if (!PyArg_ParseTuple(args, "s*p:send", &data, &text)) return nullptr;
    ws::message what{text != 0, std::string(static_cast<const char*>(data.buf),
                                            static_cast<std::size_t>(data.len))};
    PyBuffer_Release(&data);
    wish wanted;
    wanted.what = wish::kind::sent;
    if (!io_of(object).send(std::move(what), wanted.number)) return nullptr;
    return io_of(object).get(wanted).release();
}

PyObject* close(PyObject* object, PyObject* args) {
    int code = 0;
    PyObject* reason;
    if (!PyArg_ParseTuple(args, "iU:close", &code, &reason)) return nullptr;
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(reason, &size);
    if (text == nullptr) return nullptr;
    if (size > 123) {
        PyErr_SetString(PyExc_ValueError, "a close reason has at most 123 bytes");
        return nullptr;
    }
    ws::close_frame with;
    with.code = static_cast<std::uint16_t>(code);
    with.reason.assign(text, static_cast<std::size_t>(size));
    if (!io_of(object).close(std::move(with))) return nullptr;
    return over(object, nullptr);
}

PyObject* abort(PyObject* object, PyObject*) {
    io_of(object).abort();
    Py_RETURN_NONE;
}

PyObject* stage_of(PyObject* object, void*) {
    constexpr const char* words[] = {"connecting", "open", "over"};
    return PyUnicode_FromString(words[static_cast<int>(io_of(object).channel().now())]);
}

ref latin_text(const std::string& text) {
    const auto size = static_cast<Py_ssize_t>(text.size());
    return ref::steal(PyUnicode_DecodeLatin1(text.data(), size, nullptr));
}

PyObject* reply_of(PyObject* object, void*) {
    ws::channel& channel = io_of(object).channel();
    if (channel.now() == ws::stage::connecting) Py_RETURN_NONE;
    const ws::reply& answer = channel.answer();
    const ref headers = ref::steal(PyList_New(0));
    for (const auto& [name, value] : answer.headers) {
        const ref key = latin_text(name), text = latin_text(value);
        const ref pair = key && text ? ref::steal(PyTuple_Pack(2, key.get(), text.get())) : ref();
        if (!pair || PyList_Append(headers.get(), pair.get()) < 0) return nullptr;
    }
    const ref reason = latin_text(answer.reason);
    const ref body = ref::steal(
        PyBytes_FromStringAndSize(answer.body.data(), static_cast<Py_ssize_t>(answer.body.size())));
    if (!headers || !reason || !body) return nullptr;
    return Py_BuildValue("iOOO", answer.status, reason.get(), headers.get(), body.get());
}

ref close_of(const std::optional<ws::close_frame>& frame) {
    if (!frame) return ref::share(Py_None);
    const ref reason = ref::steal(PyUnicode_DecodeUTF8(
        frame->reason.data(), static_cast<Py_ssize_t>(frame->reason.size()), "replace"));
    if (!reason) return {};
    return ref::steal(Py_BuildValue("iO", int(frame->code), reason.get()));
}

PyObject* ending_of(PyObject* object, void*) {
    ws::channel& channel = io_of(object).channel();
    if (channel.now() != ws::stage::over) Py_RETURN_NONE;
    const ws::ending& how = channel.how();
    const ref received = close_of(how.received), sent = close_of(how.sent);
    if (!received || !sent) return nullptr;
    return Py_BuildValue("sssOOO", name_of(how.why.code), to_string(how.why.where),
                         how.why.detail.c_str(), received.get(), sent.get(),
                         how.received_first ? Py_True : Py_False);
}

PyMethodDef methods[] = {
    {"opened", opened, METH_NOARGS, nullptr}, {"recv", recv, METH_VARARGS, nullptr},
    {"send", send, METH_VARARGS, nullptr},    {"close", close, METH_VARARGS, nullptr},
    {"over", over, METH_NOARGS, nullptr},     {"abort", abort, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef properties[] = {
    {"stage", stage_of, nullptr, nullptr, nullptr},
    {"reply", reply_of, nullptr, nullptr, nullptr},
    {"ending", ending_of, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

}  // namespace

bool init_web_socket(PyObject* module) {
    PyTypeObject& type = socket_type;
    type.tp_name = "openai_native._core.WebSocket";
    type.tp_basicsize = sizeof(socket_object);
    type.tp_flags = Py_TPFLAGS_DEFAULT;
    type.tp_new = make;
    type.tp_dealloc = dealloc;
    type.tp_weaklistoffset = sizeof(PyObject);
    type.tp_methods = methods;
    type.tp_getset = properties;
    return add_type(module, "WebSocket", type);
}

}  // namespace oai::python
