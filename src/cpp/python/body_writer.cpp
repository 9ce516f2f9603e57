#include "python/body_writer.hpp"

#include "python/interned.hpp"
#include "python/request_writer.hpp"

namespace oai::python {
namespace {

const json_path root;

bool is_mapping(PyObject* object) {
    if (PyDict_Check(object)) return true;
    PyObject* mapping = get(global::mapping);
    return mapping != nullptr && PyObject_IsInstance(object, mapping) > 0;
}

bool is_parameter(const endpoint& to, borrowed values, borrowed name) {
    for (std::size_t i = 0; i < to.parameters.size(); ++i) {
        const parameter& each = to.parameters[i];
        if (each.where != place::body ||
            is_omitted(PyTuple_GET_ITEM(values, static_cast<Py_ssize_t>(i))))
            continue;
        if (PyObject_RichCompareBool(each.wire_name.get(), name, Py_EQ) == 1) return true;
    }
    return false;
}

class members {
  public:
    explicit members(std::string& out) : out_(out), writer_(out) { out_.push_back('{'); }

    bool add(const parameter& named, PyObject* value, model_names models) {
        if (is_omitted(value)) return true;
        separate();
        out_.append(named.member);
        return writer_.value(value, {&root, named.wire_name.get(), 0}, models);
    }

    bool add_extra(PyObject* name, PyObject* value) {
        if (is_omitted(value)) return true;
        separate();
        const json_path at = {&root, name, 0};
        return writer_.key(name, at) && writer_.value(value, at, model_names::wire);
    }

    void close() { out_.push_back('}'); }

  private:
    void separate() {
        if (out_.size() > 1) out_.push_back(',');
    }

    std::string& out_;
    request_writer writer_;
};

bool write_merged(std::string& out, const endpoint& to, borrowed values, borrowed extra) {
    const ref items = ref::steal(PyMapping_Items(extra));
    const ref lookup = ref::steal(PyDict_New());
    if (!items || !lookup || PyDict_MergeFromSeq2(lookup.get(), items.get(), 1) < 0) return false;
    members body(out);
    for (std::size_t i = 0; i < to.parameters.size(); ++i) {
        const parameter& each = to.parameters[i];
        PyObject* value = PyTuple_GET_ITEM(values, static_cast<Py_ssize_t>(i));
        if (each.where != place::body || is_omitted(value)) continue;
        PyObject* instead = PyDict_GetItemWithError(lookup.get(), each.wire_name.get());
        if (instead == nullptr && PyErr_Occurred()) return false;
        const bool replaced = instead != nullptr;
        if (!body.add(each, replaced ? instead : value,
                      replaced ? model_names::wire : model_names::python))
            return false;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); ++i) {
        PyObject* pair = PyList_GET_ITEM(items.get(), i);
        PyObject* name = PyTuple_GET_ITEM(pair, 0);
        if (!is_parameter(to, values, name) && !body.add_extra(name, PyTuple_GET_ITEM(pair, 1)))
            return false;
    }
    body.close();
    return PyErr_Occurred() == nullptr;
}

}  // namespace

bool write_body(std::string& out, const endpoint& to, borrowed values, borrowed extra) {
    const bool has_extra = extra != nullptr && extra != Py_None;
    if (has_extra && (to.has_body || is_mapping(extra))) {
        if (!is_mapping(extra)) {
            PyErr_Format(PyExc_TypeError, "extra_body must be a mapping, not %s",
                         Py_TYPE(extra)->tp_name);
            return false;
        }
        return write_merged(out, to, values, extra);
    }
    if (has_extra) return request_writer(out).value(extra, root, model_names::wire);
    if (!to.has_body) return true;
    members body(out);
    for (std::size_t i = 0; i < to.parameters.size(); ++i) {
        const parameter& each = to.parameters[i];
        if (each.where == place::body &&
            !body.add(each, PyTuple_GET_ITEM(values, static_cast<Py_ssize_t>(i)),
                      model_names::python))
            return false;
    }
    body.close();
    return true;
}

}  // namespace oai::python
