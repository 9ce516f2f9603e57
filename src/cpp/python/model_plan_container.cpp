// list[...] and dict[str, ...].
#include "python/model_plan.hpp"

namespace oai::python {

namespace {

class list_plan final : public model_plan {
  public:
    explicit list_plan(const model_plan& item) noexcept
        : model_plan(bit(json::kind::array)), item_(item) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        const json::token& list = from[index];
        if (list.type != json::kind::array) return make_plain(from, index);
        ref made = ref::steal(PyList_New(list.size));
        if (!made) return nullptr;
        std::size_t at = index + 1;
        for (std::uint32_t i = 0; i < list.size; ++i, at = from.after(at)) {
            PyObject* item = item_.construct(from, at);
            if (item == nullptr) return nullptr;
            PyList_SET_ITEM(made.get(), i, item);
        }
        return made.release();
    }

    verdict validate(const source& from, std::size_t index, fitness& fit,
                     PyObject** out) const override {
        const json::token& list = from[index];
        if (list.type != json::kind::array) return verdict::invalid;
        ref made = ref::steal(out != nullptr ? PyList_New(list.size) : nullptr);
        if (out != nullptr && !made) return verdict::raised;
        std::size_t at = index + 1;
        for (std::uint32_t i = 0; i < list.size; ++i, at = from.after(at)) {
            PyObject* item = nullptr;
            const verdict result = item_.validate(from, at, fit, out != nullptr ? &item : nullptr);
            if (result != verdict::valid) {
                return result == verdict::inexact ? verdict::unknown : result;
            }
            if (out != nullptr) PyList_SET_ITEM(made.get(), i, item);
        }
        return out != nullptr ? finish(made.release(), out) : verdict::valid;
    }

  private:
    const model_plan& item_;
};

class dict_plan final : public model_plan {
  public:
    explicit dict_plan(const model_plan& item) noexcept
        : model_plan(bit(json::kind::object)), item_(item) {}

    PyObject* construct(const source& from, std::size_t index) const override {
        if (from[index].type != json::kind::object) return make_plain(from, index);
        ref made = ref::steal(PyDict_New());
        if (!made) return nullptr;
        std::size_t at = index + 1;
        for (std::uint32_t left = from[index].size; left > 0; --left, at = from.after(at + 1)) {
            const ref item = ref::steal(item_.construct(from, at + 1));
            if (!item || !put(made.get(), from[at], item.get())) return nullptr;
        }
        return made.release();
    }

    verdict validate(const source& from, std::size_t index, fitness& fit,
                     PyObject** out) const override {
        const json::token& dict = from[index];
        if (dict.type != json::kind::object) return verdict::invalid;
        ref made = ref::steal(PyDict_New());
        if (!made) return verdict::raised;
        std::size_t at = index + 1;
        for (std::uint32_t left = dict.size; left > 0; --left, at = from.after(at + 1)) {
            PyObject* item = nullptr;
            const verdict result = item_.validate(from, at + 1, fit, &item);
            // An invalid value may be hidden by a later one under the same key.
            if (result == verdict::raised) return result;
            if (result != verdict::valid) return verdict::unknown;
            const ref owned = ref::steal(item);
            if (!put(made.get(), from[at], item)) return verdict::raised;
        }
        if (PyDict_GET_SIZE(made.get()) != static_cast<Py_ssize_t>(dict.size)) {
            return verdict::unknown;  // a key came twice: what was measured is not what is left
        }
        return out != nullptr ? finish(made.release(), out) : verdict::valid;
    }

  private:
    static bool put(borrowed dict, const json::token& name, borrowed item) {
        const ref key = ref::steal(make_string(name));
        return key && PyDict_SetItem(dict, key.get(), item) == 0;
    }

    const model_plan& item_;
};

}  // namespace

model_plan* make_list_plan(borrowed item) {
    const model_plan* plan = make_plan(item, nullptr);
    return plan != nullptr ? new list_plan(*plan) : nullptr;
}

model_plan* make_dict_plan(borrowed item) {
    const model_plan* plan = make_plan(item, nullptr);
    return plan != nullptr ? new dict_plan(*plan) : nullptr;
}

}  // namespace oai::python
