#include "python/transport_settings.hpp"

#include <string_view>
#include <utility>

#include "python/client.hpp"
#include "python/routing.hpp"
#include "python/tls_objects.hpp"

namespace oai::python {
namespace {

template <class T>
bool read_count(borrowed value, T& out) {
    if (value == nullptr) return true;
    if (value == Py_None) return out = T(-1), true;
    const long long number = PyLong_AsLongLong(value);
    if (number < 0) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a limit must be 0 or more");
        return false;
    }
    out = static_cast<T>(number);
    return true;
}

// (level, name, value), the value a number or bytes.
bool read_socket_options(borrowed given, net::socket_options& out) {
    const ref list = ref::steal(PySequence_Fast(given, "socket_options must be a list"));
    for (Py_ssize_t i = 0; list && i < PySequence_Fast_GET_SIZE(list.get()); ++i) {
        net::socket_option& option = out.emplace_back();
        PyObject* value;
        if (!PyArg_ParseTuple(PySequence_Fast_GET_ITEM(list.get(), i), "iiO", &option.level,
                              &option.name, &value))
            return false;
        if (PyBytes_Check(value)) {
            option.value.assign(PyBytes_AS_STRING(value),
                                static_cast<std::size_t>(PyBytes_GET_SIZE(value)));
            continue;
        }
        const int number = static_cast<int>(PyLong_AsLong(value));
        if (number == -1 && PyErr_Occurred()) return false;
        option.value.assign(reinterpret_cast<const char*>(&number), sizeof number);
    }
    return static_cast<bool>(list);
}

bool read_h2_use(std::string_view given, http::h2_use& out) {
    for (const auto& [name, value] : {std::pair("negotiated", http::h2_use::negotiated),
                                      std::pair("never", http::h2_use::never),
                                      std::pair("prior_knowledge", http::h2_use::prior_knowledge)})
        if (given == name) return out = value, true;
    PyErr_SetString(PyExc_ValueError, "http2 must be negotiated, never or prior_knowledge");
    return false;
}

}  // namespace

bool read_transport_settings(PyObject* args, PyObject* keywords, http::pool_settings& out) {
    static const char* known[] = {
        "max_connections", "max_idle", "idle_expiry", "verify",        "ca_file", "ca_dir",
        "socket_options",  "http2",    "ca_data",     "certificate",   "context", "max_per_origin",
        "max_age",         "proxies",  "uds",         "local_address", nullptr};
    PyObject *connections = nullptr, *idle = nullptr, *expiry = nullptr, *sockets = nullptr;
    PyObject *per_origin = nullptr, *age = nullptr;
    const char* http2 = "negotiated";
    tls_arguments trust;
    routing_arguments routing;
    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "|$OOOpssOsOOOOOOOO:Transport", const_cast<char**>(known), &connections,
            &idle, &expiry, &trust.verify, &trust.ca_file, &trust.ca_dir, &sockets, &http2,
            &trust.ca_data, &trust.certificate, &trust.context, &per_origin, &age, &routing.proxies,
            &routing.uds, &routing.local_address))
        return false;
    http::pool_limits& limits = out.limits;
    return read_tls_arguments(trust, out.tls) && read_h2_use(http2, out.http2) &&
           read_count(connections, limits.max_connections) && read_count(idle, limits.max_idle) &&
           read_count(per_origin, limits.max_per_origin) &&
           (expiry == nullptr || read_limit(expiry, limits.idle_expiry)) &&
           (age == nullptr || read_limit(age, limits.max_age)) &&
           (sockets == nullptr || read_socket_options(sockets, out.sockets)) &&
           read_routing(routing, out.routing);
}

}  // namespace oai::python
