// Where a redirect leads. First line "https host port method status target"; the rest is Location.
#include "api/redirect.hpp"

#include <boost/asio/ip/address_v6.hpp>

#include "fuzz.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

http::origin origin_of(std::string_view& line) {
    http::origin from;
    from.tls = take_word(line) == "https";
    from.host = take_word(line);
    from.port = static_cast<std::uint16_t>(number_of(take_word(line).substr(0, 4)));
    return from;
}

http::request request_of(std::string_view& line) {
    http::request sent;
    sent.method = take_word(line);
    sent.body = "body";
    auto fixed = std::make_shared<http::header_block>();
    fixed->add("Authorization", "Bearer sk-canary");
    fixed->add("Accept", "*/*");
    sent.fixed = std::move(fixed);
    sent.extra.add("Cookie", "a=canary");
    sent.extra.add("X-Api-Key", "canary");
    return sent;
}

bool is_sound(std::string_view target) {
    return target.starts_with('/') && std::ranges::all_of(target, [](char c) {
               return c > ' ' && c < 0x7f && c != '#' && c != '\\';
           });
}

// A name, or an address.
bool is_host(std::string_view host) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    boost::system::error_code wrong;
    if (host.find(':') == host.npos)
        return !host.empty() && host.size() <= 254 && host.find_first_not_of(letters) == host.npos;
    boost::asio::ip::make_address_v6(host, wrong);  // which looks as far as the first zero byte
    return !wrong && host.find_first_not_of("0123456789abcdef:.") == host.npos;
}

bool has_dot_segment(std::string_view target) {
    std::string path(target.substr(0, target.find('?')));
    path += '/';
    return path.find("/../") != path.npos || path.find("/./") != path.npos;
}

std::string lines_of(const http::request& request) {
    return request.extra.text + (request.fixed ? request.fixed->text : "");
}

void check(const http::request& sent, const http::origin& from, const api::hop& next) {
    require(is_sound(next.request.target), "the target can stand in a request line");
    require(!has_dot_segment(next.request.target), "no dot segments are left");
    require(next.to->port != 0 && !next.to->host.empty(), "the origin can be reached");
    require(!from.tls || next.to->tls, "never from https to http");
    const std::string lines = lines_of(next.request);
    require(lines.find("Cookie") == lines.npos, "cookies stay");
    require(*next.to == from || lines.find("canary") == lines.npos, "secrets stay at their origin");
    require(*next.to != from || lines.find("sk-canary") != lines.npos, "and are sent there");
    require(next.request.method == sent.method || next.request.body.empty(),
            "a method that changed has no body");
}

}  // namespace

void redirect(std::string_view input) {
    if (input.size() > 4096) return;
    std::string_view line = take_line(input);
    const auto from = std::make_shared<const http::origin>(origin_of(line));
    http::request sent = request_of(line);
    http::response_head head;
    head.status = static_cast<int>(number_of(take_word(line).substr(0, 3)));
    sent.target = line;
    if (from->port == 0 || !is_host(from->host) || !is_sound(sent.target)) return;
    head.add("Location", input);

    bool refused = false;
    const auto next = api::next_hop(sent, from, head, refused);
    require(!refused || (from->tls && !next), "what is refused is not followed");
    if (!next) return;
    check(sent, *from, *next);

    // The same place by its whole name.
    http::response_head again;
    again.status = head.status;
    again.add("Location", (next->to->tls ? "https://" : "http://") + next->to->authority() +
                              next->request.target);
    const auto same = api::next_hop(sent, from, again, refused);
    require(same && *same->to == *next->to && same->request.target == next->request.target,
            "a place resolves to itself");
}

}  // namespace oai::fuzz
