#include "http/message.hpp"

#include <algorithm>
#include <array>

namespace oai::http {
namespace {

// RFC 9112 compares names without case, and names are ASCII: no locale.
constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Of a response head, fields and bytes: more only costs another allocation.
constexpr std::size_t usual_fields = 24, usual_size = 1024;

constexpr std::uint16_t default_port(bool tls) noexcept {
    return tls ? 443 : 80;
}

template <class Predicate>
std::string without(std::string_view block, Predicate which) {
    std::string out;
    while (!block.empty()) {
        const std::string_view line = block.substr(0, block.find('\n') + 1);
        const std::string_view name = line.substr(0, line.find(':'));
        if (!which(name)) out += line;
        block.remove_prefix(line.empty() ? block.size() : line.size());
    }
    return out;
}

}  // namespace

std::string origin::authority() const {
    // A zone means something on this machine only.
    const bool ipv6 = host.find(':') != std::string::npos;
    std::string text = host;
    if (ipv6) text.erase(std::min(text.find('%'), text.size())).insert(0, 1, '[').append(1, ']');
    if (port != default_port(tls)) text.append(1, ':').append(std::to_string(port));
    return text;
}

void header_block::add(std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
    names_host |= iequals(name, "host");
}

std::uint64_t request::body_size() const noexcept {
    std::uint64_t size = body.size();
    if (tail) {
        for (const body_part& part : *tail) size += part.size();
    }
    return size;
}

bool request::carries_length() const noexcept {
    return !body.empty() || tail || method == "POST" || method == "PUT" || method == "PATCH";
}

bool request::idempotent() const noexcept {
    constexpr std::array<std::string_view, 6> methods = {"GET",    "HEAD",    "PUT",
                                                         "DELETE", "OPTIONS", "TRACE"};
    return std::ranges::find(methods, method) != methods.end();
}

void request::drop(const std::function<bool(std::string_view)>& which) {
    extra.text = without(extra.text, which);
    if (!fixed) return;
    auto kept = std::make_shared<header_block>();
    kept->text = without(fixed->text, which);
    kept->names_host = fixed->names_host && !which("host");
    fixed = std::move(kept);
}

void request::drop(std::initializer_list<std::string_view> names) {
    drop([names](std::string_view name) {
        return std::ranges::any_of(names, [name](auto each) { return iequals(each, name); });
    });
}

void response_head::add(std::string_view name, std::string_view value) {
    if (spans_.empty()) {
        spans_.reserve(usual_fields);
        text_.reserve(usual_size);
    }
    const auto start = static_cast<std::uint32_t>(text_.size());
    const auto name_size = static_cast<std::uint32_t>(name.size());
    text_.append(name).append(value);
    spans_.push_back(
        {start, name_size, start + name_size, static_cast<std::uint32_t>(value.size())});
}

std::string_view response_head::get(std::string_view name) const noexcept {
    const char* const text = text_.data();
    for (const span& at : spans_)
        if (at.name_size == name.size() && iequals({text + at.name, at.name_size}, name))
            return {text + at.value, at.value_size};
    return {};
}

std::vector<response_head::field> response_head::fields() const {
    const std::string_view text = text_;
    std::vector<field> all;
    all.reserve(spans_.size());
    for (const span& at : spans_)
        all.push_back({text.substr(at.name, at.name_size), text.substr(at.value, at.value_size)});
    return all;
}

void response_head::clear() {
    status = 0;
    http_version = "HTTP/1.1";
    reason.clear();
    text_.clear();
    spans_.clear();
}

bool iequals(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace oai::http
