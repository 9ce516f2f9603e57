#include "python/watch.hpp"

#include <algorithm>

#include "python/interned.hpp"

namespace oai::python {
namespace {

// A library is looked at when it has been imported: `_mocks.watched(name)` lists its methods.
struct library {
    const char* name;
    PyObject* interned = nullptr;
    bool known = false;
};

struct library_watch {
    library each[2] = {{"httpx2"}, {"httpcore2"}};
    watch_list methods;
};

library_watch& libraries() {
    static auto* const made = new library_watch;
    return *made;
}

bool is_imported(library& one) noexcept {
    if (one.interned == nullptr) one.interned = PyUnicode_InternFromString(one.name);
    if (one.interned == nullptr) return PyErr_Clear(), false;
    PyObject* found = PyDict_GetItemWithError(PyImport_GetModuleDict(), one.interned);
    if (found == nullptr) PyErr_Clear();
    return found != nullptr;
}

bool watch_methods(library& one) {
    one.known = true;
    const ref list = ref::steal(import_object("openai_native._mocks", "watched"));
    const ref found = list ? ref::steal(PyObject_CallOneArg(list.get(), one.interned)) : ref();
    return found && read_watch_list(found.get(), libraries().methods);
}

// What is known of the methods is forgotten: they are looked at again.
PyObject* watch_again(PyObject*, PyObject*) {
    library_watch& all = libraries();
    all.methods = watch_list();
    for (library& each : all.each) each.known = false;
    Py_RETURN_NONE;
}

PyMethodDef functions[] = {
    {"watch_again", watch_again, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

bool watch_list::add(borrowed holder, borrowed key, borrowed value) {
    borrowed entries = nullptr;
    if (PyDict_Check(holder))
        entries = holder;
    else if (PyType_Check(holder) &&
             PyType_HasFeature(reinterpret_cast<PyTypeObject*>(holder), Py_TPFLAGS_HEAPTYPE))
        entries = reinterpret_cast<PyTypeObject*>(holder)->tp_dict;
    if (entries == nullptr) {
        PyErr_Format(PyExc_TypeError, "%R cannot be watched", holder);
        return false;
    }
    entries_.push_back({ref::share(holder), ref::share(key), ref::share(value), entries});
    return true;
}

bool watch_list::disturbed() const noexcept {
    return std::any_of(entries_.begin(), entries_.end(), [](const entry& each) {
        PyObject* now = PyDict_GetItemWithError(each.entries, each.key.get());
        if (now == nullptr && PyErr_Occurred()) PyErr_Clear();
        return (now != nullptr ? now : Py_None) != each.value.get();
    });
}

int watch_list::traverse(visitproc visit, void* arg) const {
    for (const entry& each : entries_) {
        Py_VISIT(each.holder.get());
        Py_VISIT(each.value.get());
    }
    return 0;
}

bool read_watch_list(borrowed given, watch_list& into) {
    const ref list = ref::steal(PySequence_Fast(given, "what is watched must be a list"));
    if (!list) return false;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.get()); ++i) {
        PyObject *holder, *key, *value;
        if (!PyArg_ParseTuple(PySequence_Fast_GET_ITEM(list.get(), i), "OUO", &holder, &key,
                              &value) ||
            !into.add(holder, key, value))
            return false;
    }
    return true;
}

bool libraries_disturbed() noexcept {
    library_watch& all = libraries();
    for (library& each : all.each) {
        if (each.known || !is_imported(each) || watch_methods(each)) continue;
        PyErr_WriteUnraisable(each.interned);
    }
    return all.methods.disturbed();
}

bool init_watch(PyObject* module) {
    return PyModule_AddFunctions(module, functions) == 0;
}

}  // namespace oai::python
