#include "python/log_level.hpp"

#include "python/errors.hpp"
#include "python/interned.hpp"
#include "python/refs.hpp"

namespace oai::python {
namespace {

borrowed own_logger() {
    static PyObject* logger = nullptr;
    if (logger != nullptr) return logger;
    const borrowed find = loaded(global::get_logger);
    if (find == nullptr) return nullptr;
    logger = PyObject_CallFunction(find, "s", "openai._base_client");
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

// A handler that fails does not fail the call.
bool done(borrowed log, PyObject* result) {
    const ref kept = ref::steal(result);
    if (kept) return true;
    if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) || PyErr_ExceptionMatches(PyExc_SystemExit))
        return false;
    PyErr_WriteUnraisable(log);
    return true;
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

bool log_start(const std::string& method) {
    const borrowed log = get(global::log_start);
    return done(log, log ? PyObject_CallFunction(log, "s", method.c_str()) : nullptr);
}

bool log_attempt(const std::string& method, int status, std::string_view request_id,
                 const error_code& failed) {
    const borrowed log = get(global::log_attempt);
    const auto size = static_cast<Py_ssize_t>(request_id.size());
    const ref id = size == 0 ? ref::share(Py_None)
                             : ref::steal(PyUnicode_DecodeLatin1(request_id.data(), size, nullptr));
    const char* why = failed ? name_of(failed) : nullptr;
    const bool can = log != nullptr && id;
    return done(log, can ? PyObject_CallFunction(log, "siOz", method.c_str(), status, id.get(), why)
                         : nullptr);
}

bool log_retry(double pause, int number, int of) {
    const borrowed log = get(global::log_retry);
    return done(log, log ? PyObject_CallFunction(log, "dii", pause, number, of) : nullptr);
}

}  // namespace oai::python
