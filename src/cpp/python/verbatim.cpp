#include "python/verbatim.hpp"

#include "python/api_operation.hpp"
#include "python/blocking_call.hpp"
#include "python/body_encoder.hpp"
#include "python/loop.hpp"
#include "python/method.hpp"
#include "python/pacing.hpp"
#include "python/routing.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

// Answers look at their endpoint: this one's are pieces of the body, whatever the request.
endpoint& any_endpoint() {
    static auto* const made = new endpoint;
    return *made;
}

struct arguments {
    PyObject *transport, *headers, *body, *timeout;
    PyObject* uds = Py_None;
    const char *host, *method, *target;
    PyObject *pacer = Py_None, *estimate = Py_None;
    int tls = 0, port = 0, blocking = 0;
};

bool read_arguments(PyObject* args, PyObject* keywords, arguments& out) {
    static const char* known[] = {"",       "tls",     "host",     "port",    "method",
                                  "target", "headers", "body",     "timeout", "blocking",
                                  "uds",    "pacer",   "estimate", nullptr};
    return PyArg_ParseTupleAndKeywords(
               args, keywords, "O$psissOOOpOOO:send", const_cast<char**>(known), &out.transport,
               &out.tls, &out.host, &out.port, &out.method, &out.target, &out.headers, &out.body,
               &out.timeout, &out.blocking, &out.uds, &out.pacer, &out.estimate) != 0;
}

bool build(const arguments& given, built_call& out) {
    api::call_spec& spec = out.spec;
    header_list headers;
    clock_settings clocks;
    if (!read_header_pairs(given.headers, headers) ||
        !read_timeout_argument(given.timeout, clocks) ||
        !take_body_parts(given.body, spec.request) ||
        !read_method(given.method, spec.request.method))
        return false;
    spec.request.target = given.target;
    spec.request.fixed = std::make_shared<http::header_block>(block_of(headers));
    auto origin = std::make_shared<http::origin>();
    origin->tls = given.tls != 0;
    origin->host = given.host;
    origin->port = static_cast<std::uint16_t>(given.port);
    if (!read_unix_path(given.uds, origin->unix_path)) return false;
    spec.to = std::move(origin);
    spec.clocks = clocks.clocks;
    spec.max_retries = 0;
    spec.send_retry_count = false;
    spec.verbatim = true;
    return true;
}

PyObject* send(PyObject*, PyObject* args, PyObject* keywords) {
    arguments given;
    if (!read_arguments(args, keywords, given)) return nullptr;
    native_client with;
    with.via = transport_in(given.transport);
    built_call built;
    if (!with.via || !build(given, built) || !read_pacing(given.pacer, given.estimate, with) ||
        (with.pacer && !add_pacing(with, built.spec)))
        return nullptr;
    if (given.blocking)
        return make_blocking_call(Py_None, any_endpoint(), with, Py_None, std::move(built))
            .release();
    std::shared_ptr<loop_state> home = loop_state::current();
    if (!home) return nullptr;
    return start_call(std::move(home), Py_None, any_endpoint(), with, Py_None, std::move(built))
        .release();
}

PyMethodDef functions[] = {
    {"send", as_method(send), METH_VARARGS | METH_KEYWORDS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

bool init_verbatim(PyObject* module) {
    return PyModule_AddFunctions(module, functions) == 0;
}

}  // namespace oai::python
