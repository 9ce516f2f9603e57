#include "mock/script.hpp"

#include <charconv>

#include "mock/compress.hpp"
#include "mock/spoil.hpp"

namespace oai::mock {

namespace {

using act = step::act;

constexpr std::string_view fixed_headers =
    "openai-organization: mock-organization\r\n"
    "openai-version: 2020-10-01\r\n"
    "x-ratelimit-limit-requests: 10000\r\n"
    "x-ratelimit-limit-tokens: 2000000\r\n"
    "x-ratelimit-remaining-requests: 9999\r\n"
    "x-ratelimit-remaining-tokens: 1999900\r\n"
    "x-ratelimit-reset-requests: 6ms\r\n"
    "x-ratelimit-reset-tokens: 3ms\r\n";

void append_number(std::string& out, std::size_t number, int base = 10) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number, base).ptr);
}

void write_head(std::string& out, const reply& answer, const head_facts& facts,
                std::size_t length) {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(answer.status));
    out += ' ';
    out += reason(answer.status);
    out += "\r\ndate: ";
    out += facts.date;
    if (answer.status != 204 && answer.status != 304) {
        out += "\r\ncontent-type: ";
        out += answer.stream ? "text/event-stream; charset=utf-8" : answer.type;
        if (answer.stream) {
            out += "\r\ntransfer-encoding: chunked\r\ncache-control: no-cache";
        } else {
            out += "\r\ncontent-length: ";
            append_number(out, length);
        }
    }
    out += facts.keep_alive ? "\r\nconnection: keep-alive" : "\r\nconnection: close";
    out += "\r\nx-request-id: ";
    out += facts.request_id;
    out += "\r\nopenai-processing-ms: ";
    out += facts.processing_ms;
    out += "\r\n";
    out += fixed_headers;
    out += answer.headers;
    out += "\r\n";
}

std::string chunk(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + 16);
    append_number(out, bytes.size(), 16);
    out += "\r\n";
    out += bytes;
    out += "\r\n";
    return out;
}

// The body as it goes on the wire: one piece an event (or a burst of them), then the terminator.
std::vector<std::string> stream_pieces(reply& answer, const faults& wrong, unsigned burst) {
    if (answer.done_marker) answer.events.push_back("data: [DONE]\n\n");
    std::optional<compressor> packer;
    if (!wrong.encoding.empty()) packer.emplace(wrong.encoding);
    std::vector<std::string> pieces;
    for (std::size_t i = 0; i < answer.events.size(); i += burst) {
        std::string bytes = std::move(answer.events[i]);
        for (std::size_t more = i + 1; more < std::min(i + burst, answer.events.size()); ++more) {
            bytes += answer.events[more];
        }
        bool last = i + burst >= answer.events.size();
        if (packer) bytes = packer->add(bytes, last);
        pieces.push_back(chunk(bytes));
    }
    // The end travels with the last event: clients that stop at [DONE] find it already there.
    if (pieces.empty()) pieces.emplace_back();
    pieces.back() += "0\r\n\r\n";
    return pieces;
}

class composer {
  public:
    composer(const faults& wrong, const pacing& pace) : wrong_(wrong), pace_(pace) {}

    void head(std::string bytes) {
        pause(wrong_.delay.value_or(pace_.latency));
        if (wrong_.disconnect == cut::before_head) return end(act::close);
        if (wrong_.disconnect == cut::reset) return end(act::reset);
        if (wrong_.hang && *wrong_.hang == 0) return hang();
        if (wrong_.disconnect == cut::mid_head) bytes.resize(bytes.size() / 2);
        if (wrong_.slow_head)
            slowly(bytes, *wrong_.slow_head);
        else
            write(std::move(bytes));
        if (wrong_.disconnect == cut::mid_head) end(act::close);
    }

    void unary(std::string body) {
        if (cuts_body()) body.resize(body.size() / 2);
        if (wrong_.drip)
            slowly(body, *wrong_.drip);
        else if (cuts_body() || wrong_.slow_head)
            write(std::move(body));
        else
            steps.back().bytes += body;  // head and body in one write
        if (cuts_body()) end(wrong_.disconnect == cut::reset_mid_body ? act::reset : act::close);
    }

    void stream(std::vector<std::string> pieces) {
        std::size_t whole = pieces.size();
        if (cuts_body()) whole = pieces.size() / 2;
        for (std::size_t i = 0; i < whole; ++i) {
            if (wrong_.hang && i == *wrong_.hang) return hang();
            if (i != 0 || wrong_.ping) gap();
            write(std::move(pieces[i]));
        }
        if (!cuts_body()) return;
        // A truncated stream ends between two events, a disconnect in the middle of one.
        if (!wrong_.truncate) write(pieces[whole].substr(0, pieces[whole].size() / 2));
        end(wrong_.disconnect == cut::reset_mid_body ? act::reset : act::close);
    }

    bool ended() const { return ended_; }
    void close() { end(act::close); }
    std::vector<step> steps;

  private:
    bool cuts_body() const {
        return wrong_.truncate || wrong_.disconnect == cut::mid_body ||
               wrong_.disconnect == cut::reset_mid_body;
    }
    void write(std::string bytes) { steps.push_back({act::write, std::move(bytes), seconds(0)}); }
    void pause(seconds wait) {
        if (wait.count() > 0) steps.push_back({act::pause, {}, wait});
    }
    void slowly(std::string_view bytes, seconds wait) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (i != 0) pause(wait);
            write(std::string(1, bytes[i]));
        }
    }
    void gap() {
        if (wrong_.ping) {
            pause(*wrong_.ping);
            write(ping());
        }
        pause(wrong_.drip.value_or(pace_.between_events));
    }
    std::string ping() const { return wrong_.encoding.empty() ? chunk(": ping\n\n") : ""; }
    void hang() {
        ended_ = true;
        step stuck;
        stuck.what = act::hang;
        if (wrong_.ping && *wrong_.hang != 0) {
            stuck.bytes = ping();
            stuck.wait = *wrong_.ping;
        }
        steps.push_back(std::move(stuck));
    }
    void end(act how) {
        ended_ = true;
        steps.push_back({how, {}, seconds(0)});
    }

    const faults& wrong_;
    const pacing& pace_;
    bool ended_ = false;
};

}  // namespace

void write_plain(std::string& out, const reply& answer, const head_facts& facts) {
    out.reserve(out.size() + answer.body.size() + 768);
    write_head(out, answer, facts, answer.body.size());
    out += answer.body;
}

std::vector<step> compile(reply answer, const faults& wrong, const pacing& pace,
                          const head_facts& facts) {
    spoil(answer, wrong);
    std::vector<std::string> pieces;
    if (answer.stream) {
        pieces = stream_pieces(answer, wrong, std::max(pace.burst, 1u));
    } else if (!wrong.encoding.empty()) {
        answer.body = compressor(wrong.encoding).add(answer.body, true);
    }
    if (!wrong.encoding.empty()) answer.headers += "content-encoding: " + wrong.encoding + "\r\n";

    std::string head;
    write_head(head, answer, facts, answer.body.size());
    composer composed(wrong, pace);
    composed.head(std::move(head));
    if (!composed.ended()) {
        if (answer.stream)
            composed.stream(std::move(pieces));
        else
            composed.unary(std::move(answer.body));
    }
    if (!composed.ended() && !facts.keep_alive) composed.close();
    return std::move(composed.steps);
}

}  // namespace oai::mock
