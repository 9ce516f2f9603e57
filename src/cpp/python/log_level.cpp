#include "python/log_level.hpp"

#include "python/interned.hpp"
#include "python/refs.hpp"

namespace oai::python {
namespace {

borrowed own_logger() {
    static PyObject* logger = nullptr;
    if (logger != nullptr) return logger;
    const borrowed find = loaded(global::get_logger);
    if (find == nullptr) return nullptr;
    logger = PyObject_CallFunction(find, "s", "openai._client");
    if (logger == nullptr) PyErr_Clear();
    return logger;
}

// A logger remembers its answers in this dictionary; logging empties it whenever any level changes.
borrowed answers_of(borrowed logger) {
    static PyObject* const answers = [logger] {
        PyObject* found = PyObject_GetAttrString(logger, "_cache");
        if (found != nullptr && !PyDict_CheckExact(found)) Py_CLEAR(found);
        PyErr_Clear();
        return found;
    }();
    return answers;
}

borrowed number_of(log_level level) {
    static PyObject* const debug = PyLong_FromLong(static_cast<long>(log_level::debug));
    static PyObject* const info = PyLong_FromLong(static_cast<long>(log_level::info));
    return level == log_level::debug ? debug : info;
}

}  // namespace

bool wants_log(log_level level) {
    const borrowed logger = own_logger();
    const borrowed number = number_of(level);
    if (logger == nullptr || number == nullptr) return false;
    const borrowed answers = answers_of(logger);
    const borrowed known = answers != nullptr ? PyDict_GetItemWithError(answers, number) : nullptr;
    if (known != nullptr) return known == Py_True;
    const ref answer =
        ref::steal(PyObject_CallMethodObjArgs(logger, name.isEnabledFor, number, nullptr));
    const int wants = answer ? PyObject_IsTrue(answer.get()) : -1;
    if (wants < 0) PyErr_Clear();
    return wants > 0;
}

bool log_retry(double pause, int number, int of) {
    const borrowed log = get(global::log_retry);
    const ref done =
        log != nullptr ? ref::steal(PyObject_CallFunction(log, "dii", pause, number, of)) : ref();
    if (done) return true;
    if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) || PyErr_ExceptionMatches(PyExc_SystemExit))
        return false;
    PyErr_WriteUnraisable(log);
    return true;
}

}  // namespace oai::python
