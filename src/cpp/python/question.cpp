#include "python/question.hpp"

#include <new>

#include "python/headers.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

struct question_object {
    PyObject_HEAD std::unique_ptr<asking_operation> work;
};

PyTypeObject question_type = blank_type();

std::unique_ptr<asking_operation>& work_in(PyObject* object) {
    return reinterpret_cast<question_object*>(object)->work;
}

void dealloc(PyObject* object) {
    PyObject_GC_UnTrack(object);
    {
        const saved_error keep;
        if (work_in(object)) work_in(object)->abandon();
    }
    work_in(object).~unique_ptr();
    PyObject_GC_Del(object);
}

int traverse(PyObject* object, visitproc visit, void* arg) {
    return work_in(object) ? work_in(object)->traverse(visit, arg) : 0;
}

PyObject* answer(PyObject* object, PyObject* header) {
    api::fresh_header credentials;
    if (header != Py_None) {
        PyObject *name, *value;
        if (!PyTuple_Check(header) || !PyArg_ParseTuple(header, "OO", &name, &value)) {
            PyErr_SetString(PyExc_TypeError, "credentials must be None or a (name, value) pair");
            return nullptr;
        }
        if (!read_header(name, value, credentials.name, credentials.value)) return nullptr;
    }
    if (!work_in(object)) {
        PyErr_SetString(PyExc_RuntimeError, "the question was answered already");
        return nullptr;
    }
    asking_operation& work = *work_in(object);
    return work.proceed(std::move(work_in(object)), std::move(credentials)).release();
}

PyMethodDef methods[] = {
    {"answer", answer, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

ref make_question(std::unique_ptr<asking_operation> work) {
    auto* self = PyObject_GC_New(question_object, &question_type);
    if (self == nullptr) {
        work->abandon();
        return {};
    }
    new (&self->work) std::unique_ptr<asking_operation>(std::move(work));
    PyObject_GC_Track(self);
    return ref::steal(reinterpret_cast<PyObject*>(self));
}

bool init_question(PyObject* module) {
    PyTypeObject& type = question_type;
    type.tp_name = "openai_native._core.Question";
    type.tp_basicsize = sizeof(question_object);
    type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
    type.tp_dealloc = dealloc;
    type.tp_traverse = traverse;
    type.tp_methods = methods;
    return add_type(module, "Question", type);
}

}  // namespace oai::python
