// Who owns a Python reference and under which lock it may be dropped. Everything here needs the GIL
// unless its name says otherwise.
#pragma once

#include <Python.h>

#include <utility>

#include "python/eviction.hpp"

namespace oai::python {

// Someone else keeps the object alive for as long as this pointer is used.
using borrowed = PyObject*;

// An owned reference.
class ref {
  public:
    ref() noexcept = default;
    ref(ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    ref(const ref& other) noexcept : object_(Py_XNewRef(other.object_)) {}
    ref& operator=(ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~ref() {
        if (object_ == nullptr) return;
        if (interpreter_exits.load(std::memory_order_relaxed)) [[unlikely]]
            park_if_evicted();
        Py_DECREF(object_);
    }

    // Takes over a new reference (or the null of a failed call).
    static ref steal(PyObject* object) noexcept { return ref(object); }
    // Shares a borrowed one.
    static ref share(borrowed object) noexcept { return ref(Py_XNewRef(object)); }

    PyObject* get() const noexcept { return object_; }
    PyObject* release() noexcept { return std::exchange(object_, nullptr); }
    explicit operator bool() const noexcept { return object_ != nullptr; }
    void reset() noexcept { ref().swap(*this); }
    void swap(ref& other) noexcept { std::swap(object_, other.object_); }
    int visit(visitproc visit, void* arg) const {
        Py_VISIT(object_);
        return 0;
    }

  private:
    explicit ref(PyObject* object) noexcept : object_(object) {}
    PyObject* object_ = nullptr;
};

// The error being raised, set aside: clean-up code may call Python without losing it.
class saved_error {
  public:
    saved_error() noexcept { PyErr_Fetch(&type_, &value_, &trace_); }
    ~saved_error() {
        park_if_evicted();
        PyErr_Restore(type_, value_, trace_);
    }
    saved_error(const saved_error&) = delete;
    saved_error& operator=(const saved_error&) = delete;

  private:
    PyObject *type_ = nullptr, *value_ = nullptr, *trace_ = nullptr;
};

// Makes room for an error that says more. False: memory ran out, which stays the error.
inline bool drop_error() noexcept {
    if (PyErr_ExceptionMatches(PyExc_MemoryError)) return false;
    PyErr_Clear();
    return true;
}

// Other threads run while this lives; no Python below it.
class without_gil {
  public:
    without_gil() noexcept : state_(PyEval_SaveThread()) {}
    ~without_gil() { PyEval_RestoreThread(state_); }
    without_gil(const without_gil&) = delete;
    without_gil& operator=(const without_gil&) = delete;

  private:
    PyThreadState* state_;
};

// The error being raised as one normalised exception object; the error indicator is cleared.
inline ref take_error() noexcept {
    PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
    PyErr_Fetch(&type, &value, &trace);
    PyErr_NormalizeException(&type, &value, &trace);
    if (trace != nullptr) PyException_SetTraceback(value, trace);
    Py_XDECREF(type);
    Py_XDECREF(trace);
    return ref::steal(value);
}

inline void raise(borrowed exception) noexcept {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception)), exception);
}

}  // namespace oai::python
