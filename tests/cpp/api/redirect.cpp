// Where redirects lead, and what is left behind on the way.
#include "api/redirect.hpp"

#include <boost/core/lightweight_test.hpp>
#include <iostream>

using namespace oai;
using namespace oai::api;

namespace {

const auto here = std::make_shared<http::origin>(http::origin{true, "api.example.com", 443});

http::request request(std::string method = "POST") {
    http::request sent;
    sent.method = std::move(method);
    sent.target = "/v1/a/b?q=1";
    auto fixed = std::make_shared<http::header_block>();
    fixed->add("Authorization", "Bearer s");
    fixed->add("Accept", "*/*");
    sent.fixed = fixed;
    sent.extra.add("API-Key", "s");
    sent.extra.add("cookie", "s");
    sent.extra.add("Host", "api");
    sent.extra.add("Idempotency-Key", "k");
    sent.body = "{}";
    return sent;
}

std::optional<hop> go(std::string_view location, int status = 307, http::request sent = request(),
                      std::shared_ptr<const http::origin> from = here) {
    http::response_head head;
    head.status = status;
    head.add("Location", location);
    bool refused = false;
    std::optional<hop> next = next_hop(sent, std::move(from), head, refused);
    BOOST_TEST_EQ(refused, !next && location == "http://api.example.com/x");
    return next;
}

std::string where(std::string_view location) {
    const std::optional<hop> next = go(location);
    if (!next) return "no";
    return (next->to->tls ? "https://" : "http://") + next->to->authority() + next->request.target;
}

void resolves() {
    const std::pair<const char*, const char*> table[] = {
        {"/x", "https://api.example.com/x"},
        {"/x?y#z", "https://api.example.com/x?y"},
        {"c", "https://api.example.com/v1/a/c"},
        {"../c", "https://api.example.com/v1/c"},
        {"./c/./d/..", "https://api.example.com/v1/a/c/"},
        {"../../../c", "https://api.example.com/c"},
        {"?r=2", "https://api.example.com/v1/a/b?r=2"},
        {"", "https://api.example.com/v1/a/b?q=1"},
        {"#top", "https://api.example.com/v1/a/b?q=1"},
        {"//other.com/y", "https://other.com/y"},
        {"HTTPS://Other.COM", "https://other.com/"},
        {"https://other.com:8443?z", "https://other.com:8443/?z"},
        {"https://[::1]:8443/y", "https://[::1]:8443/y"},
        {"https://other.com:/y", "https://other.com/y"},
        {"/a:b", "https://api.example.com/a:b"},
        {"/\xc3\xa9", "https://api.example.com/%C3%A9"},
        {"http://api.example.com/x", "no"},  // never from https to http
        {"https://u:p@other.com/", "no"},
        {"https://", "no"},
        {"https:/x", "no"},
        {"https://other.com:0/", "no"},
        {"https://other.com:65536/", "no"},
        {"https://other.com:+1/", "no"},
        {"https://[::1/y", "no"},
        {"https://z::1]:8443/y", "no"},
        {"https://[name.test]/y", "no"},
        {"https://a:b:80/y", "no"},
        {"https://[::1]x/y", "no"},
        {"https://evil.com@other.com/", "no"},
        {"https://other.com:80:90/", "no"},
        {"https://other.com;evil.com/", "no"},
        {"https://other%2fcom/", "no"},
        {"https://[fe80::1%25eth0]/", "no"},
        {"https://[other.com]/", "no"},
        {"https://[1.2.3.4]/", "no"},
        {"https://other.com./", "https://other.com./"},  // another origin than without the dot
        {"ftp://other.com/", "no"},
        {"javascript:x", "no"},
        {"/a b", "no"},
        {"/a\r\nX: y", "no"},
        {"\\\\other.com", "no"},
    };
    for (const auto& [location, expected] : table)
        if (!BOOST_TEST_EQ(where(location), expected)) std::cerr << "  for " << location << '\n';
}

void only_redirects() {
    for (const int status : {200, 300, 304, 305, 400}) BOOST_TEST(!go("/x", status));
    for (const int status : {301, 302, 303, 307, 308}) BOOST_TEST(go("/x", status).has_value());
    http::response_head bare;
    bare.status = 307;
    bool refused = false;
    BOOST_TEST(!next_hop(request(), here, bare, refused) && !refused);
}

void methods() {
    const auto method = [](int status, const char* sent) {
        const hop next = *go("/x", status, request(sent));
        BOOST_TEST_EQ(next.request.body.empty(), next.request.method != sent);
        return next.request.method;
    };
    for (const int status : {301, 302, 303}) BOOST_TEST_EQ(method(status, "POST"), "GET");
    for (const int status : {307, 308}) BOOST_TEST_EQ(method(status, "POST"), "POST");
    BOOST_TEST_EQ(method(301, "DELETE"), "DELETE");
    BOOST_TEST_EQ(method(302, "DELETE"), "GET");
    BOOST_TEST_EQ(method(302, "QUERY"), "QUERY");
    BOOST_TEST_EQ(method(303, "HEAD"), "HEAD");
}

void credentials_stay_home() {
    const hop same = *go("/x");
    BOOST_TEST_EQ(same.request.fixed->text, "Authorization: Bearer s\r\nAccept: */*\r\n");
    BOOST_TEST_EQ(same.request.extra.text, "API-Key: s\r\nHost: api\r\nIdempotency-Key: k\r\n");
    BOOST_TEST(go("https://API.example.com:443/x")->request.fixed->text ==
               same.request.fixed->text);
    for (const char* away : {"https://other.com/", "https://api.example.com:444/",
                             "https://api.example.com.evil.com/"}) {
        const hop next = *go(away);
        BOOST_TEST_EQ(next.request.fixed->text, "Accept: */*\r\n");
        BOOST_TEST_EQ(next.request.extra.text, "Idempotency-Key: k\r\n");
    }
    const auto plain = std::make_shared<http::origin>(http::origin{false, "api.example.com", 80});
    const hop upgraded = *go("https://api.example.com/", 307, request(), plain);
    BOOST_TEST_EQ(upgraded.request.fixed->text, "Accept: */*\r\n");
}

void secrets_are_known_by_name() {
    for (const char* secret :
         {"Authorization", "PROXY-AUTHORIZATION", "api-key", "X-API-Key", "Helicone-Auth", "Cookie",
          "Ocp-Apim-Subscription-Key", "x-goog-user-token", "X-Client-Secret", "x-signature"})
        if (!BOOST_TEST(is_secret(secret))) std::cerr << "  " << secret << '\n';
    for (const char* open : {"Accept", "Content-Type", "Idempotency-Key", "OpenAI-Organization",
                             "OpenAI-Project", "User-Agent", "X-Stainless-Lang", ""})
        if (!BOOST_TEST(!is_secret(open))) std::cerr << "  " << open << '\n';
    http::request sent = request();
    sent.extra.add("X-My-Token", "s");
    BOOST_TEST_EQ(go("https://other.com/", 307, sent)->request.extra.text,
                  "Idempotency-Key: k\r\n");
}

}  // namespace

int main() {
    resolves();
    only_redirects();
    methods();
    credentials_stay_home();
    secrets_are_known_by_name();
    return boost::report_errors();
}
