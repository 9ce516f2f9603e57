#include "python/routing.hpp"

#include <sys/un.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "python/headers.hpp"
#include "python/tls_objects.hpp"

namespace oai::python {
namespace {

namespace ip = boost::asio::ip;

// Texts of these structures were checked by Python: what does not fit here is a mistake of ours.
bool refuse(const char* what) {
    PyErr_Format(PyExc_ValueError, "%s is not what a route is made of", what);
    return false;
}

bool read_text(PyObject* from, const char* name, std::string& out) {
    const ref value = ref::steal(PyObject_GetAttrString(from, name));
    Py_ssize_t size = 0;
    const char* text = value ? PyUnicode_AsUTF8AndSize(value.get(), &size) : nullptr;
    if (text == nullptr) return false;
    out.assign(text, static_cast<std::size_t>(size));
    return true;
}

bool read_number(PyObject* from, const char* name, long most, long& out) {
    const ref value = ref::steal(PyObject_GetAttrString(from, name));
    out = value ? PyLong_AsLong(value.get()) : -1;
    if (PyErr_Occurred()) return false;
    return (out >= 0 && out <= most) || refuse(name);
}

bool read_port(PyObject* from, std::uint16_t& out) {
    long number = 0;
    if (!read_number(from, "port", 65535, number)) return false;
    out = static_cast<std::uint16_t>(number);
    return true;
}

template <std::size_t Count>
bool read_word(PyObject* from, const char* name, const char* const (&words)[Count], int& out) {
    std::string text;
    if (!read_text(from, name, text)) return false;
    const auto at = std::find(std::begin(words), std::end(words), text);
    out = static_cast<int>(at - std::begin(words));
    return at != std::end(words) || refuse(name);
}

bool read_fields(PyObject* from, net::proxy& out) {
    const ref pairs = ref::steal(PyObject_GetAttrString(from, "headers"));
    header_list fields;
    if (!pairs || !read_header_pairs(pairs.get(), fields)) return false;
    for (const auto& [name, value] : fields) {
        const bool credentials = http::iequals(name, "proxy-authorization");
        std::string& lines = credentials ? out.authorization : out.fields;
        lines.append(name).append(": ").append(value).append("\r\n");
    }
    return true;
}

// The same names as Transport's.
bool read_trust(PyObject* from, net::tls_settings& out) {
    static const char* known[] = {"verify",      "ca_file", "ca_dir", "ca_data",
                                  "certificate", "context", nullptr};
    const ref trust = ref::steal(PyObject_GetAttrString(from, "trust"));
    const ref named = trust ? ref::steal(PyDict_New()) : ref();
    const ref nothing = ref::steal(PyTuple_New(0));
    tls_arguments given;
    return named && nothing && PyDict_Update(named.get(), trust.get()) == 0 &&
           PyArg_ParseTupleAndKeywords(nothing.get(), named.get(), "|$pssOOO:Proxy",
                                       const_cast<char**>(known), &given.verify, &given.ca_file,
                                       &given.ca_dir, &given.ca_data, &given.certificate,
                                       &given.context) != 0 &&
           read_tls_arguments(given, out);
}

std::shared_ptr<const net::proxy> read_proxy(PyObject* from) {
    constexpr const char* schemes[] = {"http", "https", "socks5", "socks5h"};
    auto made = std::make_shared<net::proxy>();
    int kind = 0;
    const bool good = read_word(from, "scheme", schemes, kind) &&
                      read_text(from, "host", made->host) && read_port(from, made->port) &&
                      read_text(from, "user", made->user) &&
                      read_text(from, "password", made->password) && read_fields(from, *made) &&
                      read_trust(from, made->tls);
    made->speaks = static_cast<net::proxy::kind>(kind);
    return good ? made : nullptr;
}

bool read_address(const std::string& text, ip::address& out) {
    error_code no_address;
    out = ip::make_address(text, no_address);
    return !no_address || refuse(text.c_str());
}

bool read_rule(PyObject* from, net::proxy_rule& out) {
    constexpr const char* extents[] = {"all", "same", "below", "domain", "addresses"};
    int extent = 0;
    long prefix = 0;
    if (!read_text(from, "scheme", out.scheme) || !read_word(from, "extent", extents, extent) ||
        !read_text(from, "host", out.host) || !read_number(from, "prefix", 128, prefix) ||
        !read_port(from, out.port))
        return false;
    out.reach = static_cast<net::proxy_rule::extent>(extent);
    out.prefix = static_cast<unsigned>(prefix);
    if (out.reach == net::proxy_rule::extent::addresses && !read_address(out.host, out.network))
        return false;
    const ref by = ref::steal(PyObject_GetAttrString(from, "proxy"));
    if (by && by.get() != Py_None) out.to = read_proxy(by.get());
    return by && (by.get() == Py_None || out.to);
}

bool read_rules(PyObject* given, std::vector<net::proxy_rule>& out) {
    const ref list = ref::steal(PySequence_Fast(given, "proxies must be a list of rules"));
    for (Py_ssize_t i = 0; list && i < PySequence_Fast_GET_SIZE(list.get()); ++i)
        if (!read_rule(PySequence_Fast_GET_ITEM(list.get(), i), out.emplace_back())) return false;
    return static_cast<bool>(list);
}

}  // namespace

bool read_unix_path(borrowed value, std::string& out) {
    if (value == Py_None) return true;
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(value, &size);
    if (text == nullptr) return false;
    constexpr std::size_t most = sizeof(sockaddr_un::sun_path) - 1;
    if (size == 0 || static_cast<std::size_t>(size) > most) {
        PyErr_Format(PyExc_ValueError, "the path of a unix socket has 1 to %zu bytes, not %zd: %R",
                     most, size, value);
        return false;
    }
    out.assign(text, static_cast<std::size_t>(size));
    return true;
}

bool read_routing(const routing_arguments& given, net::routing& out) {
    if (given.proxies != nullptr && !read_rules(given.proxies, out.proxies)) return false;
    if (given.uds != nullptr && !read_unix_path(given.uds, out.unix_path)) return false;
    if (given.local_address == nullptr || given.local_address == Py_None) return true;
    const char* text = PyUnicode_AsUTF8(given.local_address);
    return text != nullptr && read_address(text, out.from.emplace());
}

}  // namespace oai::python
