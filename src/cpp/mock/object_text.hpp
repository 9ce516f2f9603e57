// Writing JSON objects key by key. Keys are literals that need no escapes.
#pragma once

#include <string>
#include <string_view>

#include "json/writer.hpp"

namespace oai::mock {

// Opens on construction, closes on destruction; `key()` opens a value that the caller appends.
class object_text {
  public:
    explicit object_text(std::string& out) : out_(out) { out_ += '{'; }
    ~object_text() { out_ += '}'; }
    object_text(const object_text&) = delete;
    object_text& operator=(const object_text&) = delete;

    std::string& key(std::string_view name) {
        if (!first_) out_ += ',';
        first_ = false;
        out_ += '"';
        out_ += name;
        out_ += "\":";
        return out_;
    }
    object_text& text(std::string_view name, std::string_view value) {
        json::write_string(key(name), value);
        return *this;
    }
    object_text& number(std::string_view name, std::int64_t value) {
        json::write_integer(key(name), value);
        return *this;
    }
    object_text& real(std::string_view name, double value) {
        json::write_real(key(name), value);
        return *this;
    }
    object_text& flag(std::string_view name, bool value) {
        key(name) += value ? "true" : "false";
        return *this;
    }
    // `value` is JSON already.
    object_text& raw(std::string_view name, std::string_view value) {
        key(name) += value;
        return *this;
    }

  private:
    std::string& out_;
    bool first_ = true;
};

}  // namespace oai::mock
