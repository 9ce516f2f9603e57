#include "python/endpoint.hpp"

#include <new>

#include "python/api_operation.hpp"
#include "python/blocking_call.hpp"
#include "python/call_builder.hpp"
#include "python/endpoint_spec.hpp"
#include "python/interned.hpp"
#include "python/loop.hpp"
#include "python/pacing.hpp"
#include "python/request_writer.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

struct endpoint_object {
    PyObject_HEAD vectorcallfunc call;
    endpoint spec;
};

PyTypeObject endpoint_type = blank_type();

endpoint& spec_of(PyObject* object) {
    return reinterpret_cast<endpoint_object*>(object)->spec;
}

constexpr const char* argument_names[] = {"client",      "values",     "extra_headers",
                                          "extra_query", "extra_body", "timeout"};
constexpr Py_ssize_t argument_count = std::size(argument_names);

bool read_arguments(PyObject* const* args, Py_ssize_t count, PyObject* keywords,
                    call_arguments& out) {
    borrowed* const slots[] = {&out.client,      &out.values,     &out.extra_headers,
                               &out.extra_query, &out.extra_body, &out.timeout};
    if (count > argument_count) {
        PyErr_Format(PyExc_TypeError, "an endpoint takes %zd arguments, not %zd", argument_count,
                     count);
        return false;
    }
    for (Py_ssize_t i = 0; i < count; ++i) *slots[i] = args[i];
    const Py_ssize_t named = keywords != nullptr ? PyTuple_GET_SIZE(keywords) : 0;
    for (Py_ssize_t i = 0; i < named; ++i) {
        PyObject* name = PyTuple_GET_ITEM(keywords, i);
        Py_ssize_t at = 0;
        while (at < argument_count &&
               PyUnicode_CompareWithASCIIString(name, argument_names[at]) != 0)
            ++at;
        if (at == argument_count || *slots[at] != nullptr) {
            PyErr_Format(PyExc_TypeError, "unexpected argument %R", name);
            return false;
        }
        *slots[at] = args[count + i];
    }
    if (out.client == nullptr || out.values == nullptr || !PyTuple_Check(out.values)) {
        PyErr_SetString(PyExc_TypeError, "an endpoint needs a client and a tuple of values");
        return false;
    }
    if (out.timeout != nullptr && is_omitted(out.timeout)) out.timeout = nullptr;
    return true;
}

ref native_of(borrowed client) {
    ref native = ref::steal(PyObject_GetAttr(client, name._native));
    if (!native || native.get() != Py_None) return native;
    return ref::steal(PyObject_CallMethodNoArgs(client, name._build_native));
}

ref prepare_call(borrowed self, const call_arguments& given) {
    const auto or_none = [](borrowed each) { return each != nullptr ? each : Py_None; };
    const ref args = ref::steal(
        given.timeout != nullptr
            ? PyTuple_Pack(5, given.values, or_none(given.extra_headers),
                           or_none(given.extra_query), or_none(given.extra_body), given.timeout)
            : PyTuple_Pack(4, given.values, or_none(given.extra_headers),
                           or_none(given.extra_query), or_none(given.extra_body)));
    if (!args) return {};
    return ref::steal(
        PyObject_CallMethodObjArgs(given.client, name._prepare_call, self, args.get(), nullptr));
}

PyObject* call(PyObject* self, PyObject* const* args, std::size_t count, PyObject* keywords) {
    call_arguments given;
    if (!read_arguments(args, PyVectorcall_NARGS(count), keywords, given)) return nullptr;
    endpoint& to = spec_of(self);
    const ref native = native_of(given.client);
    const native_client* with = native ? native_client_in(native.get()) : nullptr;
    if (with == nullptr) return nullptr;
    if (with->prepare || (!with->prepared && (with->watch.disturbed() || libraries_disturbed())))
        return prepare_call(self, given).release();
    std::shared_ptr<loop_state> home;
    if (!with->blocking && !(home = loop_state::current())) return nullptr;
    if (with->via->closed()) {
        PyErr_SetString(
            PyExc_RuntimeError,
            "the client has been closed: make a new one, or close it after its last call");
        return nullptr;
    }
    if (with->scheme(to.shape->scheme) == nullptr) {
        PyObject* headers = given.extra_headers != nullptr ? given.extra_headers : Py_None;
        const ref fine = ref::steal(PyObject_CallMethodObjArgs(
            given.client, name._missing_credentials, to.security.get(), headers, nullptr));
        if (!fine) return nullptr;
    }
    built_call built;
    if (!build_call(to, *with, given, built)) return nullptr;
    if (with->pacer && !add_pacing(*with, built.spec)) return nullptr;
    if (with->blocking)
        return make_blocking_call(self, to, *with, given.client, std::move(built)).release();
    return start_call(std::move(home), self, to, *with, given.client, std::move(built)).release();
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    auto* self = PyObject_GC_New(endpoint_object, type);
    if (self == nullptr) return nullptr;
    self->call = call;
    new (&self->spec) endpoint;
    PyObject_GC_Track(self);
    ref made = ref::steal(reinterpret_cast<PyObject*>(self));
    return read_endpoint(self->spec, args, keywords) ? made.release() : nullptr;
}

void dealloc(PyObject* object) {
    PyObject_GC_UnTrack(object);
    spec_of(object).~endpoint();
    PyObject_GC_Del(object);
}

int traverse(PyObject* object, visitproc visit, void* arg) {
    const endpoint& spec = spec_of(object);
    for (const ref* each : {&spec.cast_spec, &spec.stream_cast_spec, &spec.cast.annotation,
                            &spec.stream_cast.annotation, &spec.encoder, &spec.facts})
        if (const int stop = each->visit(visit, arg)) return stop;
    return 0;
}

PyObject* method(PyObject* object, void*) {
    return PyUnicode_FromString(spec_of(object).method.c_str());
}

PyObject* path(PyObject* object, void*) {
    return Py_NewRef(spec_of(object).path_text.get());
}

PyObject* security(PyObject* object, void*) {
    return Py_NewRef(spec_of(object).security.get());
}

PyObject* facts(PyObject* object, void*) {
    return PyDict_Copy(spec_of(object).facts.get());
}

PyObject* path_for(PyObject* object, PyObject* values) {
    if (!PyTuple_Check(values)) {
        PyErr_SetString(PyExc_TypeError, "path_for takes a tuple of values");
        return nullptr;
    }
    std::string path;
    if (!write_call_path(spec_of(object), values, path)) return nullptr;
    return PyUnicode_FromStringAndSize(path.data(), static_cast<Py_ssize_t>(path.size()));
}

PyObject* repr(PyObject* object) {
    const endpoint& spec = spec_of(object);
    return PyUnicode_FromFormat("<Endpoint %s %U>", spec.method.c_str(), spec.path_text.get());
}

PyGetSetDef properties[] = {
    {"method", method, nullptr, nullptr, nullptr},     {"path", path, nullptr, nullptr, nullptr},
    {"security", security, nullptr, nullptr, nullptr}, {"facts", facts, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMethodDef methods[] = {
    {"path_for", path_for, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

bool init_endpoint(PyObject* module) {
    PyTypeObject& type = endpoint_type;
    type.tp_name = "openai_native._core.Endpoint";
    type.tp_basicsize = sizeof(endpoint_object);
    type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL;
    type.tp_vectorcall_offset = sizeof(PyObject);
    type.tp_call = PyVectorcall_Call;
    type.tp_new = make;
    type.tp_dealloc = dealloc;
    type.tp_traverse = traverse;
    type.tp_repr = repr;
    type.tp_getset = properties;
    type.tp_methods = methods;
    return add_type(module, "Endpoint", type);
}

}  // namespace oai::python
