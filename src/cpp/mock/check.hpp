// Checking a request body as the real API does; the first complaint wins.
#pragma once

#include <optional>
#include <string_view>

#include "mock/reply.hpp"
#include "mock/value.hpp"

namespace oai::mock {

class check {
  public:
    explicit check(value body) : body_(body) {}

    void needs_model();  // also: names that start with "missing-" do not exist
    void needs(std::string_view name);
    void string(std::string_view name);
    void boolean(std::string_view name);
    void object(std::string_view name);
    void array(std::string_view name);
    void integer(std::string_view name, std::int64_t least, std::int64_t most);
    void number(std::string_view name, double least, double most);
    void one_of(std::string_view name, std::initializer_list<std::string_view> values);
    // A string or a non-empty array; of strings, unless `anything`.
    void text_or_list(std::string_view name, bool anything);

    bool failed() const noexcept { return complaint_.has_value(); }
    reply take() { return std::move(*complaint_); }
    void complain(std::string_view message, std::string_view param, std::string_view code,
                  int status = 400);
    void wrong_type(std::string_view param, std::string_view expected, const value& got);

  private:
    // The value, if it is there and nobody complained yet; null counts as absent.
    value given(std::string_view name) const;

    value body_;
    std::optional<reply> complaint_;
};

}  // namespace oai::mock
