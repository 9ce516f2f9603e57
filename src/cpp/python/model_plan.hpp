// A type as the object builder sees it: one node per annotation, made once from what
// `_plans.describe` says and kept for the interpreter's life. GIL held everywhere here.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "json/document.hpp"
#include "python/refs.hpp"

namespace oai::python {

// The tokens of one document.
class source {
  public:
    explicit source(const json::token* tokens) noexcept : tokens_(tokens) {}

    const json::token& operator[](std::size_t index) const noexcept { return tokens_[index]; }
    std::size_t after(std::size_t index) const noexcept {
        const json::token& at = tokens_[index];
        return at.type >= json::kind::array ? at.end : index + 1;
    }

  private:
    const json::token* tokens_;
};

// What pydantic would do with a value. Only `valid` makes an object.
enum class verdict : std::uint8_t {
    valid,
    invalid,
    inexact,  // Python must decide; if the value is accepted, then by conversion ("5" for an int)
    unknown,  // Python must decide
    raised,   // a Python error is set
};

// How well a value fits: pydantic's measures for choosing among the members of a union.
struct fitness {
    enum level : std::uint8_t { lax, strict, exact };
    level exactness = exact;
    std::optional<std::size_t> fields_set;

    void floor(level other) noexcept { exactness = other < exactness ? other : exactness; }
    void add(std::size_t count) noexcept { fields_set = fields_set.value_or(0) + count; }
    bool perfect() const noexcept { return exactness == exact && !fields_set; }
    bool better_than(const fitness& other) const noexcept {
        if (fields_set && other.fields_set && *fields_set != *other.fields_set) {
            return *fields_set > *other.fields_set;
        }
        return exactness > other.exactness;
    }
};

// JSON kinds as bits.
using kind_set = std::uint16_t;
constexpr kind_set bit(json::kind kind) noexcept {
    return static_cast<kind_set>(1u << static_cast<unsigned>(kind));
}
constexpr kind_set all_kinds = 0x1ff;
constexpr kind_set bool_kinds = bit(json::kind::true_) | bit(json::kind::false_);
constexpr kind_set number_kinds =
    bit(json::kind::integer) | bit(json::kind::real) | bit(json::kind::bignum);

class model_plan {
  public:
    // `accepts`: the kinds that pydantic may accept for this type.
    explicit model_plan(kind_set accepts) noexcept : accepts_(accepts) {}
    virtual ~model_plan() = default;
    model_plan(const model_plan&) = delete;

    // What construct_type gives: a new reference, or null with a Python error set.
    virtual PyObject* construct(const source& from, std::size_t index) const = 0;
    // What pydantic's validation gives, with its fitness noted. Makes the object only if `out` is
    // not null.
    virtual verdict validate(const source& from, std::size_t index, fitness& fit,
                             PyObject** out) const = 0;

    bool may_accept(json::kind kind) const noexcept { return (accepts_ & bit(kind)) != 0; }

  private:
    kind_set accepts_;
};

// As `plan_for`, for an annotation inside another type; `metadata` is a list, a tuple or null.
const model_plan* make_plan(borrowed annotation, borrowed metadata);

// Makers by kind; null with a Python error set. The registry owns what they make.
model_plan* make_scalar_plan(const char* kind);  // null without error: no such kind
model_plan* make_literal_plan(borrowed strings);
model_plan* make_list_plan(borrowed item);
model_plan* make_dict_plan(borrowed item);
model_plan* make_union_plan(borrowed description, borrowed annotation, borrowed metadata);
model_plan* make_object_plan(borrowed cls);

// The slow road, right by definition: `_models.construct_type` on the plain value.
PyObject* construct_in_python(const source& from, std::size_t index, borrowed annotation,
                              borrowed metadata);

// Plain values, as json.loads gives.
PyObject* make_plain(const source& from, std::size_t index);
PyObject* make_string(const json::token& from);

// Completes a `validate`: hands `made` out, or turns null into `raised`.
inline verdict finish(PyObject* made, PyObject** out) noexcept {
    *out = made;
    return made != nullptr ? verdict::valid : verdict::raised;
}

}  // namespace oai::python
