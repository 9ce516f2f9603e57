// POST /files: nothing is kept, but the answer says what has arrived, to the last byte.
#include <zlib.h>

#include "mock/endpoints.hpp"
#include "mock/object_text.hpp"

namespace oai::mock {

namespace {

struct part {
    std::string_view head;
    std::string_view content;

    // A parameter of its Content-Disposition, which is always quoted by our clients.
    std::string_view parameter(std::string_view name) const {
        const std::string wanted = "; " + std::string(name) + "=\"";
        auto at = head.find(wanted);
        if (at == head.npos) return {};
        at += wanted.size();
        return head.substr(at, head.find('"', at) - at);
    }
};

std::string_view boundary_of(std::string_view type) {
    constexpr std::string_view name = "boundary=";
    auto at = type.find(name);
    if (!type.starts_with("multipart/form-data") || at == type.npos) return {};
    std::string_view out = type.substr(at + name.size());
    out = out.substr(0, out.find(';'));
    if (out.size() > 1 && out.front() == '"') out = out.substr(1, out.size() - 2);
    return out;
}

// The parts of a form. An empty list: it is no form, or it does not end.
std::vector<part> parts_of(std::string_view body, std::string_view boundary) {
    std::vector<part> out;
    const std::string line = "\r\n--" + std::string(boundary);
    if (boundary.empty() || !body.starts_with(line.substr(2))) return {};
    body.remove_prefix(line.size() - 2);
    while (!body.starts_with("--")) {
        auto head_end = body.find("\r\n\r\n");
        auto end = head_end == body.npos ? body.npos : body.find(line, head_end);
        if (end == body.npos) return {};
        auto start = std::min(head_end + 4, end);
        out.push_back({body.substr(0, head_end), body.substr(start, end - start)});
        body.remove_prefix(end + line.size());
    }
    return out;
}

const part* find_part(const std::vector<part>& parts, std::string_view name) {
    for (const part& one : parts) {
        if (one.parameter("name") == name) return &one;
    }
    return nullptr;
}

std::int64_t checksum(std::string_view bytes) noexcept {
    const auto* start = reinterpret_cast<const Bytef*>(bytes.data());
    return static_cast<std::int64_t>(crc32_z(0, start, bytes.size()));
}

}  // namespace

reply create_file(const call& c) {
    auto parts = parts_of(c.asked.body, boundary_of(c.asked.header("content-type")));
    if (parts.empty()) return error_reply(400, "The body of the request is not a whole form.");
    const part* file = find_part(parts, "file");
    const part* purpose = find_part(parts, "purpose");
    for (auto [found, name] : {std::pair(file, "file"), {purpose, "purpose"}}) {
        if (found != nullptr) continue;
        return error_reply(400, "Missing required parameter: '" + std::string(name) + "'.", name,
                           "missing_required_parameter");
    }
    std::string out;
    {
        object_text made(out);
        made.text("id", c.state.new_id("file-")).text("object", "file");
        made.number("bytes", static_cast<std::int64_t>(file->content.size()));
        made.number("created_at", c.state.now()).text("filename", file->parameter("filename"));
        made.text("purpose", purpose->content).text("status", "processed");
        made.number("crc32", checksum(file->content));  // not in the real API's answer
    }
    return json_reply(std::move(out));
}

}  // namespace oai::mock
