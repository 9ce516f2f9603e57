#include "api/redirect.hpp"

#include <algorithm>
#include <boost/asio/ip/address_v6.hpp>
#include <charconv>
#include <utility>

#include "core/ascii.hpp"

namespace oai::api {
namespace {

struct place {
    http::origin to;
    std::string target;
};

bool is_redirect(int status) noexcept {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// As browsers and the official client do: 303 and 302 become GET, 301 does for POST only.
std::string next_method(const std::string& method, int status) {
    const bool to_get = (status == 303 && method != "HEAD") ||
                        (status == 302 && method != "HEAD" && method != "QUERY") ||
                        (status == 301 && method == "POST");
    return to_get ? "GET" : method;
}

// Bytes that no URL may hold are refused; UTF-8 is percent-encoded; the fragment is dropped.
std::optional<std::string> clean(std::string_view location) {
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : location.substr(0, location.find('#'))) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7f || c == '\\') return std::nullopt;
        if (byte < 0x80) {
            out += c;
        } else {
            out += '%';
            out += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
    return out;
}

// RFC 3986 5.2.4
std::string without_dots(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/', 1), path.size());
        const std::string_view segment = path.substr(0, end);
        path.remove_prefix(end);
        if (segment == "/." || segment == "/..") {
            if (segment == "/..") out.erase(std::min(out.rfind('/'), out.size()));
            if (path.empty()) out += '/';
        } else {
            out += segment;
        }
    }
    return out;
}

std::string normal_target(std::string_view target) {
    const std::size_t query = std::min(target.find('?'), target.size());
    std::string path = without_dots(target.substr(0, query));
    if (path.empty()) path = "/";
    return path.append(target.substr(query));
}

bool is_name(std::string_view host) noexcept {
    return !host.empty() && host.size() <= 254 && std::ranges::all_of(host, [](char c) {
        return digit(c) || letter(c) || c == '-' || c == '.' || c == '_';
    });
}

bool is_ipv6(std::string_view host) noexcept {
    boost::system::error_code wrong;
    boost::asio::ip::make_address_v6(host, wrong);
    return !wrong;
}

bool read_authority(std::string_view text, http::origin& to) {
    if (text.find('%') != text.npos) return false;  // also the zone of an address: it is ours
    std::string_view host = text.substr(0, text.find(':'));
    std::string_view port = text.substr(host.size());
    const bool brackets = text.starts_with('[');
    if (brackets) {
        const std::size_t close = text.find(']');
        if (close == text.npos) return false;
        host = text.substr(1, close - 1);
        port = text.substr(close + 1);
    }
    if (!(brackets ? is_ipv6(host) : is_name(host))) return false;
    to.host.assign(host);
    std::transform(to.host.begin(), to.host.end(), to.host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    to.port = to.tls ? 443 : 80;
    if (port.empty() || port == ":") return true;
    if (port.front() != ':') return false;
    const char* const end = port.data() + port.size();
    const auto read = std::from_chars(port.data() + 1, end, to.port);
    return read.ec == std::errc() && read.ptr == end && to.port != 0;
}

std::optional<place> absolute(std::string_view rest, bool tls) {
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    place found;
    found.to.tls = tls;
    if (!read_authority(rest.substr(0, end), found.to)) return std::nullopt;
    std::string target(rest.substr(end));
    if (target.empty() || target.front() == '?') target.insert(0, "/");
    found.target = normal_target(target);
    return found;
}

// RFC 3986 5.2.2 for http and https
std::optional<place> resolve(std::string_view url, const http::origin& from,
                             std::string_view base) {
    const std::size_t colon = url.find_first_of(":/?");
    if (colon != url.npos && url[colon] == ':') {
        const bool tls = http::iequals(url.substr(0, colon), "https");
        if (!tls && !http::iequals(url.substr(0, colon), "http")) return std::nullopt;
        if (url.substr(colon, 3) != "://") return std::nullopt;
        return absolute(url.substr(colon + 3), tls);
    }
    if (url.substr(0, 2) == "//") return absolute(url.substr(2), from.tls);
    const std::string_view path = base.substr(0, base.find('?'));
    std::string target;
    if (url.empty()) {
        target = base;
    } else if (url.front() == '/') {
        target = url;
    } else if (url.front() == '?') {
        target.append(path).append(url);
    } else {
        target.append(path.substr(0, path.rfind('/') + 1)).append(url);
    }
    return place{from, normal_target(target)};
}

// Host names the old origin.
bool stays_home(std::string_view name) noexcept {
    return is_secret(name) || http::iequals(name, "host");
}

}  // namespace

bool is_secret(std::string_view name) noexcept {
    static constexpr std::string_view signs[] = {"auth",     "token",      "secret", "key",
                                                 "password", "credential", "cookie", "signature"};
    if (http::iequals(name, "idempotency-key")) return false;
    return std::ranges::any_of(signs, [name](std::string_view sign) {
        for (std::size_t at = 0; at + sign.size() <= name.size(); ++at)
            if (http::iequals(name.substr(at, sign.size()), sign)) return true;
        return false;
    });
}

bool leads_on(const http::response_head& head) noexcept {
    return is_redirect(head.status) && head.get("location").data() != nullptr;
}

std::optional<hop> next_hop(const http::request& sent, std::shared_ptr<const http::origin> from,
                            const http::response_head& head, bool& refused) {
    if (!leads_on(head)) return std::nullopt;
    const std::optional<std::string> url = clean(head.get("location"));
    if (!url) return std::nullopt;
    std::optional<place> found = resolve(*url, *from, sent.target);
    refused = found && from->tls && !found->to.tls;
    if (!found || refused) return std::nullopt;

    hop next{sent, std::move(from)};
    next.request.method = next_method(sent.method, head.status);
    next.request.target = std::move(found->target);
    if (next.request.method != sent.method) {
        next.request.body.clear();
        next.request.tail.reset();
    }
    next.request.drop({"cookie"});
    if (found->to != *next.to) {
        next.request.drop(stays_home);
        next.to = std::make_shared<const http::origin>(std::move(found->to));
    }
    return next;
}

}  // namespace oai::api
