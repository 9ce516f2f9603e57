#include "python/model_shape.hpp"

#include <structmember.h>

#include <algorithm>
#include <bit>
#include <cstddef>

#include "python/collector_pause.hpp"
#include "python/interned.hpp"

namespace oai::python {

namespace {

// The three slots that make a pydantic object valid besides its __dict__.
struct pydantic_slots {
    Py_ssize_t fields_set = 0, extra = 0,
               hidden = 0;  // offsets in the object; 0: use the descriptor
    bool found = false;
};

Py_ssize_t offset_of(borrowed base, const char* name) {
    const ref descriptor = ref::steal(PyObject_GetAttrString(base, name));
    if (!descriptor || Py_TYPE(descriptor.get()) != &PyMemberDescr_Type) {
        PyErr_Clear();
        return 0;
    }
    // T_OBJECT_EX, under the one number it has had in all versions.
    constexpr int object_slot = 16;
    const PyMemberDef* member = reinterpret_cast<PyMemberDescrObject*>(descriptor.get())->d_member;
    return member->type == object_slot ? member->offset : 0;
}

const pydantic_slots& slots() {
    static pydantic_slots known;
    if (!known.found) {
        const ref base = ref::steal(import_object("pydantic", "BaseModel"));
        if (base) {
            known.fields_set = offset_of(base.get(), "__pydantic_fields_set__");
            known.extra = offset_of(base.get(), "__pydantic_extra__");
            known.hidden = offset_of(base.get(), "__pydantic_private__");
            known.found = true;
        } else {
            PyErr_Clear();
        }
    }
    return known;
}

bool put(borrowed object, Py_ssize_t offset, const char* name, ref value) {
    if (offset > 0) {
        auto* slot = reinterpret_cast<PyObject**>(reinterpret_cast<std::byte*>(object) + offset);
        Py_XSETREF(*slot, value.release());
        return true;
    }
    // As object.__setattr__ does: past the model's own __setattr__.
    const ref key = ref::steal(PyUnicode_InternFromString(name));
    return key && PyObject_GenericSetAttr(object, key.get(), value.get()) == 0;
}

ref deep_copy(borrowed value) {
    const ref function = ref::steal(import_object("copy", "deepcopy"));
    if (!function) return {};
    return ref::steal(PyObject_CallOneArg(function.get(), value));
}

std::string_view text_of(borrowed text) {
    Py_ssize_t size = 0;
    const char* data = PyUnicode_AsUTF8AndSize(text, &size);
    if (data == nullptr) {
        PyErr_Clear();
        return {};
    }
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

std::unique_ptr<model_shape> model_shape::of(borrowed cls) {
    const collector_resumed resumed;
    const ref describe = ref::steal(import_object("openai_native._plans", "describe_model"));
    const ref found = ref::steal(describe ? PyObject_CallOneArg(describe.get(), cls) : nullptr);
    if (!found) return nullptr;

    auto shape = std::make_unique<model_shape>();
    shape->class_ = ref::share(cls);
    if (found.get() == Py_None) return shape;
    const borrowed fields = PyTuple_GET_ITEM(found.get(), 1);
    const Py_ssize_t count = PyTuple_GET_SIZE(fields);
    if (count > static_cast<Py_ssize_t>(most_fields)) return shape;

    shape->template_ = ref::steal(PyDict_New());
    if (!shape->template_) return nullptr;
    shape->fields_.reserve(static_cast<std::size_t>(count));
    for (Py_ssize_t i = 0; i < count; ++i) {
        if (!shape->add_field(PyTuple_GET_ITEM(fields, i))) return nullptr;
    }
    shape->index_keys();
    shape->validates_natively_ = PyTuple_GET_ITEM(found.get(), 0) == Py_True;
    shape->native_ = true;
    return shape;
}

// (name, key, required, default, copy the default?, factory, annotation, metadata)
bool model_shape::add_field(borrowed described) {
    const auto item = [&](Py_ssize_t i) { return PyTuple_GET_ITEM(described, i); };
    const field_set own = field_set{1} << fields_.size();
    field made;
    PyObject* name = Py_NewRef(item(0));
    PyUnicode_InternInPlace(&name);
    made.name = ref::steal(name);
    made.key = ref::share(item(1));
    if (item(2) == Py_True) required_ |= own;
    const bool copied = item(4) == Py_True;
    if (copied) made.copied_default = ref::share(item(3));
    if (item(5) != Py_None) made.factory = ref::share(item(5));
    if (copied || made.factory) fresh_ |= own;
    made.plan = make_plan(item(6), item(7));
    if (made.plan == nullptr) return false;
    const borrowed shared = copied ? Py_None : item(3);
    if (PyDict_SetItem(template_.get(), made.name.get(), shared) < 0) return false;
    fields_.push_back(std::move(made));
    return true;
}

void model_shape::index_keys() {
    for (std::size_t slot = 0; slot < fields_.size(); ++slot) {
        model_key key;
        key.text = text_of(fields_[slot].key.get());
        key.field = static_cast<std::int16_t>(slot);
        keys_.add(key);
    }
    for (const field& each : fields_) {
        const std::string_view name = text_of(each.name.get());
        const auto same = std::ranges::find(keys_.keys(), name, &model_key::text);
        if (same != keys_.keys().end()) {
            same->is_name = true;
        } else {
            model_key key;
            key.text = name;
            key.is_name = true;
            keys_.add(key);
        }
    }
    keys_.index();
}

bool model_shape::add_fresh_defaults(borrowed dict, field_set missing, bool call_factories) const {
    for (field_set left = missing & fresh_; left != 0; left &= left - 1) {
        const field& each = fields_[static_cast<std::size_t>(std::countr_zero(left))];
        const collector_resumed resumed;
        ref value;
        if (each.copied_default) {
            value = deep_copy(each.copied_default.get());
        } else if (call_factories) {
            value = ref::steal(PyObject_CallNoArgs(each.factory.get()));
        } else {
            continue;  // construct_type leaves None there
        }
        if (!value || PyDict_SetItem(dict, each.name.get(), value.get()) < 0) return false;
    }
    return true;
}

ref model_shape::new_fields_set(field_set present) const {
    for (const auto& [seen, names] : fields_sets_) {
        if (seen == present) return ref::steal(PySet_New(names.get()));
    }
    ref names = ref::steal(PySet_New(nullptr));
    if (!names) return {};
    for (field_set left = present; left != 0; left &= left - 1) {
        const field& each = fields_[static_cast<std::size_t>(std::countr_zero(left))];
        if (PySet_Add(names.get(), each.name.get()) < 0) return {};
    }
    constexpr std::size_t enough = 16;
    if (fields_sets_.size() >= enough) return names;
    fields_sets_.emplace_back(present, names);
    return ref::steal(PySet_New(names.get()));
}

PyObject* model_shape::assemble(ref dict, ref fields_set, ref extra) const {
    auto* type = reinterpret_cast<PyTypeObject*>(class_.get());
    ref object = ref::steal(type->tp_alloc(type, 0));
    if (!object || PyObject_GenericSetDict(object.get(), dict.get(), nullptr) < 0) return nullptr;
    const pydantic_slots& at = slots();
    const bool complete =
        put(object.get(), at.fields_set, "__pydantic_fields_set__", std::move(fields_set)) &&
        put(object.get(), at.extra, "__pydantic_extra__", std::move(extra)) &&
        put(object.get(), at.hidden, "__pydantic_private__", ref::share(Py_None));
    return complete ? object.release() : nullptr;
}

}  // namespace oai::python
