#include "mock/request.hpp"

#include <charconv>

namespace oai::mock {

namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

std::string_view request::header(std::string_view name) const noexcept {
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) return value;
    }
    return {};
}

std::string_view request::path() const noexcept {
    std::string_view all = target;
    all = all.substr(0, all.find_first_of("?#"));
    if (all == "/v1") return "/";
    return all.starts_with("/v1/") ? all.substr(3) : all;
}

std::string_view request::query() const noexcept {
    std::string_view all = target;
    auto mark = all.find('?');
    return mark == all.npos ? std::string_view() : all.substr(mark + 1);
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16).ptr == &text[i + 1] + 2) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string query_value(std::string_view query, std::string_view key) {
    while (!query.empty()) {
        auto end = query.find('&');
        std::string_view pair = query.substr(0, end);
        auto equals = pair.find('=');
        if (percent_decoded(pair.substr(0, equals)) == key) {
            return equals == pair.npos ? std::string() : percent_decoded(pair.substr(equals + 1));
        }
        if (end == query.npos) break;
        query.remove_prefix(end + 1);
    }
    return {};
}

}  // namespace oai::mock
