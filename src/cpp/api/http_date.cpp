#include "api/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/ascii.hpp"
#include "http/message.hpp"

namespace oai::api {
namespace {

using http::iequals;
using words = std::vector<std::string_view>;

words split(std::string_view text, std::string_view separators) {
    words parts;
    for (;;) {
        const std::size_t end = text.find_first_of(separators);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

words split_at_space(std::string_view text) {
    words parts = split(text, " \t\r\n\v\f");
    std::erase_if(parts, [](std::string_view part) { return part.empty(); });
    return parts;
}

std::string_view without_comma(std::string_view word) {
    return word.ends_with(',') ? word.substr(0, word.size() - 1) : word;
}

std::optional<int> number(std::string_view text) {
    if (text.starts_with('+') && text.size() > 1 && digit(text[1])) text.remove_prefix(1);
    int value = 0;
    const char* const last = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), last, value);
    if (parsed.ec != std::errc() || parsed.ptr != last) return std::nullopt;
    return value;
}

// 1 to 12 for a month's name, short or whole; 0 if it is none.
unsigned month_number(std::string_view name) {
    constexpr std::array<std::string_view, 12> months = {
        "january", "february", "march",     "april",   "may",      "june",
        "july",    "august",   "september", "october", "november", "december"};
    for (unsigned i = 0; i < months.size(); ++i)
        if (iequals(name, months[i]) || iequals(name, months[i].substr(0, 3))) return i + 1;
    return 0;
}

bool is_day_name(std::string_view word) {
    constexpr std::array<std::string_view, 7> days = {"mon", "tue", "wed", "thu",
                                                      "fri", "sat", "sun"};
    return word.ends_with(',') ||
           std::ranges::any_of(days, [&](std::string_view day) { return iequals(word, day); });
}

// Minutes east of UTC are written as hhmm; what is not understood counts as UTC.
std::int64_t zone_seconds(std::string_view zone) {
    struct entry {
        std::string_view name;
        int hours_minutes;
    };
    constexpr entry zones[] = {{"AST", -400}, {"ADT", -300}, {"EST", -500}, {"EDT", -400},
                               {"CST", -600}, {"CDT", -500}, {"MST", -700}, {"MDT", -600},
                               {"PST", -800}, {"PDT", -700}};
    std::int64_t hours_minutes = number(zone).value_or(0);
    for (const entry& known : zones)
        if (iequals(zone, known.name)) hours_minutes = known.hours_minutes;
    return hours_minutes / 100 * 3600 + hours_minutes % 100 * 60;
}

// Day, month, year, time and zone, in this order or as asctime() writes them.
bool arrange(words& parts) {
    if (parts.empty()) return false;
    if (is_day_name(parts[0]))
        parts.erase(parts.begin());
    else
        parts[0].remove_prefix(parts[0].rfind(',') + 1);  // "Sun,06 Nov 1994"; npos + 1 is 0
    if (parts.size() == 3)
        if (const words date = split(parts[0], "-"); date.size() == 3) {
            parts.erase(parts.begin());
            parts.insert(parts.begin(), date.begin(), date.end());
        }
    if (parts.size() == 4) {
        const std::string_view last = parts[3];
        const std::size_t plus = last.find('+');
        const std::size_t sign = std::min(plus < last.size() ? plus : last.find('-'), last.size());
        parts[3] = sign > 0 ? last.substr(0, sign) : last;
        parts.push_back(sign > 0 ? last.substr(sign) : std::string_view());
    }
    if (parts.size() < 5) return false;
    if (parts[0].empty() || parts[1].empty() || parts[2].empty()) return false;
    if (month_number(parts[1]) == 0) std::swap(parts[0], parts[1]);
    if (const std::size_t colon = parts[2].find(':'); colon != std::string_view::npos && colon > 0)
        std::swap(parts[2], parts[3]);
    parts[2] = without_comma(parts[2]);
    if (parts[2].empty()) return false;
    if (!digit(parts[2].front())) std::swap(parts[2], parts[4]);
    parts[0] = without_comma(parts[0]);
    parts[3] = without_comma(parts[3]);
    return true;
}

int whole_year(int year) noexcept {
    if (year >= 100) return year;
    return year + (year > 68 ? 1900 : 2000);
}

}  // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text) {
    words parts = split_at_space(text);
    if (!arrange(parts)) return std::nullopt;
    words clock = split(parts[3], parts[3].find(':') != std::string_view::npos ? ":" : ".");
    if (clock.size() == 2) clock.push_back("0");
    if (clock.size() != 3) return std::nullopt;

    const unsigned month = month_number(parts[1]);
    const auto day = number(parts[0]), year = number(parts[2]);
    const auto hour = number(clock[0]), minute = number(clock[1]), second = number(clock[2]);
    if (month == 0 || !day || !year || !hour || !minute || !second) return std::nullopt;
    const int full_year = whole_year(*year);
    if (full_year < 1 || full_year > 9999) return std::nullopt;

    namespace chrono = std::chrono;
    const chrono::sys_days first = chrono::year(full_year) / chrono::month(month) / 1;
    const std::int64_t days = first.time_since_epoch().count() + std::int64_t{*day} - 1;
    const std::int64_t minutes = (days * 24 + *hour) * 60 + *minute;
    return minutes * 60 + *second - zone_seconds(parts[4]);
}

}  // namespace oai::api
