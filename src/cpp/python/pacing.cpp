#include "python/pacing.hpp"

#include <new>
#include <optional>
#include <utility>

#include "api/pacer.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

struct pacer_object {
    PyObject_HEAD std::shared_ptr<api::pacer> pacer;
};

PyTypeObject pacer_type = blank_type();

// Checked by RateLimits, which says what is wrong.
bool read_optional(borrowed value, std::optional<std::int64_t>& out) {
    if (value == Py_None) return true;
    out = PyLong_AsLongLong(value);
    return PyErr_Occurred() == nullptr;
}

PyObject* new_pacer(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    static const char* known[] = {"requests_per_minute", "tokens_per_minute", "max_in_flight",
                                  "adaptive", nullptr};
    PyObject *requests = Py_None, *tokens = Py_None, *most = Py_None;
    int adaptive = 1;
    api::pacer_settings wanted;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$OOOp:Pacer", const_cast<char**>(known),
                                     &requests, &tokens, &most, &adaptive) ||
        !read_optional(requests, wanted.requests_per_minute) ||
        !read_optional(tokens, wanted.tokens_per_minute) ||
        !read_optional(most, wanted.max_in_flight))
        return nullptr;
    wanted.adaptive = adaptive != 0;
    PyObject* made = type->tp_alloc(type, 0);
    if (made == nullptr) return nullptr;
    new (&reinterpret_cast<pacer_object*>(made)->pacer)
        std::shared_ptr<api::pacer>(std::make_shared<api::pacer>(wanted));
    return made;
}

void free_pacer(PyObject* object) {
    reinterpret_cast<pacer_object*>(object)->pacer.~shared_ptr();
    PyObject_Free(object);
}

PyObject* pacer_stats(PyObject* object, PyObject*) {
    const api::pacer_stats now = reinterpret_cast<pacer_object*>(object)->pacer->stats();
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    return Py_BuildValue("{s:K,s:K,s:K,s:K,s:K,s:K,s:d}", "waiting", number(now.waiting), "granted",
                         number(now.granted), "refused", number(now.refused), "in_flight",
                         number(now.in_flight), "requests_per_minute",
                         number(now.requests_per_minute), "tokens_per_minute",
                         number(now.tokens_per_minute), "pace", now.share);
}

PyMethodDef pacer_methods[] = {
    {"stats", pacer_stats, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

// The request's JSON as Python knows it.
ref decoded(const std::string& body) {
    const ref json = ref::steal(PyImport_ImportModule("json"));
    const ref text =
        ref::steal(PyBytes_FromStringAndSize(body.data(), static_cast<Py_ssize_t>(body.size())));
    if (!json || !text) return {};
    return ref::steal(PyObject_CallMethod(json.get(), "loads", "O", text.get()));
}

bool refuse_estimate(borrowed given) {
    if (PyErr_Occurred()) PyErr_Clear();
    PyErr_Format(PyExc_TypeError,
                 "estimate must return the number of the prompt's tokens, 0 or more, not %R",
                 given);
    return false;
}

}  // namespace

bool read_pacing(borrowed pacer, borrowed estimate, native_client& into) {
    if (estimate != Py_None) into.estimate = ref::share(estimate);
    if (pacer == Py_None) return true;
    if (Py_IS_TYPE(pacer, &pacer_type)) {
        into.pacer = reinterpret_cast<pacer_object*>(pacer)->pacer;
        return true;
    }
    PyErr_Format(PyExc_TypeError, "expected a Pacer, not %s", Py_TYPE(pacer)->tp_name);
    return false;
}

bool add_pacing(const native_client& with, api::call_spec& spec) {
    spec.pace = with.pacer;
    if (!with.estimate || !spec.request.body.starts_with('{')) return true;
    const ref body = decoded(spec.request.body);
    if (!body) return false;
    const ref tokens = ref::steal(PyObject_CallOneArg(with.estimate.get(), body.get()));
    if (!tokens) return false;
    if (!PyLong_Check(tokens.get())) return refuse_estimate(tokens.get());
    const long long number = PyLong_AsLongLong(tokens.get());
    if (number < 0) return refuse_estimate(tokens.get());
    spec.prompt_tokens = number;
    return true;
}

bool init_pacing(PyObject* module) {
    pacer_type.tp_name = "openai_native._core.Pacer";
    pacer_type.tp_basicsize = sizeof(pacer_object);
    pacer_type.tp_flags = Py_TPFLAGS_DEFAULT;
    pacer_type.tp_new = new_pacer;
    pacer_type.tp_dealloc = free_pacer;
    pacer_type.tp_methods = pacer_methods;
    return add_type(module, "Pacer", pacer_type);
}

}  // namespace oai::python
