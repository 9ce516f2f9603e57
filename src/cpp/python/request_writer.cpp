#include "python/request_writer.hpp"

#include <cmath>

#include "json/writer.hpp"
#include "python/interned.hpp"
#include "python/refs.hpp"

namespace oai::python {
namespace {

// Deeper bodies are refused with a clear error: the peers' own parsers give up not far above it.
constexpr int max_depth = 255;

constexpr const char* root_name = "the request body";

bool is_instance_of(PyObject* object, global which) noexcept {
    PyObject* type = loaded(which);
    return type != nullptr &&
           PyType_IsSubtype(Py_TYPE(object), reinterpret_cast<PyTypeObject*>(type)) != 0;
}

std::string type_name(PyObject* object) {
    return Py_TYPE(object)->tp_name;
}

bool fail(PyObject* kind, const json_path& at, const std::string& what) {
    PyErr_SetString(kind, (at.text() + ": " + what).c_str());
    return false;
}

// Puts the path before the message of the ValueError or TypeError being raised.
bool add_path(const json_path& at) {
    PyObject* kind = PyErr_ExceptionMatches(PyExc_TypeError)    ? PyExc_TypeError
                     : PyErr_ExceptionMatches(PyExc_ValueError) ? PyExc_ValueError
                                                                : nullptr;
    if (kind == nullptr) return false;
    const ref cause = take_error();
    PyErr_Format(kind, "%s: %S", at.text().c_str(), cause.get());
    return false;
}

std::string key_text(PyObject* key) {
    const ref text = ref::steal(PyObject_Str(key));
    const ref bytes =
        text ? ref::steal(PyUnicode_AsEncodedString(text.get(), "utf-8", "backslashreplace"))
             : ref();
    if (!bytes) {
        PyErr_Clear();
        return "?";
    }
    return PyBytes_AS_STRING(bytes.get());
}

}  // namespace

std::string json_path::text() const {
    if (up == nullptr && key == nullptr) return root_name;
    const bool top = up == nullptr || (up->up == nullptr && up->key == nullptr);
    const std::string before = top ? "" : up->text();
    if (key == nullptr) return before + "[" + std::to_string(index) + "]";
    return top ? key_text(key) : before + "." + key_text(key);
}

bool is_omitted(PyObject* value) noexcept {
    if (PyUnicode_CheckExact(value) || PyDict_CheckExact(value) || value == Py_None) return false;
    // Most parameters of most calls are.
    static const PyTypeObject* omit = nullptr;
    if (Py_TYPE(value) == omit) return true;
    if (omit == nullptr) omit = reinterpret_cast<PyTypeObject*>(loaded(global::omit_type));
    return is_instance_of(value, global::omit_type) ||
           is_instance_of(value, global::not_given_type);
}

bool utf8_of(PyObject* text, PyObject*& keep, const char*& data, Py_ssize_t& size) {
    keep = nullptr;
    if (PyUnicode_IS_COMPACT_ASCII(text)) {
        data = reinterpret_cast<const char*>(PyUnicode_1BYTE_DATA(text));
        size = PyUnicode_GET_LENGTH(text);
        return true;
    }
    // Not PyUnicode_AsUTF8: it would keep a second copy inside the caller's string.
    keep = PyUnicode_AsUTF8String(text);
    if (keep == nullptr) return false;
    data = PyBytes_AS_STRING(keep);
    size = PyBytes_GET_SIZE(keep);
    return true;
}

bool request_writer::value(PyObject* object, const json_path& at, model_names names) {
    names_ = names;
    if (PyUnicode_Check(object)) return string(object, at);
    if (object == Py_None) return out_.append("null", 4), true;
    if (object == Py_True) return out_.append("true", 4), true;
    if (object == Py_False) return out_.append("false", 5), true;
    if (PyLong_Check(object)) return integer(object, at);
    if (PyFloat_Check(object)) return real(object, at);

    if (depth_ == max_depth)
        return fail(PyExc_ValueError, at,
                    "nested more than 255 levels deep, or a circular reference");
    ++depth_;
    const bool done = PyDict_Check(object)                            ? dict(object, at)
                      : PyList_Check(object) || PyTuple_Check(object) ? sequence(object, at)
                                                                      : other(object, at);
    --depth_;
    return done;
}

bool request_writer::string(PyObject* text, const json_path& at) {
    PyObject* keep;
    const char* data;
    Py_ssize_t size;
    if (!utf8_of(text, keep, data, size)) return add_path(at);
    const ref owner = ref::steal(keep);
    json::write_string(out_, {data, static_cast<std::size_t>(size)});
    return true;
}

bool request_writer::integer(PyObject* number, const json_path& at) {
    int overflow = 0;
    const long long small = PyLong_AsLongLongAndOverflow(number, &overflow);
    if (overflow == 0 && !(small == -1 && PyErr_Occurred())) {
        json::write_integer(out_, small);
        return true;
    }
    // The digits themselves, whatever __str__ or __repr__ a subclass (an enum) has.
    const ref text = ref::steal(PyLong_Type.tp_repr(number));
    if (!text) return add_path(at);
    out_.append(reinterpret_cast<const char*>(PyUnicode_1BYTE_DATA(text.get())),
                static_cast<std::size_t>(PyUnicode_GET_LENGTH(text.get())));
    return true;
}

bool request_writer::real(PyObject* number, const json_path& at) {
    const double real = PyFloat_AS_DOUBLE(number);
    if (!std::isfinite(real))
        return fail(PyExc_ValueError, at, "NaN and infinite numbers cannot be sent as JSON");
    json::write_real(out_, real);
    return true;
}

bool request_writer::sequence(PyObject* items, const json_path& at) {
    out_.push_back('[');
    // The size is asked for each time and items are held: writing may call back into Python.
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items); ++i) {
        if (i > 0) out_.push_back(',');
        const ref item = ref::share(PySequence_Fast_GET_ITEM(items, i));
        if (!value(item.get(), {&at, nullptr, i}, names_)) return false;
    }
    out_.push_back(']');
    return true;
}

bool request_writer::iterable(PyObject* items, const json_path& at) {
    const ref iterator = ref::steal(PyObject_GetIter(items));
    if (!iterator) return false;
    out_.push_back('[');
    for (Py_ssize_t i = 0;; ++i) {
        const ref item = ref::steal(PyIter_Next(iterator.get()));
        if (!item) break;
        if (i > 0) out_.push_back(',');
        if (!value(item.get(), {&at, nullptr, i}, names_)) return false;
    }
    out_.push_back(']');
    return PyErr_Occurred() == nullptr;
}

bool request_writer::dict(PyObject* members, const json_path& at) {
    out_.push_back('{');
    bool first = true;
    Py_ssize_t position = 0;
    PyObject *name, *item;
    const Py_ssize_t size = PyDict_GET_SIZE(members);
    while (PyDict_Next(members, &position, &name, &item)) {
        const ref hold_name = ref::share(name), hold_item = ref::share(item);
        if (!member(name, item, first, at)) return false;
        if (PyDict_GET_SIZE(members) != size) {
            PyErr_SetString(PyExc_RuntimeError, "dictionary changed size while it was being sent");
            return false;
        }
    }
    out_.push_back('}');
    return true;
}

bool request_writer::mapping(PyObject* members, const json_path& at) {
    const ref pairs = ref::steal(PyMapping_Items(members));
    if (!pairs) return false;
    out_.push_back('{');
    bool first = true;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(pairs.get()); ++i) {
        PyObject *name, *item;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(pairs.get(), i), "OO", &name, &item)) return false;
        if (!member(name, item, first, at)) return false;
    }
    out_.push_back('}');
    return true;
}

bool request_writer::member(PyObject* name, PyObject* item, bool& first, const json_path& at) {
    if (is_omitted(item)) return true;
    const json_path here = {&at, name, 0};
    if (!first) out_.push_back(',');
    first = false;
    return key(name, here) && value(item, here, names_);
}

bool request_writer::key(PyObject* name, const json_path& at) {
    if (PyUnicode_Check(name)) {
        if (!string(name, at)) return false;
        out_.push_back(':');
        return true;
    }
    // As json.dumps: the JSON text of a scalar becomes a string.
    if (name != Py_None && !PyLong_Check(name) && !PyFloat_Check(name)) {
        return fail(PyExc_TypeError, at,
                    "keys must be str, int, float, bool or None, not " + type_name(name));
    }
    out_.push_back('"');
    if (!value(name, at, names_)) return false;
    out_.append("\":", 2);
    return true;
}

bool request_writer::other(PyObject* object, const json_path& at) {
    if (is_instance_of(object, global::base_model)) return model(object, at);
    if (is_instance_of(object, global::datetime)) {
        const ref text = ref::steal(PyObject_CallMethodNoArgs(object, name.isoformat));
        return text && string(text.get(), at);
    }
    const bool bytes = PyBytes_Check(object) || PyByteArray_Check(object) ||
                       PyMemoryView_Check(object) || is_instance_of(object, global::io_base);
    if (!bytes) {
        PyObject* abstract = get(global::mapping);
        if (abstract == nullptr) return false;
        const int is_mapping = PyObject_IsInstance(object, abstract);
        if (is_mapping < 0) return false;
        if (is_mapping > 0) return mapping(object, at);
        if (Py_TYPE(object)->tp_iter != nullptr) return iterable(object, at);
    }
    return fail(PyExc_TypeError, at,
                "an object of type " + type_name(object) + " cannot be sent as JSON");
}

bool request_writer::model(PyObject* object, const json_path& at) {
    const ref options = ref::steal(PyDict_New());
    const ref mode = ref::steal(PyUnicode_FromString("json"));
    if (!options || !mode || PyDict_SetItemString(options.get(), "mode", mode.get()) < 0 ||
        PyDict_SetItemString(options.get(), "exclude_unset", Py_True) < 0)
        return false;
    if (names_ == model_names::wire && PyDict_SetItemString(options.get(), "by_alias", Py_True) < 0)
        return false;
    if (PyObject_HasAttrString(object, "__api_exclude__") != 0) {
        const ref hidden = ref::steal(PyObject_GetAttrString(object, "__api_exclude__"));
        if (!hidden || PyDict_SetItemString(options.get(), "exclude", hidden.get()) < 0)
            return false;
    }
    const ref method = ref::steal(PyObject_GetAttr(object, name.model_dump));
    const ref none = ref::steal(PyTuple_New(0));
    if (!method || !none) return false;
    const ref dumped = ref::steal(PyObject_Call(method.get(), none.get(), options.get()));
    if (!dumped) return PyErr_ExceptionMatches(PyExc_ValueError) ? add_path(at) : false;
    return value(dumped.get(), at, names_);
}

}  // namespace oai::python
