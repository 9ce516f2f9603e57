#include "sse/parser.hpp"

#include <charconv>
#include <utility>

namespace oai::sse {
namespace {

constexpr std::string_view bom = "\xef\xbb\xbf";

// A buffer that held one giant line is not kept for the rest of the stream.
constexpr std::size_t kept_line_capacity = 64 * 1024;

// Finds line ends in one piece of input, looking at each byte at most once for LF and once for CR.
class line_ends {
  public:
    explicit line_ends(std::string_view text) noexcept : text_(text) {}

    // First CR or LF at or after `from`, or text.size(). `from` never goes back.
    std::size_t next(std::size_t from) noexcept {
        if (lf_ < from || !searched_) lf_ = find('\n', from);
        if (cr_ < from || !searched_) cr_ = find('\r', from);
        searched_ = true;
        return lf_ < cr_ ? lf_ : cr_;
    }

  private:
    std::size_t find(char c, std::size_t from) const noexcept {
        const std::size_t found = text_.find(c, from);
        return found == std::string_view::npos ? text_.size() : found;
    }

    std::string_view text_;
    std::size_t lf_ = 0, cr_ = 0;
    bool searched_ = false;
};

}  // namespace

parser::parser(std::size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

error_code parser::feed(std::string_view bytes) {
    if (too_large_) return errc::line_too_large;
    skip_bom(bytes);
    line_ends ends(bytes);
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (std::exchange(skip_lf_, false) && bytes[at] == '\n') {
            ++at;
            continue;
        }
        const std::size_t end = ends.next(at);
        const std::string_view piece = bytes.substr(at, end - at);
        if (!fits(piece.size())) {
            too_large_ = true;
            return errc::line_too_large;
        }
        if (end == bytes.size()) {
            line_.append(piece);
            break;
        }
        skip_lf_ = bytes[end] == '\r';
        at = end + 1;
        if (line_.empty()) {
            take_line(piece);
            continue;
        }
        line_.append(piece);
        take_line(line_);
        line_.clear();
        if (line_.capacity() > kept_line_capacity) line_ = std::string();
    }
    return {};
}

bool parser::next(event& out) {
    if (taken_ == ready_.size()) return false;
    out = std::move(ready_[taken_++]);
    if (taken_ == ready_.size()) {
        ready_.clear();
        taken_ = 0;
    }
    return true;
}

void parser::finish() {
    line_ = std::string();
    building_ = event();
    has_data_ = false;
}

void parser::skip_bom(std::string_view& bytes) {
    while (bom_matched_ < bom.size() && !bytes.empty()) {
        if (bytes.front() != bom[bom_matched_]) {
            line_.append(bom.substr(0, bom_matched_));
            bom_matched_ = bom.size();
            return;
        }
        bytes.remove_prefix(1);
        ++bom_matched_;
    }
}

bool parser::fits(std::size_t more) const noexcept {
    return more <= max_event_bytes_ &&
           building_.data.size() + line_.size() <= max_event_bytes_ - more;
}

void parser::take_line(std::string_view line) {
    if (line.empty()) return dispatch();
    const std::size_t colon = line.find(':');
    if (colon == 0) return;
    if (colon == std::string_view::npos) return take_field(line, {});
    std::string_view value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
}

void parser::take_field(std::string_view name, std::string_view value) {
    if (name == "data") {
        if (std::exchange(has_data_, true)) building_.data.push_back('\n');
        building_.data.append(value);
    } else if (name == "event") {
        building_.name = value;
    } else if (name == "id") {
        if (value.find('\0') == std::string_view::npos) building_.id = value;
    } else if (name == "retry") {
        long milliseconds = 0;
        const char* const last = value.data() + value.size();
        const auto parsed = std::from_chars(value.data(), last, milliseconds);
        const bool digits_only = parsed.ptr == last && !value.starts_with('-');
        if (parsed.ec == std::errc() && digits_only) building_.retry = milliseconds;
    }
}

void parser::dispatch() {
    if (!building_.data.empty()) {
        std::string id = building_.id;
        ready_.push_back(std::move(building_));
        building_ = event();
        building_.id = std::move(id);
    }
    building_.name.clear();
    building_.data.clear();
    building_.retry = -1;
    has_data_ = false;
}

}  // namespace oai::sse
