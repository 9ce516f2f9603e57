#include "python/ssl_context.hpp"

#include <dlfcn.h>

namespace oai::python {
namespace {

// Where CPython keeps the pointer: right after the object's head, in these versions.
constexpr bool known_layout = PY_VERSION_HEX >= 0x030A0000 && PY_VERSION_HEX < 0x030F0000;

struct context_object {
    PyObject_HEAD SSL_CTX* context;
};

// The function that Python's ssl module calls is the one that we call.
bool is_our_openssl(borrowed module) noexcept {
    const ref path = ref::steal(PyObject_GetAttrString(module, "__file__"));
    const char* name = path ? PyUnicode_AsUTF8(path.get()) : nullptr;
    if (name == nullptr) return false;
    void* const library = ::dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
    if (library == nullptr) return false;
    void* const theirs = ::dlsym(library, "SSL_CTX_new");
    ::dlclose(library);
    return theirs != nullptr && theirs == reinterpret_cast<void*>(&SSL_CTX_new);
}

bool is_context(borrowed object, borrowed module) noexcept {
    const ref type = ref::steal(PyObject_GetAttrString(module, "_SSLContext"));
    return type && PyObject_IsInstance(object, type.get()) == 1;
}

}  // namespace

SSL_CTX* openssl_context_in(borrowed context) noexcept {
    const ref module = ref::steal(PyImport_ImportModule("_ssl"));
    const bool ours =
        known_layout && module && is_context(context, module.get()) && is_our_openssl(module.get());
    PyErr_Clear();
    return ours ? reinterpret_cast<context_object*>(context)->context : nullptr;
}

}  // namespace oai::python
