#include "python/tls_objects.hpp"

#include <new>
#include <optional>
#include <string_view>

#include "python/ssl_context.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

template <class T>
struct holder {
    PyObject_HEAD std::shared_ptr<const T> held;
};

using certificate_object = holder<net::tls_identity>;
using context_object = holder<net::tls_carried>;

PyTypeObject certificate_type = blank_type();
PyTypeObject context_type = blank_type();

template <class Object>
auto& held_by(PyObject* object) {
    return reinterpret_cast<Object*>(object)->held;
}

template <class Object, class T>
PyObject* hold(PyTypeObject* type, std::shared_ptr<const T> what) {
    PyObject* made = type->tp_alloc(type, 0);
    if (made != nullptr) new (&held_by<Object>(made)) std::shared_ptr<const T>(std::move(what));
    return made;
}

template <class Object>
void dealloc(PyObject* object) {
    std::destroy_at(&held_by<Object>(object));
    PyObject_Free(object);
}

template <class Object>
PyObject* compare(PyObject* one, PyObject* other, int how) {
    if (!Py_IS_TYPE(other, Py_TYPE(one)) || (how != Py_EQ && how != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    const bool equal = *held_by<Object>(one) == *held_by<Object>(other);
    return PyBool_FromLong(equal == (how == Py_EQ));
}

// Bytes are PEM text; a str is a path, whose bytes are then kept in `encoded`.
bool read_source(borrowed given, ref& encoded, net::pem_source& out) {
    out.is_path = PyUnicode_Check(given);
    encoded = out.is_path ? ref::steal(PyUnicode_EncodeFSDefault(given)) : ref::share(given);
    if (!encoded) return false;
    if (!PyBytes_Check(encoded.get())) {
        PyErr_SetString(PyExc_TypeError, "a certificate is a path (str) or PEM text (bytes)");
        return false;
    }
    out.text = {PyBytes_AS_STRING(encoded.get()),
                static_cast<std::size_t>(PyBytes_GET_SIZE(encoded.get()))};
    return true;
}

PyObject* new_certificate(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    static const char* known[] = {"certificate", "key", "password", nullptr};
    PyObject *certificate = nullptr, *key = Py_None, *password = nullptr;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|OS:ClientCertificate",
                                     const_cast<char**>(known), &certificate, &key, &password))
        return nullptr;
    ref certificate_bytes, key_bytes;
    net::pem_source certificate_source, key_source;
    if (!read_source(certificate, certificate_bytes, certificate_source) ||
        !read_source(key == Py_None ? certificate : key, key_bytes, key_source))
        return nullptr;
    std::optional<std::string_view> secret;
    if (password != nullptr)
        secret.emplace(PyBytes_AS_STRING(password),
                       static_cast<std::size_t>(PyBytes_GET_SIZE(password)));
    std::string why;
    auto made =
        net::tls_identity::read(certificate_source, key_source, secret ? &*secret : nullptr, why);
    if (made) return hold<certificate_object>(type, std::move(made));
    PyErr_SetString(PyExc_ValueError, why.c_str());
    return nullptr;
}

PyObject* certificate_text(PyObject* object) {
    const std::string subject = held_by<certificate_object>(object)->subject();
    return PyUnicode_FromFormat("<ClientCertificate %s>", subject.c_str());
}

PyObject* new_context(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    static const char* known[] = {"context", nullptr};
    PyObject* given;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O:TlsContext", const_cast<char**>(known),
                                     &given))
        return nullptr;
    SSL_CTX* const theirs = openssl_context_in(given);
    if (theirs == nullptr) {
        PyErr_SetString(PyExc_ValueError, "Python's ssl module uses another OpenSSL");
        return nullptr;
    }
    const ref checks = ref::steal(PyObject_GetAttrString(given, "check_hostname"));
    if (!checks) return nullptr;
    std::string why;
    auto made = net::tls_carried::read(theirs, PyObject_IsTrue(checks.get()) == 1, why);
    if (made) return hold<context_object>(type, std::move(made));
    PyErr_SetString(PyExc_ValueError, why.c_str());
    return nullptr;
}

PyObject* context_has_certificate(PyObject* object, void*) {
    return PyBool_FromLong(held_by<context_object>(object)->has_identity());
}

PyGetSetDef context_properties[] = {
    {"has_certificate", context_has_certificate, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

template <class Object, class T>
bool read_held(borrowed given, PyTypeObject& type, std::shared_ptr<const T>& out) {
    if (given == nullptr || given == Py_None) return true;
    if (Py_IS_TYPE(given, &type)) return out = held_by<Object>(given), true;
    PyErr_Format(PyExc_TypeError, "expected %s, not %s", type.tp_name, Py_TYPE(given)->tp_name);
    return false;
}

bool read_data(borrowed given, std::string& out) {
    if (given == nullptr || given == Py_None) return true;
    char* bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(given, &bytes, &size) < 0) return false;
    out.assign(bytes, static_cast<std::size_t>(size));
    return true;
}

PyObject* check_authorities(PyObject*, PyObject* args, PyObject* keywords) {
    static const char* known[] = {"ca_file", "ca_dir", "ca_data", nullptr};
    tls_arguments given;
    net::tls_settings settings;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$ssO:check_authorities",
                                     const_cast<char**>(known), &given.ca_file, &given.ca_dir,
                                     &given.ca_data) ||
        !read_tls_arguments(given, settings))
        return nullptr;
    const std::string why = net::check_trust(settings);
    if (why.empty()) Py_RETURN_NONE;
    PyErr_SetString(PyExc_ValueError, why.c_str());
    return nullptr;
}

PyMethodDef functions[] = {
    {"check_authorities", as_method(check_authorities), METH_VARARGS | METH_KEYWORDS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

template <class Object>
void set_up(PyTypeObject& type, const char* name, newfunc make) {
    type.tp_name = name;
    type.tp_basicsize = sizeof(Object);
    type.tp_flags = Py_TPFLAGS_DEFAULT;
    type.tp_new = make;
    type.tp_dealloc = dealloc<Object>;
    type.tp_richcompare = compare<Object>;
    type.tp_hash = PyObject_HashNotImplemented;
}

}  // namespace

bool read_tls_arguments(const tls_arguments& given, net::tls_settings& out) {
    out.verify = given.verify != 0;
    out.ca_file = given.ca_file;
    out.ca_dir = given.ca_dir;
    return read_data(given.ca_data, out.ca_data) &&
           read_held<certificate_object>(given.certificate, certificate_type, out.identity) &&
           read_held<context_object>(given.context, context_type, out.carried);
}

bool init_tls_objects(PyObject* module) {
    set_up<certificate_object>(certificate_type, "openai_native._core.ClientCertificate",
                               new_certificate);
    certificate_type.tp_repr = certificate_text;
    set_up<context_object>(context_type, "openai_native._core.TlsContext", new_context);
    context_type.tp_getset = context_properties;
    return add_type(module, "ClientCertificate", certificate_type) &&
           add_type(module, "TlsContext", context_type) &&
           PyModule_AddFunctions(module, functions) == 0;
}

}  // namespace oai::python
