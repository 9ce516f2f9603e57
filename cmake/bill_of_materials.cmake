# What a wheel brings besides our own code, as the build has found it: into the wheel's metadata
# (PEP 770).
function(oai_define_of header pattern result)
    file(STRINGS ${header} line REGEX "${pattern}" LIMIT_COUNT 1)
    string(REGEX REPLACE ".*${pattern}.*" "\\1" found "${line}")
    set(${result} ${found} PARENT_SCOPE)
endfunction()

oai_define_of(${OAI_BOOST_INCLUDE_DIR}/boost/version.hpp
              "BOOST_LIB_VERSION \"([0-9_]+)\"" boost_version)
string(REPLACE "_" "." boost_version "${boost_version}")
foreach(part MAJOR MINOR PATCH)
    oai_define_of(${RAPIDJSON_INCLUDE_DIR}/rapidjson/rapidjson.h
                  "define RAPIDJSON_${part}_VERSION ([0-9]+)" rapidjson_${part})
endforeach()

set(bill ${CMAKE_BINARY_DIR}/openai-native.cdx.json)
execute_process(
    COMMAND ${Python_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/sbom.py --out ${bill}
            openssl=${OPENSSL_VERSION} nghttp2=${NGHTTP2_VERSION} zlib=${ZLIB_VERSION}
            brotli=${BROTLI_libbrotlidec_VERSION} zstd=${ZSTD_VERSION} boost=${boost_version}
            rapidjson=${rapidjson_MAJOR}.${rapidjson_MINOR}.${rapidjson_PATCH}
            pybind11=${pybind11_VERSION}
    COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${bill} DESTINATION ${SKBUILD_METADATA_DIR}/sboms)
