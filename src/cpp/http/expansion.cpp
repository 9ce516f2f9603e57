#include "http/expansion.hpp"

#include <algorithm>

namespace oai::http {
namespace {

// Deflate reaches 1032:1 and the others far more, text about 10:1. Answers that expand more than
// this are attacks, once they are large enough to hurt.
constexpr std::uint64_t harmless_size = 64 * 1024 * 1024, greatest_ratio = 100;

}  // namespace

error_code expansion::add(std::string_view made, std::uint64_t consumed, std::string& out) {
    out.append(made.substr(0, std::min<std::uint64_t>(made.size(), left_)));
    if (made.size() > left_) return errc::body_too_large;
    left_ -= made.size();
    produced_ += made.size();
    const bool attack = produced_ > harmless_size && produced_ / greatest_ratio > consumed;
    return attack ? error_code(errc::body_too_large) : error_code();
}

}  // namespace oai::http
