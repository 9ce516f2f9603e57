// The mock server for Python. The server's threads never touch Python; what waits, waits without
// the GIL.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <unistd.h>

#include <stdexcept>

#include "mock/server.hpp"

namespace py = pybind11;
using namespace oai::mock;

namespace {

py::bytes bytes_of(const std::string& text) {
    return py::bytes(text.data(), text.size());
}

py::str text_of(const std::string& text) {
    return py::reinterpret_steal<py::str>(
        PyUnicode_DecodeLatin1(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
}

py::dict entry_of(const recorded& seen) {
    py::list headers;
    for (const auto& [name, value] : seen.what.headers) {
        headers.append(py::make_tuple(text_of(name), text_of(value)));
    }
    py::dict out;
    out["method"] = text_of(seen.what.method);
    out["target"] = text_of(seen.what.target);
    out["headers"] = headers;
    out["body"] = bytes_of(seen.what.body);
    out["connection"] = seen.what.connection;
    out["status"] = seen.status;
    out["stream"] = seen.stream;
    out["at"] = std::chrono::duration<double>(seen.at.time_since_epoch()).count();
    return out;
}

// A server that belongs to the process that started it: in a forked child it is stopped.
class python_server {
  public:
    explicit python_server(options settings) : server_(std::move(settings)) {}

    void start() {
        oai::error_code ec;
        {
            py::gil_scoped_release unlocked;
            ec = server_.start();
        }
        if (ec) {
            PyErr_SetObject(
                PyExc_OSError,
                py::make_tuple(ec.value(), "cannot listen on " + server_.settings().host + ":" +
                                               std::to_string(server_.settings().port) + ": " +
                                               ec.message())
                    .ptr());
            throw py::error_already_set();
        }
        owner_ = ::getpid();
    }

    void stop() {
        py::gil_scoped_release unlocked;
        settle();
    }

    ~python_server() {
        py::gil_scoped_release unlocked;
        settle();
    }

    std::uint16_t port() const { return server_.port(); }

    py::list requests() {
        std::vector<recorded> seen;
        {
            py::gil_scoped_release unlocked;
            seen = server_.log().requests();
        }
        py::list out;
        for (const recorded& one : seen) out.append(entry_of(one));
        return out;
    }

    void clear() { server_.log().clear(); }

    py::dict stats() {
        const counters& counts = server_.log().counts;
        py::dict out;
        auto put = [&](const char* name, const counter& c) { out[name] = c.load(); };
        put("connections_total", counts.connections_total);
        put("connections_open", counts.connections_open);
        put("requests", counts.requests);
        put("bad_requests", counts.bad_requests);
        put("answers_2xx", counts.answers_2xx);
        put("answers_4xx", counts.answers_4xx);
        put("answers_5xx", counts.answers_5xx);
        put("streams_total", counts.streams_total);
        put("streams_open", counts.streams_open);
        put("in_flight", counts.in_flight);
        put("disconnects_mid_stream", counts.disconnects_mid_stream);
        put("disconnects_mid_answer", counts.disconnects_mid_answer);
        put("faults", counts.faults);
        put("bytes_in", counts.bytes_in);
        put("bytes_out", counts.bytes_out);
        double at = counts.last_disconnect_at;
        out["last_disconnect_at"] = at == 0 ? py::object(py::none()) : py::object(py::float_(at));
        return out;
    }

  private:
    void settle() {
        if (owner_ == ::getpid())
            server_.stop();
        else
            server_.forget();
    }

    server server_;
    pid_t owner_ = 0;
};

std::unique_ptr<python_server> make(const std::string& host, std::uint16_t port, unsigned threads,
                                    double latency, double tokens_per_second, unsigned burst,
                                    unsigned tokens,
                                    const std::vector<std::pair<int, double>>& failures,
                                    std::uint64_t seed, const std::string& api_key,
                                    std::size_t max_body, std::size_t keep_requests,
                                    double idle_limit, unsigned jobs, bool quiet) {
    options settings;
    settings.host = host;
    settings.port = port;
    settings.threads = threads;
    settings.latency = seconds(latency);
    settings.tokens_per_second = tokens_per_second;
    settings.burst = burst;
    settings.tokens = tokens;
    for (const auto& [status, share] : failures) settings.failures.push_back({status, share});
    settings.seed = seed;
    settings.api_key = api_key;
    settings.max_body = max_body;
    settings.keep_requests = keep_requests;
    settings.idle_limit = seconds(idle_limit);
    settings.jobs = jobs;
    settings.quiet = quiet;
    return std::make_unique<python_server>(std::move(settings));
}

}  // namespace

PYBIND11_MODULE(_mock, m) {
    m.doc() = "The bundled mock server; use openai_native.mock.";
    py::class_<python_server>(m, "Server")
        .def(py::init(&make), py::kw_only(), py::arg("host"), py::arg("port"), py::arg("threads"),
             py::arg("latency"), py::arg("tokens_per_second"), py::arg("burst"), py::arg("tokens"),
             py::arg("failures"), py::arg("seed"), py::arg("api_key"), py::arg("max_body"),
             py::arg("keep_requests"), py::arg("idle_limit"), py::arg("jobs"), py::arg("quiet"))
        .def("start", &python_server::start)
        .def("stop", &python_server::stop)
        .def_property_readonly("port", &python_server::port)
        .def("stats", &python_server::stats)
        .def("requests", &python_server::requests)
        .def("clear_requests", &python_server::clear);
}
