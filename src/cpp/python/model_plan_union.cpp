// Unions: pydantic validates first and picks the member that fits best ("smart mode"); what no
// member accepts is constructed as the class its tag names, or as the first member.
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "python/collector_pause.hpp"
#include "python/interned.hpp"
#include "python/model_plan.hpp"

namespace oai::python {

namespace {

struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>()(text);
    }
};

// Which class a key's value names.
struct tag_map {
    std::string key;
    std::unordered_map<std::string, const model_plan*, text_hash, std::equal_to<>> classes;

    // Fills `classes` from {tag: class}; false with a Python error set.
    bool fill(borrowed key_name, borrowed tags) {
        const char* text = PyUnicode_AsUTF8(key_name);
        if (text == nullptr) return false;
        key = text;
        Py_ssize_t at = 0;
        PyObject *tag = nullptr, *cls = nullptr;
        while (PyDict_Next(tags, &at, &tag, &cls)) {
            const char* name = PyUnicode_AsUTF8(tag);
            const model_plan* plan = name != nullptr ? make_plan(cls, nullptr) : nullptr;
            if (plan == nullptr) return false;
            classes.emplace(name, plan);
        }
        return true;
    }

    // The class for the object at `index`; null if its tag is missing or unknown.
    const model_plan* find(const source& from, std::size_t index) const {
        const json::token* tag = nullptr;
        std::size_t at = index + 1;
        for (std::uint32_t left = from[index].size; left > 0; --left, at = from.after(at + 1)) {
            if (from[at].view() == key) tag = &from[at + 1];  // the last one counts
        }
        if (tag == nullptr || tag->type != json::kind::string) return nullptr;
        const auto known = classes.find(tag->view());
        return known != classes.end() ? known->second : nullptr;
    }
};

class union_plan final : public model_plan {
  public:
    union_plan(borrowed annotation, borrowed metadata, borrowed bare, borrowed infos,
               bool tag_matters)
        : model_plan(all_kinds),
          annotation_(ref::share(annotation)),
          metadata_(ref::share(metadata)),
          bare_(ref::share(bare)),
          infos_(ref::share(infos)),
          tag_matters_(tag_matters) {}

    bool add_members(borrowed types);
    bool set_tags(borrowed key, borrowed tags) { return tags_.fill(key, tags); }

    PyObject* construct(const source& from, std::size_t index) const override;
    verdict validate(const source& from, std::size_t index, fitness& fit,
                     PyObject** out) const override;

  private:
    const model_plan* best_of(const source& from, std::size_t index, verdict& result) const;
    PyObject* construct_invalid(const source& from, std::size_t index) const;
    bool learn_discriminator() const;

    ref annotation_, metadata_;  // as given
    ref bare_, infos_;           // the union itself and its PropertyInfos
    bool tag_matters_;           // for invalid objects: may it name another class than the first?
    std::vector<const model_plan*> members_;
    tag_map tags_;                   // proven: only the named class can be valid
    mutable tag_map discriminator_;  // as `_discriminator` knows it, once it does
};

bool union_plan::add_members(borrowed types) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(types); ++i) {
        const model_plan* member = make_plan(PyTuple_GET_ITEM(types, i), nullptr);
        if (member == nullptr) return false;
        members_.push_back(member);
    }
    return true;
}

PyObject* union_plan::construct(const source& from, std::size_t index) const {
    fitness fit;
    PyObject* made = nullptr;
    switch (validate(from, index, fit, &made)) {
        case verdict::valid:
            return made;
        case verdict::raised:
            return nullptr;
        case verdict::invalid:
            return construct_invalid(from, index);
        case verdict::inexact:
        case verdict::unknown:
            break;
    }
    return construct_in_python(from, index, annotation_.get(), metadata_.get());
}

verdict union_plan::validate(const source& from, std::size_t index, fitness& fit,
                             PyObject** out) const {
    const json::kind kind = from[index].type;
    const model_plan* chosen = nullptr;
    if (kind == json::kind::object && !tags_.classes.empty()) {
        chosen = tags_.find(from, index);
        if (chosen == nullptr) return verdict::invalid;
    } else {
        verdict result = verdict::invalid;
        chosen = best_of(from, index, result);
        if (chosen == nullptr) return result;
    }
    fitness inner;
    const verdict result = chosen->validate(from, index, inner, out);
    fit.floor(inner.exactness);
    if (inner.fields_set) fit.add(*inner.fields_set);
    return result;
}

// The member to choose; null with the reason in `result` if none is, or if Python must decide. A
// member that is the only one to take this kind of value is chosen unseen.
const model_plan* union_plan::best_of(const source& from, std::size_t index,
                                      verdict& result) const {
    std::size_t candidates = 0;
    const model_plan* best = nullptr;
    for (const model_plan* member : members_) {
        if (!member->may_accept(from[index].type)) continue;
        ++candidates;
        best = member;
    }
    if (candidates < 2) return best;

    best = nullptr;
    fitness best_fit;
    bool inexact = false;
    for (const model_plan* member : members_) {
        if (!member->may_accept(from[index].type)) continue;
        fitness fit;
        const verdict tried = member->validate(from, index, fit, nullptr);
        if (tried == verdict::valid && fit.perfect()) return member;
        if (tried == verdict::valid && (best == nullptr || fit.better_than(best_fit))) {
            best = member;
            best_fit = fit;
        }
        inexact = inexact || tried == verdict::inexact;
        if (tried == verdict::unknown || tried == verdict::raised) {
            result = tried;
            return nullptr;
        }
    }
    // Nothing here is lax, so whatever Python might convert fits worse than `best`.
    result = inexact ? verdict::inexact : verdict::invalid;
    return best;
}

PyObject* union_plan::construct_invalid(const source& from, std::size_t index) const {
    if (tag_matters_ && from[index].type == json::kind::object) {
        if (discriminator_.classes.empty() && !learn_discriminator()) return nullptr;
        const model_plan* named = discriminator_.find(from, index);
        if (named != nullptr) return named->construct(from, index);
    }
    PyObject* made = members_.front()->construct(from, index);
    if (made != nullptr || !PyErr_ExceptionMatches(PyExc_Exception)) return made;
    PyErr_Clear();
    return construct_in_python(from, index, annotation_.get(), metadata_.get());
}

// Asked again as long as it is unknown: another annotation may make it known for an equal union.
bool union_plan::learn_discriminator() const {
    const collector_resumed resumed;
    const ref function =
        ref::steal(import_object("openai_native._discriminator", "discriminator_of"));
    if (!function) return false;
    const ref found = ref::steal(
        PyObject_CallFunctionObjArgs(function.get(), bare_.get(), infos_.get(), nullptr));
    if (!found || found.get() == Py_None) return static_cast<bool>(found);
    const ref key = ref::steal(PyObject_GetAttrString(found.get(), "key"));
    const ref variants = ref::steal(PyObject_GetAttrString(found.get(), "variants"));
    if (!key || !variants) return false;
    tag_map learned;
    if (!learned.fill(key.get(), variants.get())) return false;
    learned.classes.erase("");  // construct_type takes an empty tag for none
    discriminator_ = std::move(learned);
    return true;
}

}  // namespace

// `description`: ("union", members, tag key or None, {tag: class}, union, PropertyInfos,
// may a tag name another class than the first member?).
model_plan* make_union_plan(borrowed description, borrowed annotation, borrowed metadata) {
    auto made = std::make_unique<union_plan>(annotation, metadata, PyTuple_GET_ITEM(description, 4),
                                             PyTuple_GET_ITEM(description, 5),
                                             PyTuple_GET_ITEM(description, 6) == Py_True);
    if (!made->add_members(PyTuple_GET_ITEM(description, 1))) return nullptr;
    const borrowed key = PyTuple_GET_ITEM(description, 2);
    if (key != Py_None && !made->set_tags(key, PyTuple_GET_ITEM(description, 3))) return nullptr;
    return made.release();
}

}  // namespace oai::python
