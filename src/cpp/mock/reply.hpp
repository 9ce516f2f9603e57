// An answer before it becomes bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oai::mock {

struct reply {
    int status = 200;
    std::string_view type = "application/json";
    std::string headers;  // more "name: value\r\n" lines
    std::string body;     // when not a stream
    bool stream = false;
    std::vector<std::string> events;  // whole frames, each with its empty line
    bool done_marker = false;         // "data: [DONE]" follows the events
};

// `param` and `code` are null when empty.
std::string error_body(std::string_view message, std::string_view type, std::string_view param,
                       std::string_view code);
reply error_reply(int status, std::string_view message, std::string_view param = {},
                  std::string_view code = {});
// The usual body of a status that was asked for by a fault or by chance.
reply status_reply(int status);
reply json_reply(std::string body);

std::string_view reason(int status) noexcept;

// `data: JSON` and its empty line; with an `event:` line when the event has a name.
std::string frame(std::string_view json, std::string_view event = {});

}  // namespace oai::mock
