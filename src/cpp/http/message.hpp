// Requests and response heads as the exchange sees them: text blocks, no per-header allocation.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/file.hpp"

namespace oai::http {

// Where requests go. Equal origins with equal TLS settings share connections.
struct origin {
    bool tls = true;
    std::string host;  // as in the URL; no brackets around IPv6
    std::uint16_t port = 443;
    std::string unix_path;  // of a socket in place of host and port; empty: none

    std::string authority() const;  // the Host header: brackets for IPv6, no default port
    bool operator==(const origin&) const = default;
};

// "Name: value\r\n" lines without the closing empty line; validated by whoever builds it.
struct header_block {
    std::string text;
    bool names_host = false;  // kept by add(): a caller's own Host takes the place of ours

    void add(std::string_view name, std::string_view value);
};

// A piece of a request's body: bytes in memory, or a range of a file.
struct body_part {
    std::string bytes;
    std::optional<net::file_range> file;  // in place of bytes

    std::uint64_t size() const noexcept { return file ? file->size : bytes.size(); }
};
using body_parts = std::vector<body_part>;

// One request, ready to be sent again on another connection.
struct request {
    std::string method;                         // upper case
    std::string target;                         // path and query, already percent-encoded
    std::shared_ptr<const header_block> fixed;  // shared by all calls of a template
    header_block extra;                         // this call's own
    std::string body;
    std::shared_ptr<const body_parts> tail;  // what follows `body`; null for most requests

    std::uint64_t body_size() const noexcept;
    bool idempotent() const noexcept;  // RFC 9110 9.2.2
    // It has a Content-Length, of 0 too where a body is expected (RFC 9110 8.6).
    bool carries_length() const noexcept;
    // Takes the fields of such names out.
    void drop(const std::function<bool(std::string_view name)>& which);
    void drop(std::initializer_list<std::string_view> names);
};

// A response head; names keep their case, look-ups ignore it.
class response_head {
  public:
    struct field {
        std::string_view name;
        std::string_view value;
    };

    int status = 0;
    std::string http_version = "HTTP/1.1";
    std::string reason;

    void add(std::string_view name, std::string_view value);
    // First value of `name`, or an empty view with data() == nullptr.
    std::string_view get(std::string_view name) const noexcept;
    std::vector<field> fields() const;
    void clear();

  private:
    struct span {
        std::uint32_t name, name_size, value, value_size;
    };
    std::string text_;
    std::vector<span> spans_;
};

bool iequals(std::string_view a, std::string_view b) noexcept;

}  // namespace oai::http
