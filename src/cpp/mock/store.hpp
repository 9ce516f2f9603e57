// Objects the API remembers: stored completions, responses, fine-tuning jobs. Shared by threads.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace oai::mock {

// One stored object: its JSON and the lists that hang on it, each item JSON with an "id".
struct record {
    std::string id;
    std::string json;
    std::string model;
    std::vector<std::pair<std::string, std::string>> metadata;
    std::vector<std::string> items;   // messages, input items, events of a job
    std::vector<std::string> events;  // frames of a response, for replaying its stream
    std::string status;
    std::string pending;  // its JSON while status is not "completed" yet
};

class shelf {
  public:
    // Beyond `most` objects the oldest is forgotten.
    explicit shelf(std::size_t most) : most_(most) {}

    void put(record entry);
    std::optional<record> get(std::string_view id) const;
    bool erase(std::string_view id);
    // Changes one record in place; false: there is none.
    bool change(std::string_view id, const std::function<void(record&)>& f);
    // Visits in order of creation, or newest first.
    void each(bool newest_first, const std::function<void(const record&)>& f) const;

  private:
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::uint64_t next_ = 0;
    std::uint64_t oldest_ = 0;
    std::unordered_map<std::uint64_t, record> by_number_;
    std::unordered_map<std::string, std::uint64_t> numbers_;
};

}  // namespace oai::mock
