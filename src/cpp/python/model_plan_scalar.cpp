// Types without parts: what a JSON value that is not an array or object becomes.
#include <cmath>
#include <cstring>
#include <string_view>
#include <vector>

#include "python/model_plan.hpp"

namespace oai::python {

namespace {

// Makes the plain value if it is wanted.
verdict accept(const source& from, std::size_t index, PyObject** out) {
    return out == nullptr ? verdict::valid : finish(make_plain(from, index), out);
}

class any_plan final : public model_plan {
  public:
    any_plan() noexcept : model_plan(all_kinds) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        return make_plain(from, index);
    }
    verdict validate(const source& from, std::size_t index, fitness& fit,
                     PyObject** out) const override {
        fit.floor(fitness::strict);
        return accept(from, index, out);
    }
};

// Outside unions every scalar is handed through; `float` alone converts.
class scalar_plan : public model_plan {
  public:
    // `own`: the kinds that are exactly this type; `convertible`: those that pydantic may convert.
    scalar_plan(kind_set own, kind_set convertible) noexcept
        : model_plan(own | convertible), own_(own), convertible_(convertible) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        return make_plain(from, index);
    }
    verdict validate(const source& from, std::size_t index, fitness&,
                     PyObject** out) const override {
        const kind_set kind = bit(from[index].type);
        if ((kind & own_) != 0) return accept(from, index, out);
        return (kind & convertible_) != 0 ? verdict::inexact : verdict::invalid;
    }

  private:
    kind_set own_, convertible_;
};

class real_plan final : public scalar_plan {
  public:
    real_plan() noexcept
        : scalar_plan(bit(json::kind::real), number_kinds | bool_kinds | bit(json::kind::string)) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        const json::token& at = from[index];
        switch (at.type) {
            case json::kind::integer:
                return exact_or_plain(at.integer);
            case json::kind::true_:
                return PyFloat_FromDouble(1.0);
            case json::kind::false_:
                return PyFloat_FromDouble(0.0);
            // May overflow a float, which the official client lets escape.
            case json::kind::bignum:
                return construct_in_python(from, index, reinterpret_cast<PyObject*>(&PyFloat_Type),
                                           nullptr);
            default:
                return make_plain(from, index);
        }
    }
    verdict validate(const source& from, std::size_t index, fitness& fit,
                     PyObject** out) const override {
        const json::token& at = from[index];
        if (at.type != json::kind::integer) return scalar_plan::validate(from, index, fit, out);
        fit.floor(fitness::strict);
        if (out == nullptr) return verdict::valid;
        return finish(PyFloat_FromDouble(static_cast<double>(at.integer)), out);
    }

  private:
    static PyObject* exact_or_plain(std::int64_t integer) {
        const double real = static_cast<double>(integer);
        // 2^63 is a double but not an int64: converting it back would be undefined.
        const bool exact = real < 0x1p63 && static_cast<std::int64_t>(real) == integer;
        return exact ? PyFloat_FromDouble(real) : PyLong_FromLongLong(integer);
    }
};

// Keeps the last short value: ids, models and roles repeat from one answer or chunk to the next.
class string_plan final : public model_plan {
  public:
    string_plan() noexcept : model_plan(bit(json::kind::string)) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        const json::token& at = from[index];
        return at.type == json::kind::string ? remembered(at) : make_plain(from, index);
    }
    verdict validate(const source& from, std::size_t index, fitness&,
                     PyObject** out) const override {
        const json::token& at = from[index];
        if (at.type != json::kind::string) return verdict::invalid;
        return out == nullptr ? verdict::valid : finish(remembered(at), out);
    }

  private:
    PyObject* remembered(const json::token& at) const {
        if (!at.ascii || at.size > longest) return make_string(at);
        if (last_ && at.size == static_cast<std::size_t>(PyUnicode_GET_LENGTH(last_.get())) &&
            std::memcmp(PyUnicode_DATA(last_.get()), at.text, at.size) == 0) {
            return Py_NewRef(last_.get());
        }
        PyObject* made = make_string(at);
        last_ = ref::share(made);
        return made;
    }

    static constexpr std::uint32_t longest = 64;
    mutable ref last_;  // ASCII
};

class literal_plan final : public model_plan {
  public:
    literal_plan() noexcept : model_plan(bit(json::kind::string)) {}

    bool add(borrowed value) {
        Py_ssize_t size = 0;
        const char* text = PyUnicode_AsUTF8AndSize(value, &size);
        if (text == nullptr) return false;
        values_.push_back(
            {std::string_view(text, static_cast<std::size_t>(size)), ref::share(value)});
        return true;
    }

    PyObject* construct(const source& from, std::size_t index) const override {
        const borrowed known = find(from[index]);
        return known != nullptr ? Py_NewRef(known) : make_plain(from, index);
    }
    verdict validate(const source& from, std::size_t index, fitness&,
                     PyObject** out) const override {
        const borrowed known = find(from[index]);
        if (known == nullptr) return verdict::invalid;
        return out == nullptr ? verdict::valid : finish(Py_NewRef(known), out);
    }

  private:
    struct value {
        std::string_view text;  // inside `object`
        ref object;
    };

    borrowed find(const json::token& at) const noexcept {
        if (at.type != json::kind::string) return nullptr;
        for (const value& known : values_) {
            if (known.text == at.view()) return known.object.get();
        }
        return nullptr;
    }

    std::vector<value> values_;
};

}  // namespace

model_plan* make_scalar_plan(const char* kind) {
    const std::string_view name(kind);
    const kind_set string = bit(json::kind::string), real = bit(json::kind::real);
    const kind_set integers = bit(json::kind::integer) | bit(json::kind::bignum);
    if (name == "any") return new any_plan;
    if (name == "string") return new string_plan;
    if (name == "integer") return new scalar_plan(integers, bool_kinds | real | string);
    if (name == "real") return new real_plan;
    if (name == "boolean") return new scalar_plan(bool_kinds, number_kinds | string);
    if (name == "null") return new scalar_plan(bit(json::kind::null), 0);
    return nullptr;
}

model_plan* make_literal_plan(borrowed strings) {
    auto made = std::make_unique<literal_plan>();
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(strings); ++i) {
        if (!made->add(PyTuple_GET_ITEM(strings, i))) return nullptr;
    }
    return made.release();
}

}  // namespace oai::python
