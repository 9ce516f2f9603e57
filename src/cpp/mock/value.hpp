// Reading a parsed request: a cursor on json::document that forgives what is missing.
#pragma once

#include <string>
#include <string_view>

#include "json/document.hpp"

namespace oai::mock {

class value {
  public:
    value() = default;  // missing
    value(const json::document& document, std::size_t index)
        : document_(&document), index_(index) {}

    bool present() const noexcept { return document_ != nullptr; }
    json::kind type() const noexcept;  // null when missing
    bool is_null() const noexcept { return type() == json::kind::null; }
    bool is_string() const noexcept { return type() == json::kind::string; }
    bool is_array() const noexcept { return type() == json::kind::array; }
    bool is_object() const noexcept { return type() == json::kind::object; }
    bool is_integer() const noexcept;
    bool is_number() const noexcept;
    bool is_bool() const noexcept;

    value operator[](std::string_view key) const noexcept;
    std::string_view text() const noexcept;  // empty unless a string
    std::int64_t integer(std::int64_t otherwise) const noexcept;
    double real(double otherwise) const noexcept;
    bool truth(bool otherwise) const noexcept;
    std::size_t size() const noexcept;  // elements or pairs

    // f(value) for every element, f(key, value) for every pair.
    template <class Visitor>
    void each(Visitor f) const {
        if (!is_array()) return;
        std::size_t at = index_ + 1;
        for (std::size_t n = size(); n != 0; --n, at = document_->skip(at))
            f(value(*document_, at));
    }
    template <class Visitor>
    void each_pair(Visitor f) const {
        if (!is_object()) return;
        std::size_t at = index_ + 1;
        for (std::size_t n = size(); n != 0; --n, at = document_->skip(at + 1)) {
            f((*document_)[at].view(), value(*document_, at + 1));
        }
    }
    value first() const noexcept;  // first element, or missing

    void write(std::string& out) const;  // as JSON again; null when missing
    std::string json() const;

  private:
    const json::token& token() const noexcept { return (*document_)[index_]; }

    const json::document* document_ = nullptr;
    std::size_t index_ = 0;
};

// How the real API names a value's type in its messages: "a string", "an integer".
std::string_view type_name(const value& v) noexcept;

}  // namespace oai::mock
