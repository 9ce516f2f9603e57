#include "python/interned.hpp"

#include <array>
#include <cstddef>

#include "python/refs.hpp"

namespace oai::python {

names name{};

namespace {

struct name_entry {
    PyObject* names::* slot;
    const char* text;
};

constexpr name_entry name_table[] = {
    {&names::_native, "_native"},
    {&names::_build_native, "_build_native"},
    {&names::_missing_credentials, "_missing_credentials"},
    {&names::_prepare_call, "_prepare_call"},
    {&names::_request_id, "_request_id"},
    {&names::_timing_record, "_timing_record"},
    {&names::_from_native, "_from_native"},
    {&names::add_reader, "add_reader"},
    {&names::call_soon, "call_soon"},
    {&names::call_soon_threadsafe, "call_soon_threadsafe"},
    {&names::call_exception_handler, "call_exception_handler"},
    {&names::isoformat, "isoformat"},
    {&names::model_dump, "model_dump"},
    {&names::items, "items"},
    {&names::lower, "lower"},
    {&names::connect, "connect"},
    {&names::read, "read"},
    {&names::write, "write"},
    {&names::pool, "pool"},
    {&names::context, "context"},
    {&names::parse, "parse"},
    {&names::isEnabledFor, "isEnabledFor"},
    {&names::_nest_patched, "_nest_patched"},
    {&names::encode, "encode"},
    {&names::raw, "raw"},
};
static_assert(sizeof(names) / sizeof(PyObject*) == std::size(name_table));

struct global_entry {
    const char* module;
    const char* attribute;
};

constexpr global_entry global_table[] = {
    {"openai_native._types", "Omit"},
    {"openai_native._types", "NotGiven"},
    {"pydantic", "BaseModel"},
    {"collections.abc", "Mapping"},
    {"datetime", "date"},
    {"io", "IOBase"},
    {"asyncio", "CancelledError"},
    {"asyncio.events", "_get_running_loop"},
    {"contextvars", "copy_context"},
    {"openai_native._exceptions", "make_status_error"},
    {"openai_native._exceptions", "make_connection_error"},
    {"openai_native._exceptions", "make_stream_error"},
    {"openai_native._exceptions", "make_decode_error"},
    {"openai_native._strict", "validated_event"},
    {"openai_native._streaming", "AsyncStream"},
    {"openai_native._streaming", "Stream"},
    {"openai_native._legacy_response", "LegacyAPIResponse"},
    {"openai_native._response", "AsyncAPIResponse"},
    {"openai_native._response", "APIResponse"},
    {"threading", "Thread"},
    {"logging", "getLogger"},
    {"openai_native._logs", "log_start"},
    {"openai_native._logs", "log_attempt"},
    {"openai_native._logs", "log_retry"},
};
static_assert(std::size(global_table) == static_cast<std::size_t>(global::count));

std::array<PyObject*, static_cast<std::size_t>(global::count)> globals{};

}  // namespace

bool init_names() {
    for (const name_entry& entry : name_table) {
        name.*entry.slot = PyUnicode_InternFromString(entry.text);
        if (name.*entry.slot == nullptr) return false;
    }
    return true;
}

PyObject* import_object(const char* module, const char* attribute) {
    ref found = ref::steal(PyImport_ImportModule(module));
    for (const char* part = attribute; found && *part != '\0';) {
        const char* end = part;
        while (*end != '\0' && *end != '.') ++end;
        ref step = ref::steal(PyUnicode_FromStringAndSize(part, end - part));
        if (!step) return nullptr;
        found = ref::steal(PyObject_GetAttr(found.get(), step.get()));
        part = *end == '.' ? end + 1 : end;
    }
    return found.release();
}

PyObject* get(global which) {
    PyObject*& slot = globals[static_cast<std::size_t>(which)];
    if (slot == nullptr) {
        const global_entry& entry = global_table[static_cast<std::size_t>(which)];
        slot = import_object(entry.module, entry.attribute);
    }
    return slot;
}

PyObject* loaded(global which) noexcept {
    PyObject*& slot = globals[static_cast<std::size_t>(which)];
    if (slot != nullptr) return slot;
    const global_entry& entry = global_table[static_cast<std::size_t>(which)];
    PyObject* modules = PyImport_GetModuleDict();
    if (PyDict_GetItemString(modules, entry.module) == nullptr) return nullptr;
    const saved_error keep;
    PyObject* found = get(which);
    if (found == nullptr) PyErr_Clear();
    return found;
}

}  // namespace oai::python
