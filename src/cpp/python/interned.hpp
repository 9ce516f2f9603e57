// Python names and objects that are looked up once: attribute names, exception factories, types.
#pragma once

#include <Python.h>

namespace oai::python {

// Interned strings, made when the module is imported.
struct names {
    PyObject* _native;
    PyObject* _build_native;
    PyObject* _missing_credentials;
    PyObject* _prepare_call;
    PyObject* _request_id;
    PyObject* _timing_record;
    PyObject* _from_native;
    PyObject* add_reader;
    PyObject* call_soon;
    PyObject* call_soon_threadsafe;
    PyObject* call_exception_handler;
    PyObject* isoformat;
    PyObject* model_dump;
    PyObject* items;
    PyObject* lower;
    PyObject* connect;
    PyObject* read;
    PyObject* write;
    PyObject* pool;
    PyObject* context;
    PyObject* parse;
    PyObject* isEnabledFor;
    PyObject* _nest_patched;
    PyObject* encode;
    PyObject* raw;
};
extern names name;

bool init_names();

// Objects of Python modules, imported when first needed and kept. Null with a Python error set.
enum class global : unsigned char {
    omit_type,        // openai_native._types.Omit
    not_given_type,   // openai_native._types.NotGiven
    base_model,       // pydantic.BaseModel
    mapping,          // collections.abc.Mapping
    datetime,         // datetime.date; datetime is a subclass
    io_base,          // io.IOBase
    cancelled_error,  // asyncio.CancelledError
    running_loop,     // asyncio.events._get_running_loop
    copy_context,     // contextvars.copy_context
    make_status_error,
    make_connection_error,
    make_stream_error,
    make_decode_error,
    validated_event,  // openai_native._strict.validated_event
    async_stream,     // openai_native._streaming.AsyncStream
    stream,           // openai_native._streaming.Stream
    legacy_response,  // openai_native._legacy_response.LegacyAPIResponse
    async_response,   // openai_native._response.AsyncAPIResponse
    response,         // openai_native._response.APIResponse
    thread,           // threading.Thread
    get_logger,       // logging.getLogger
    log_start,
    log_attempt,
    log_retry,
    count
};
PyObject* get(global which);  // borrowed
PyObject* loaded(
    global which) noexcept;  // borrowed; null without error if its module is not imported

// `module:attribute` or `module:a.b`; a new reference.
PyObject* import_object(const char* module, const char* attribute);

}  // namespace oai::python
