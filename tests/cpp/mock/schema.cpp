#include "mock/schema.hpp"

#include <boost/core/lightweight_test.hpp>

using namespace oai::mock;

namespace {

std::string instance_of(std::string_view schema) {
    auto parsed = oai::json::document::parse(schema);
    BOOST_TEST(parsed.has_value());
    std::string out;
    write_instance(out, value(*parsed, 0), "hint");
    BOOST_TEST(oai::json::document::parse(out).has_value());
    return out;
}

void instances() {
    BOOST_TEST_EQ(instance_of(R"({"type":"string"})"), R"("hint")");
    BOOST_TEST_EQ(instance_of(R"({"enum":[null,1]})"), "null");
    BOOST_TEST_EQ(instance_of(R"({"type":"object","properties":{"a":{"type":"string"},
        "b":{"type":"array","items":{"type":"number"}}}})"),
                  R"({"a":"mock a","b":[1.5]})");
    BOOST_TEST_EQ(instance_of(R"({"type":"array","prefixItems":[{"const":1},{"const":2}],
        "items":{"const":3},"minItems":3})"),
                  "[1,2,3]");
    BOOST_TEST_EQ(instance_of(R"({"type":"integer","minimum":-9,"maximum":-3,"multipleOf":5})"),
                  "-5");
    BOOST_TEST_EQ(instance_of(R"({"allOf":[{"properties":{"a":{"type":"null"}}}]})"),
                  R"({"a":null})");
    BOOST_TEST_EQ(instance_of("{}"), R"("hint")");
}

// Schemas that refer to themselves, usefully or not, come to an end.
void recursion() {
    BOOST_TEST_LT(instance_of(R"({"$ref":"#"})").size(), 10u);
    std::string tree = instance_of(R"({"type":"object","required":["kids","next"],"properties":{
        "kids":{"type":"array","items":{"$ref":"#"}},
        "next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}})");
    BOOST_TEST(tree.starts_with(R"({"kids":[{"kids":)"));
    BOOST_TEST_LT(tree.size(), 10'000u);
    instance_of(R"({"type":"object","required":["me"],"properties":{"me":{"$ref":"#"}}})");
    std::string bush =
        R"({"$ref":"#/$defs/b","$defs":{"b":{"type":"object","required":["a","b",)"
        R"("c","d"],"properties":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/b"},)"
        R"("c":{"$ref":"#/$defs/b"},"d":{"$ref":"#/$defs/b"}}}}})";
    BOOST_TEST_LT(instance_of(bush).size(), 10'000'000u);
    instance_of(R"({"allOf":[{"$ref":"#"}]})");
    instance_of(R"({"anyOf":[{"$ref":"#"}]})");
    instance_of(R"({"$ref":"#/$defs/none"})");
}

void patterns() {
    BOOST_TEST_EQ(matching("^abc$"), "abc");
    BOOST_TEST_EQ(matching("[0-9]{3}-[a-f]+"), "000-a");
    BOOST_TEST_EQ(matching("(?:yes|no)?(on|off)"), "on");
    BOOST_TEST_EQ(matching("[^a-c]x{2,}"), "dxx");
    BOOST_TEST_EQ(matching("\\d\\.\\w*?\\("), "1.(");
    // Broken ones end, too.
    for (std::string_view wrong :
         {"[", "(", "a{", "\\", "[a-", "(((", "a{99999999999999999999}", ")", "|", "*", "{3}"}) {
        BOOST_TEST_LE(matching(wrong).size(), 1u << 20);
    }
}

}  // namespace

int main() {
    instances();
    recursion();
    patterns();
    return boost::report_errors();
}
