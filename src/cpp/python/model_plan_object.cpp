// Model classes: a JSON object becomes an instance.
#include <array>
#include <bit>

#include "python/model_plan.hpp"
#include "python/model_shape.hpp"

namespace oai::python {

namespace {

using field_set = model_shape::field_set;

// Where the values of one JSON object stand.
struct members {
    std::array<std::uint32_t, model_shape::most_fields> at;  // by field; valid for those `present`
    field_set present = 0;
    ref extra;              // dict of what no field takes
    bool reserved = false;  // has the key "_fields_set", which is a parameter of construct()
};

class object_plan final : public model_plan {
  public:
    explicit object_plan(borrowed cls)
        : model_plan(bit(json::kind::object)), class_(ref::share(cls)) {}

    PyObject* construct(const source& from, std::size_t index) const override;
    verdict validate(const source& from, std::size_t index, fitness& fit,
                     PyObject** out) const override;

  private:
    const model_shape* shape() const;
    PyObject* construct_one(const model_shape& shape, const source& from, std::size_t index) const;
    PyObject* construct_each(const source& from, std::size_t index) const;

    ref class_;
    mutable std::unique_ptr<model_shape> shape_;
};

// At first use, because classes refer to each other and most of them are never met.
const model_shape* object_plan::shape() const {
    if (!shape_) {
        auto made = model_shape::of(class_.get());
        // Python ran meanwhile: another thread may have been here.
        if (!shape_) shape_ = std::move(made);
    }
    return shape_.get();
}

bool add_extra(const source& from, std::size_t key_at, borrowed extra) {
    const ref key = ref::steal(make_string(from[key_at]));
    const ref value = ref::steal(key ? make_plain(from, key_at + 1) : nullptr);
    return value && PyDict_SetItem(extra, key.get(), value.get()) == 0;
}

// Under `construct` an aliased field's key counts as extra too, and its Python name as nothing.
bool read_constructed(const model_shape& shape, const source& from, std::size_t index,
                      members& into) {
    std::size_t at = index + 1;
    for (std::uint32_t place = 0; place < from[index].size; ++place, at = from.after(at + 1)) {
        const std::string_view text = from[at].view();
        const model_key* key = shape.keys().find(text, place);
        if (key != nullptr && key->field >= 0) {
            into.at[static_cast<std::size_t>(key->field)] = static_cast<std::uint32_t>(at + 1);
            into.present |= field_set{1} << key->field;
        }
        if (key != nullptr && key->is_name) continue;
        into.reserved = into.reserved || text == "_fields_set";
        if (!add_extra(from, at, into.extra.get())) return false;
    }
    return true;
}

bool read_validated(const model_shape& shape, const source& from, std::size_t index, bool extras,
                    members& into) {
    std::size_t at = index + 1;
    for (std::uint32_t place = 0; place < from[index].size; ++place, at = from.after(at + 1)) {
        const model_key* key = shape.keys().find(from[at].view(), place);
        if (key != nullptr && key->field >= 0) {
            into.at[static_cast<std::size_t>(key->field)] = static_cast<std::uint32_t>(at + 1);
            into.present |= field_set{1} << key->field;
        } else if (extras && !add_extra(from, at, into.extra.get())) {
            return false;
        }
    }
    return true;
}

PyObject* object_plan::construct(const source& from, std::size_t index) const {
    const json::kind kind = from[index].type;
    if (kind == json::kind::array) return construct_each(from, index);
    if (kind != json::kind::object) return make_plain(from, index);
    const model_shape* known = shape();
    if (known == nullptr) return nullptr;
    if (!known->native()) return construct_in_python(from, index, class_.get(), nullptr);
    return construct_one(*known, from, index);
}

// A list where one object belongs: its objects are constructed.
PyObject* object_plan::construct_each(const source& from, std::size_t index) const {
    const std::uint32_t size = from[index].size;
    ref list = ref::steal(PyList_New(size));
    if (!list) return nullptr;
    std::size_t at = index + 1;
    for (std::uint32_t i = 0; i < size; ++i, at = from.after(at)) {
        const bool object = from[at].type == json::kind::object;
        PyObject* item = object ? construct(from, at) : make_plain(from, at);
        if (item == nullptr) return nullptr;
        PyList_SET_ITEM(list.get(), i, item);
    }
    return list.release();
}

PyObject* object_plan::construct_one(const model_shape& shape, const source& from,
                                     std::size_t index) const {
    members in;
    in.extra = ref::steal(PyDict_New());
    if (!in.extra || !read_constructed(shape, from, index, in)) return nullptr;
    if (in.reserved) return construct_in_python(from, index, class_.get(), nullptr);
    ref dict = shape.new_dict();
    if (!dict) return nullptr;
    field_set defaulted = ~in.present;
    for (field_set left = in.present; left != 0; left &= left - 1) {
        const auto slot = static_cast<std::size_t>(std::countr_zero(left));
        const std::size_t at = in.at[slot];
        if (from[at].type == json::kind::null) {
            defaulted |= field_set{1} << slot;  // an explicit null stands for the default
            continue;
        }
        const model_shape::field& field = shape.fields()[slot];
        const ref value = ref::steal(field.plan->construct(from, at));
        if (!value || PyDict_SetItem(dict.get(), field.name.get(), value.get()) < 0) {
            return nullptr;
        }
    }
    if (!shape.add_fresh_defaults(dict.get(), defaulted, false)) return nullptr;
    ref fields_set = shape.new_fields_set(in.present);
    if (!fields_set) return nullptr;
    return shape.assemble(std::move(dict), std::move(fields_set), std::move(in.extra));
}

// Validates the fields that are there into `dict`, or only measures them if that is null.
verdict validate_fields(const model_shape& shape, const source& from, const members& in,
                        fitness& fit, borrowed dict) {
    for (field_set left = in.present; left != 0; left &= left - 1) {
        const auto slot = static_cast<std::size_t>(std::countr_zero(left));
        const model_shape::field& field = shape.fields()[slot];
        PyObject* made = nullptr;
        const verdict result =
            field.plan->validate(from, in.at[slot], fit, dict != nullptr ? &made : nullptr);
        if (result == verdict::inexact) return verdict::unknown;
        if (result != verdict::valid) return result;
        if (dict == nullptr) continue;
        const ref value = ref::steal(made);
        if (PyDict_SetItem(dict, field.name.get(), made) < 0) return verdict::raised;
    }
    return verdict::valid;
}

// Validated objects count their extra keys as fields that were set.
bool add_keys(borrowed fields_set, borrowed extra) {
    Py_ssize_t at = 0;
    PyObject* key = nullptr;
    while (PyDict_Next(extra, &at, &key, nullptr)) {
        if (PySet_Add(fields_set, key) < 0) return false;
    }
    return true;
}

verdict object_plan::validate(const source& from, std::size_t index, fitness& fit,
                              PyObject** out) const {
    if (from[index].type != json::kind::object) return verdict::invalid;
    const model_shape* known = shape();
    if (known == nullptr) return verdict::raised;
    if (!known->native() || !known->validates_natively()) return verdict::unknown;

    members in;
    const bool wanted = out != nullptr;
    if (wanted) in.extra = ref::steal(PyDict_New());
    if (wanted && !in.extra) return verdict::raised;
    if (!read_validated(*known, from, index, wanted, in)) return verdict::raised;
    if ((known->required() & ~in.present) != 0) return verdict::invalid;
    fit.floor(fitness::strict);
    fit.add(static_cast<std::size_t>(std::popcount(in.present)));

    if (!wanted) return validate_fields(*known, from, in, fit, nullptr);
    ref dict = known->new_dict();
    if (!dict) return verdict::raised;
    const verdict result = validate_fields(*known, from, in, fit, dict.get());
    if (result != verdict::valid) return result;
    if (!known->add_fresh_defaults(dict.get(), ~in.present, true)) return verdict::raised;
    ref fields_set = known->new_fields_set(in.present);
    if (!fields_set || !add_keys(fields_set.get(), in.extra.get())) return verdict::raised;
    return finish(known->assemble(std::move(dict), std::move(fields_set), std::move(in.extra)),
                  out);
}

}  // namespace

model_plan* make_object_plan(borrowed cls) {
    return new object_plan(cls);
}

}  // namespace oai::python
