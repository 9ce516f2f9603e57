#include "mock/reply.hpp"

#include "mock/object_text.hpp"

namespace oai::mock {

namespace {

std::string_view error_type(int status) noexcept {
    switch (status) {
        case 401:
            return "authentication_error";
        case 403:
            return "permission_error";
        case 409:
            return "conflict_error";
        case 429:
            return "rate_limit_error";
        default:
            return status >= 500 ? "server_error" : "invalid_request_error";
    }
}

void nullable(object_text& object, std::string_view name, std::string_view value) {
    if (value.empty())
        object.raw(name, "null");
    else
        object.text(name, value);
}

}  // namespace

std::string error_body(std::string_view message, std::string_view type, std::string_view param,
                       std::string_view code) {
    std::string out;
    {
        object_text outer(out);
        object_text error(outer.key("error"));
        error.text("message", message).text("type", type);
        nullable(error, "param", param);
        nullable(error, "code", code);
    }
    return out;
}

reply json_reply(std::string body) {
    reply out;
    out.body = std::move(body);
    return out;
}

reply error_reply(int status, std::string_view message, std::string_view param,
                  std::string_view code) {
    reply out = json_reply(error_body(message, "invalid_request_error", param, code));
    out.status = status;
    return out;
}

reply status_reply(int status) {
    reply out;
    out.status = status;
    if (status == 204 || status == 304) return out;
    if (status < 300) {
        out.body = "{}";
        return out;
    }
    std::string_view code = status == 429   ? "rate_limit_exceeded"
                            : status == 401 ? "invalid_api_key"
                                            : std::string_view();
    std::string message = "The mock server was told to answer " + std::to_string(status) + " " +
                          std::string(reason(status)) + ".";
    out.body = error_body(message, error_type(status), {}, code);
    return out;
}

std::string_view reason(int status) noexcept {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 413:
            return "Payload Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Entity";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Status";
    }
}

std::string frame(std::string_view json, std::string_view event) {
    std::string out;
    out.reserve(json.size() + event.size() + 24);
    if (!event.empty()) {
        out += "event: ";
        out += event;
        out += '\n';
    }
    out += "data: ";
    out += json;
    out += "\n\n";
    return out;
}

}  // namespace oai::mock
