#include "python/model_plan.hpp"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "python/collector_pause.hpp"
#include "python/interned.hpp"
#include "python/object_builder.hpp"

namespace oai::python {

namespace {

// Never destroyed: plans hold references, and the interpreter may be gone when static objects die.
struct registry {
    std::vector<std::unique_ptr<model_plan>> plans;
    // Hold a reference to their keys.
    std::unordered_map<PyObject*, const model_plan*> by_class;
    std::unordered_map<PyObject*, const model_plan*> by_identity;
    PyObject* by_annotation = PyDict_New();  // (repr, annotation) -> address
};

registry& plans() {
    static registry* const made = new registry;
    return *made;
}

const model_plan* keep(model_plan* plan) {
    if (plan == nullptr) return nullptr;
    plans().plans.emplace_back(plan);
    return plan;
}

// Everything is left to Python, always.
class python_plan final : public model_plan {
  public:
    python_plan(borrowed annotation, borrowed metadata)
        : model_plan(all_kinds),
          annotation_(ref::share(annotation)),
          metadata_(ref::share(metadata)) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        return construct_in_python(from, index, annotation_.get(), metadata_.get());
    }
    verdict validate(const source&, std::size_t, fitness&, PyObject**) const override {
        return verdict::unknown;
    }

  private:
    ref annotation_, metadata_;
};

// construct_type hands the value through; pydantic would not.
class opaque_plan final : public model_plan {
  public:
    opaque_plan() noexcept : model_plan(all_kinds) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        return make_plain(from, index);
    }
    verdict validate(const source&, std::size_t, fitness&, PyObject**) const override {
        return verdict::unknown;
    }
};

// construct_type does not look at the constraints that pydantic would check.
class loose_plan final : public model_plan {
  public:
    explicit loose_plan(const model_plan& inner) noexcept : model_plan(all_kinds), inner_(inner) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        return inner_.construct(from, index);
    }
    verdict validate(const source&, std::size_t, fitness&, PyObject**) const override {
        return verdict::unknown;
    }

  private:
    const model_plan& inner_;
};

// `TypeAliasType`: may refer to itself, so it is looked into at first use.
class alias_plan final : public model_plan {
  public:
    explicit alias_plan(borrowed target) : model_plan(all_kinds), target_(ref::share(target)) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        return resolve() ? plan_->construct(from, index) : nullptr;
    }
    verdict validate(const source& from, std::size_t index, fitness& fit,
                     PyObject** out) const override {
        return resolve() ? plan_->validate(from, index, fit, out) : verdict::raised;
    }

  private:
    bool resolve() const {
        if (plan_ == nullptr) plan_ = make_plan(target_.get(), nullptr);
        return plan_ != nullptr;
    }

    ref target_;
    mutable const model_plan* plan_ = nullptr;
};

// One plan per class, so that classes may contain themselves.
const model_plan* plan_for_class(borrowed cls) {
    const auto known = plans().by_class.find(cls);
    if (known != plans().by_class.end()) return known->second;
    const model_plan* made = keep(make_object_plan(cls));
    if (made != nullptr) plans().by_class.emplace(Py_NewRef(cls), made);
    return made;
}

ref describe(borrowed annotation, borrowed metadata) {
    const ref function = ref::steal(import_object("openai_native._plans", "describe"));
    if (!function) return {};
    return ref::steal(PyObject_CallFunctionObjArgs(
        function.get(), annotation, metadata != nullptr ? metadata : Py_None, nullptr));
}

const model_plan* make_nested(std::string_view kind, borrowed description, borrowed annotation,
                              borrowed metadata) {
    const borrowed first = PyTuple_GET_ITEM(description, 1);
    if (kind == "model") return plan_for_class(first);
    if (kind == "literal") return keep(make_literal_plan(first));
    if (kind == "list") return keep(make_list_plan(first));
    if (kind == "dict") return keep(make_dict_plan(first));
    if (kind == "alias") return keep(new alias_plan(first));
    if (kind == "union") return keep(make_union_plan(description, annotation, metadata));
    const model_plan* inner = make_plan(first, PyTuple_GET_ITEM(description, 2));
    return inner != nullptr ? keep(new loose_plan(*inner)) : nullptr;
}

// Equal annotations share a plan, as `list[Model]` may be a new object each time. Equal by text as
// well: Union[int, str] == Union[str, int], but pydantic may choose differently.
const model_plan* plan_for_equal(borrowed annotation) {
    const ref text = ref::steal(PyObject_Repr(annotation));
    const ref key = ref::steal(text ? PyTuple_Pack(2, text.get(), annotation) : nullptr);
    if (!key) return nullptr;
    if (PyObject* found = PyDict_GetItemWithError(plans().by_annotation, key.get())) {
        return static_cast<const model_plan*>(PyLong_AsVoidPtr(found));
    }
    PyErr_Clear();  // not hashable: never found again

    const model_plan* made = make_plan(annotation, nullptr);
    if (made == nullptr) return nullptr;
    const ref number = ref::steal(PyLong_FromVoidPtr(const_cast<model_plan*>(made)));
    if (!number) return nullptr;
    if (PyDict_SetItem(plans().by_annotation, key.get(), number.get()) < 0) PyErr_Clear();
    return made;
}

}  // namespace

const model_plan* make_plan(borrowed annotation, borrowed metadata) {
    const collector_resumed resumed;
    const ref description = describe(annotation, metadata);
    if (!description) return nullptr;
    const char* kind = PyUnicode_AsUTF8(PyTuple_GET_ITEM(description.get(), 0));
    if (kind == nullptr) return nullptr;
    if (PyTuple_GET_SIZE(description.get()) > 1) {
        return make_nested(kind, description.get(), annotation, metadata);
    }
    if (model_plan* scalar = make_scalar_plan(kind)) return keep(scalar);
    if (std::string_view(kind) == "opaque") return keep(new opaque_plan);
    return keep(new python_plan(annotation, metadata));
}

const model_plan* plan_for(PyObject* annotation) {
    if (const auto known = plans().by_class.find(annotation); known != plans().by_class.end()) {
        return known->second;
    }
    auto& seen = plans().by_identity;
    if (const auto known = seen.find(annotation); known != seen.end()) return known->second;
    const model_plan* made = plan_for_equal(annotation);
    constexpr std::size_t enough = 4096;  // a program may make new annotations for ever
    if (made != nullptr && seen.size() < enough && seen.emplace(annotation, made).second) {
        Py_INCREF(annotation);
    }
    return made;
}

PyObject* construct_in_python(const source& from, std::size_t index, borrowed annotation,
                              borrowed metadata) {
    const collector_resumed resumed;
    static PyObject* function = nullptr;
    static PyObject* names = nullptr;
    if (function == nullptr) {
        function = import_object("openai_native._models", "construct_type");
        if (function == nullptr) return nullptr;
    }
    if (names == nullptr) {
        names = Py_BuildValue("(sss)", "value", "type_", "metadata");
        if (names == nullptr) return nullptr;
    }
    const ref value = ref::steal(make_plain(from, index));
    if (!value) return nullptr;
    PyObject* arguments[] = {value.get(), annotation, metadata != nullptr ? metadata : Py_None};
    return PyObject_Vectorcall(function, arguments, 0, names);
}

}  // namespace oai::python
