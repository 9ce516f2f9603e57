// Every target: a function that returns if its properties hold for this input, and aborts if not.
#pragma once

#include <string_view>

namespace oai::fuzz {

void content(std::string_view input);
void h1(std::string_view input);
void h2(std::string_view input);
void headers(std::string_view input);
void json(std::string_view input);
void mock_request(std::string_view input);
void proxy_rules(std::string_view input);
void redirect(std::string_view input);
void sse(std::string_view input);
void tunnel(std::string_view input);
void ws(std::string_view input);

}  // namespace oai::fuzz
