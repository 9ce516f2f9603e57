#include "http/h2_session.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <charconv>
#include <new>

namespace oai::http {
namespace {

// What a peer may send of one response ahead of its reader; of all together it may send more than
// anybody reads slowly, so that a reader stalls its own stream only.
constexpr std::int32_t stream_window = 512 * 1024;
constexpr std::int32_t session_window = 32 * 1024 * 1024;
// RFC 7540 6.5.2: what a field costs beside its text.
constexpr std::size_t field_overhead = 32;

// RFC 9113 8.2.2: these are HTTP/1.1's own; Host is :authority here.
constexpr std::array<std::string_view, 6> hop_fields = {
    "host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"};

// The peer cannot be spoken to in HTTP/2, today or tomorrow.
bool means_broken(std::uint32_t code) noexcept {
    return code == NGHTTP2_PROTOCOL_ERROR || code == NGHTTP2_FLOW_CONTROL_ERROR ||
           code == NGHTTP2_FRAME_SIZE_ERROR || code == NGHTTP2_COMPRESSION_ERROR ||
           code == NGHTTP2_INADEQUATE_SECURITY || code == NGHTTP2_HTTP_1_1_REQUIRED;
}

nghttp2_nv field(std::string_view name, std::string_view value) noexcept {
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// The lines of a header block as fields; `names` has room for all their names.
void add_lines(std::string_view lines, std::string& names, std::vector<nghttp2_nv>& fields,
               std::string_view& host) {
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find("\r\n"));
        lines.remove_prefix(std::min(lines.size(), line.size() + 2));
        const std::size_t colon = line.find(':');
        if (colon == line.npos) continue;
        const std::size_t start = names.size();
        for (const char c : line.substr(0, colon))
            names += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        const std::string_view name = std::string_view(names).substr(start);
        const std::size_t first = line.find_first_not_of(" \t", colon + 1);
        const std::string_view value = first == line.npos ? "" : line.substr(first);
        if (name == "host") host = value;
        if (std::ranges::find(hop_fields, name) == hop_fields.end())
            fields.push_back(field(name, value));
    }
}

// nghttp2 is C: no exception may pass through it. The session is of no use after this failure.
template <auto callback>
struct contained;
template <class R, class... Args, R (*callback)(Args...)>
struct contained<callback> {
    static R call(Args... args) noexcept {
        try {
            return callback(args...);
        } catch (const std::bad_alloc&) {
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
    }
};

bool is_out_of_memory(ssize_t result) noexcept {
    return result == NGHTTP2_ERR_CALLBACK_FAILURE || result == NGHTTP2_ERR_NOMEM;
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) noexcept {
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

// What nghttp2 calls. Each finds the stream by its number: one that was forgotten is not there.
struct h2_session::callbacks {
    static nghttp2_session_callbacks* make();
    static h2_session& self(void* user) noexcept { return *static_cast<h2_session*>(user); }

    static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                      std::uint8_t, void* user);
    static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                    std::size_t size, void* user);
    static int received(nghttp2_session*, const nghttp2_frame* frame, void* user);
    static void head_received(h2_session& session, h2_stream& stream);
    static int sent(nghttp2_session*, const nghttp2_frame* frame, void* user);
    static int closed(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user);
    static ssize_t read(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t room,
                        std::uint32_t* flags, nghttp2_data_source*, void* user);
};

nghttp2_session_callbacks* h2_session::callbacks::make() {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_header_callback(made, contained<header>::call);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, contained<data>::call);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, contained<received>::call);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, contained<sent>::call);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, contained<closed>::call);
    return made;
}

int h2_session::callbacks::header(nghttp2_session*, const nghttp2_frame* frame,
                                  const std::uint8_t* name, std::size_t name_size,
                                  const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                                  void* user) {
    h2_stream* stream = self(user).find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    stream->head_bytes_ += name_size + value_size + field_overhead;
    const wire_limits& limits = self(user).limits_;
    error_code over;
    if (stream->head_bytes_ > limits.head) over = errc::header_too_large;
    if (++stream->fields_ > limits.fields) over = errc::too_many_headers;
    if (over) {
        self(user).reset(*stream, over);
        return 0;
    }
    if (stream->got_head) return 0;  // trailers are not kept
    const std::string_view key = text_of(name, name_size), text = text_of(value, value_size);
    if (key == ":status")
        std::from_chars(text.data(), text.data() + text.size(), stream->head.status);
    else
        stream->head.add(key, text);
    return 0;
}

int h2_session::callbacks::data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                                const std::uint8_t* bytes, std::size_t size, void* user) {
    nghttp2_session_consume_connection(session, size);
    if (h2_stream* stream = self(user).find(id)) {
        stream->data.append(text_of(bytes, size));
        stream->changed();
    }
    return 0;
}

int h2_session::callbacks::received(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    h2_session& session = self(user);
    if (frame->hd.type == NGHTTP2_SETTINGS && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
        session.greeted_ = true;
        session.settle_unsent();
    } else if (frame->hd.type == NGHTTP2_GOAWAY) {
        session.draining_ = true;
        session.broken_ |= means_broken(frame->goaway.error_code);
    }
    h2_stream* stream = session.find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if (frame->hd.type == NGHTTP2_RST_STREAM) stream->reset_by_peer_ = true;
    if (frame->hd.type == NGHTTP2_HEADERS) head_received(session, *stream);
    const bool carries_end = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (carries_end && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 && stream->got_head) {
        stream->got_all = true;
        stream->changed();
    }
    return 0;
}

void h2_session::callbacks::head_received(h2_session& session, h2_stream& stream) {
    if (stream.got_head) return;
    if (stream.head.status >= 200) {
        stream.head.http_version = "HTTP/2";
        stream.got_head = true;
        stream.changed();
    } else if (++stream.interim_ > session.limits_.interim) {
        session.reset(stream, errc::too_many_interim);
    } else {
        stream.head.clear();
    }
}

int h2_session::callbacks::sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    h2_session& session = self(user);
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR)
        session.broken_ = session.draining_ = session.dead_ = true;
    const bool carries_end = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    h2_stream* stream = carries_end ? session.find(frame->hd.stream_id) : nullptr;
    if (stream == nullptr) return 0;
    stream->sent_any = true;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
        session.leaving_.push_back(frame->hd.stream_id);
    return 0;
}

int h2_session::callbacks::closed(nghttp2_session*, std::int32_t id, std::uint32_t code,
                                  void* user) {
    h2_stream* stream = self(user).find(id);
    if (stream == nullptr) return 0;
    if (stream->reset_by_peer_) stream->reset_code = nghttp2_http2_strerror(code);
    error_code why;
    if (code == NGHTTP2_HTTP_1_1_REQUIRED) self(user).broken_ = self(user).draining_ = true;
    const bool refused = code == NGHTTP2_REFUSED_STREAM || code == NGHTTP2_HTTP_1_1_REQUIRED;
    // Whoever has begun to answer has begun to work.
    if (refused && !stream->got_head)
        why = errc::not_processed;
    else if (stream->got_all)
        why = error_code();
    else if (code == NGHTTP2_NO_ERROR)
        why = errc::connection_closed;
    else
        why = stream->reset_by_peer_ ? errc::stream_reset : errc::bad_response;
    // Whoever breaks the rules in one answer, perhaps in the middle of a frame, is not trusted with
    // further calls.
    if (why == errc::bad_response) self(user).draining_ = true;
    self(user).over(*stream, why);
    return 0;
}

ssize_t h2_session::callbacks::read(nghttp2_session*, std::int32_t id, std::uint8_t* into,
                                    std::size_t room, std::uint32_t* flags, nghttp2_data_source*,
                                    void* user) {
    h2_stream* stream = self(user).find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const std::size_t size = std::min(room, stream->unsent.size());
    std::copy_n(stream->unsent.data(), size, into);
    stream->unsent.remove_prefix(size);
    if (stream->unsent.empty() && !stream->more_follows)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    else if (size == 0)
        return NGHTTP2_ERR_DEFERRED;
    stream->changed();
    return static_cast<ssize_t>(size);
}

h2_session::h2_session(const origin& to, const wire_limits& limits, std::size_t most_streams)
    : scheme_(to.tls ? "https" : "http"),
      authority_(to.authority()),
      limits_(limits),
      most_streams_(most_streams) {
    nghttp2_session_callbacks* called = callbacks::make();
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_option_set_peer_max_concurrent_streams(options,
                                                   static_cast<std::uint32_t>(most_streams));
    nghttp2_session* made = nullptr;
    nghttp2_session_client_new2(&made, called, this, options);
    session_.reset(made);
    nghttp2_option_del(options);
    nghttp2_session_callbacks_del(called);
    if (made == nullptr) throw std::bad_alloc();

    const std::array<nghttp2_settings_entry, 3> settings = {{
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.head)},
    }};
    nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    nghttp2_session_set_local_window_size(made, NGHTTP2_FLAG_NONE, 0, session_window);
}

h2_session::~h2_session() = default;

void h2_session::closer::operator()(nghttp2_session* session) const noexcept {
    nghttp2_session_del(session);
}

error_code h2_session::submit(h2_stream& stream, const request& message) {
    if (draining_) return errc::not_processed;
    const std::string_view fixed = message.fixed ? message.fixed->text : std::string_view();
    lowered_.clear();
    lowered_.reserve(fixed.size() + message.extra.text.size());
    std::string_view host = authority_;
    std::vector<nghttp2_nv> fields(4);
    fields.reserve(32);
    add_lines(fixed, lowered_, fields, host);
    add_lines(message.extra.text, lowered_, fields, host);
    fields[0] = field(":method", message.method);
    fields[1] = field(":scheme", scheme_);
    fields[2] = field(":authority", host);
    fields[3] = field(":path", message.target);
    const std::string length = std::to_string(message.body_size());
    if (message.carries_length()) fields.push_back(field("content-length", length));

    nghttp2_data_provider body{};
    body.read_callback = callbacks::read;
    const bool has_body = !stream.unsent.empty() || stream.more_follows;
    const std::int32_t id = nghttp2_submit_request(
        session_.get(), nullptr, fields.data(), fields.size(), has_body ? &body : nullptr, &stream);
    if (id < 0) {
        draining_ = true;  // the numbers of streams are used up
        return errc::not_processed;
    }
    stream.id_ = id;
    streams_.append(stream);
    return error_code();
}

void h2_session::resume(h2_stream& stream) noexcept {
    if (stream.id_ != 0) nghttp2_session_resume_data(session_.get(), stream.id_);
}

void h2_session::consumed(h2_stream& stream, std::size_t size) noexcept {
    if (stream.id_ != 0) nghttp2_session_consume_stream(session_.get(), stream.id_, size);
}

bool h2_session::forget(h2_stream& stream) noexcept {
    if (stream.id_ == 0) return false;
    nghttp2_session_set_stream_user_data(session_.get(), stream.id_, nullptr);
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id_, NGHTTP2_CANCEL);
    stream.id_ = 0;
    stream.unlink();
    return true;
}

error_code h2_session::receive(std::string_view bytes) {
    const auto taken = nghttp2_session_mem_recv(
        session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    if (taken >= 0) return error_code();
    draining_ = dead_ = true;
    if (is_out_of_memory(taken)) return boost::asio::error::no_memory;
    broken_ = true;
    return errc::bad_response;
}

error_code h2_session::produce(std::string& out, std::size_t most) {
    while (out.size() < most) {
        const std::uint8_t* bytes = nullptr;
        const auto size = nghttp2_session_mem_send(session_.get(), &bytes);
        if (size < 0) dead_ = draining_ = true;
        if (size <= 0) break;
        out.append(text_of(bytes, static_cast<std::size_t>(size)));
    }
    return dead_ && out.empty() ? error_code(errc::bad_response) : error_code();
}

void h2_session::written() noexcept {
    for (const std::int32_t id : leaving_) {
        h2_stream* stream = find(id);
        if (stream == nullptr) continue;
        stream->sent_all = true;
        stream->changed();
    }
    leaving_.clear();
}

void h2_session::ping() noexcept {
    nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
}

void h2_session::say_goodbye() noexcept {
    draining_ = true;
    nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, 0, NGHTTP2_NO_ERROR, nullptr, 0);
}

void h2_session::fail_all(error_code why) noexcept {
    draining_ = dead_ = true;
    while (!streams_.alone()) over(*static_cast<h2_stream*>(streams_.after), why);
}

std::size_t h2_session::capacity() const noexcept {
    const std::size_t peers = nghttp2_session_get_remote_settings(
        session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    return std::min(peers, most_streams_);
}

h2_stream* h2_session::find(std::int32_t id) const noexcept {
    return static_cast<h2_stream*>(nghttp2_session_get_stream_user_data(session_.get(), id));
}

// The session will not speak of it again.
void h2_session::over(h2_stream& stream, error_code why) noexcept {
    nghttp2_session_set_stream_user_data(session_.get(), stream.id_, nullptr);
    stream.id_ = 0;
    stream.unlink();
    if (!stream.failed) stream.failed = why;
    stream.changed();
}

void h2_session::reset(h2_stream& stream, error_code why) noexcept {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id_,
                              NGHTTP2_ENHANCE_YOUR_CALM);
    draining_ |= why != errc::not_processed;
    over(stream, why);
}

// The peer may allow fewer streams than were begun: those that did not leave yet go elsewhere.
void h2_session::settle_unsent() noexcept {
    std::size_t begun = 0;
    for (net::ring* at = streams_.after; at != &streams_; at = at->after) ++begun;
    const std::size_t allowed = capacity();
    for (net::ring* at = streams_.before; begun > allowed && at != &streams_;) {
        h2_stream& stream = *static_cast<h2_stream*>(at);
        at = at->before;
        if (stream.sent_any) continue;
        --begun;
        reset(stream, errc::not_processed);
    }
}

}  // namespace oai::http
