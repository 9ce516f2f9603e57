// One model class: its fields by slot, and how an instance is put together.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "python/key_table.hpp"
#include "python/model_plan.hpp"
#include "python/refs.hpp"

namespace oai::python {

class model_shape {
  public:
    static constexpr std::size_t most_fields = 64;
    using field_set = std::uint64_t;

    struct field {
        ref name;            // interned
        ref key;             // owns the text in `keys`
        ref copied_default;  // mutable: every object gets a copy
        ref factory;
        const model_plan* plan = nullptr;
    };

    // Looks into `cls`. Null with a Python error set on failure.
    static std::unique_ptr<model_shape> of(borrowed cls);

    // False: the class is left to construct_type altogether.
    bool native() const noexcept { return native_; }
    bool validates_natively() const noexcept { return validates_natively_; }
    const std::vector<field>& fields() const noexcept { return fields_; }
    const key_table& keys() const noexcept { return keys_; }
    field_set required() const noexcept { return required_; }

    // A new __dict__, in field order, holding the shared defaults.
    ref new_dict() const { return ref::steal(PyDict_Copy(template_.get())); }
    // Puts in the defaults of `missing` fields that are made anew for each object.
    bool add_fresh_defaults(borrowed dict, field_set missing, bool call_factories) const;
    // A new set of the names of `present` fields.
    ref new_fields_set(field_set present) const;
    // The object; null with a Python error set.
    PyObject* assemble(ref dict, ref fields_set, ref extra) const;

  private:
    bool add_field(borrowed described);
    void index_keys();

    ref class_;
    bool native_ = false;
    bool validates_natively_ = false;
    std::vector<field> fields_;
    key_table keys_;
    field_set required_ = 0;
    field_set fresh_ = 0;  // fields whose default is made anew
    ref template_;
    mutable std::vector<std::pair<field_set, ref>> fields_sets_;  // seen before, to copy from
};

}  // namespace oai::python
