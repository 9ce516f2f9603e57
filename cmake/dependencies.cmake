# Boost comes as headers from the pinned boost-headers wheel; the rest from the system.
find_package(Python 3.10 REQUIRED COMPONENTS Interpreter OPTIONAL_COMPONENTS Development.Module)
option(OAI_BUNDLE "Link the archives of what is not in every system, for wheels" OFF)
set(OAI_BUNDLE_SHARED "" CACHE STRING "Of those, what stays a shared library for auditwheel to bring along")
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlidec libbrotlicommon)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/reader.h REQUIRED)

# A target for a library of the system, or for its archives: both can be had of one build tree,
# because nothing but the last link differs.
function(oai_dependency name library)
    add_library(oai_${name} INTERFACE)
    if(NOT OAI_BUNDLE OR name IN_LIST OAI_BUNDLE_SHARED)
        target_link_libraries(oai_${name} INTERFACE ${library})
        return()
    endif()
    target_include_directories(oai_${name} SYSTEM INTERFACE
        $<TARGET_PROPERTY:${library},INTERFACE_INCLUDE_DIRECTORIES>)
    foreach(archive ${ARGN})
        find_library(OAI_ARCHIVE_${archive} NAMES lib${archive}.a REQUIRED
            HINTS ${OPENSSL_INCLUDE_DIR}/../lib64 ${OPENSSL_INCLUDE_DIR}/../lib)
        target_link_libraries(oai_${name} INTERFACE ${OAI_ARCHIVE_${archive}})
    endforeach()
endfunction()

oai_dependency(openssl OpenSSL::SSL ssl crypto)
target_link_libraries(oai_openssl INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
oai_dependency(zlib ZLIB::ZLIB z)
oai_dependency(nghttp2 PkgConfig::NGHTTP2 nghttp2)
oai_dependency(brotli PkgConfig::BROTLI brotlidec brotlicommon)
oai_dependency(zstd PkgConfig::ZSTD zstd)

# Kept between configurations, so that building for another Python changes no flag of the rooms.
if(NOT EXISTS "${OAI_BOOST_INCLUDE_DIR}/boost/version.hpp")
    execute_process(
        COMMAND ${Python_EXECUTABLE} -c "import boost_headers; print(boost_headers.get_include())"
        OUTPUT_VARIABLE OAI_BOOST_INCLUDE_DIR OUTPUT_STRIP_TRAILING_WHITESPACE
        COMMAND_ERROR_IS_FATAL ANY)
    set(OAI_BOOST_INCLUDE_DIR ${OAI_BOOST_INCLUDE_DIR} CACHE PATH "Boost's headers" FORCE)
endif()

add_library(oai_boost INTERFACE)
target_include_directories(oai_boost SYSTEM INTERFACE ${OAI_BOOST_INCLUDE_DIR})
target_compile_definitions(oai_boost INTERFACE
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8
    BOOST_BEAST_SEPARATE_COMPILATION
    BOOST_ERROR_CODE_HEADER_ONLY)
target_link_libraries(oai_boost INTERFACE Threads::Threads oai_openssl)

add_library(oai_rapidjson INTERFACE)
target_include_directories(oai_rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIR})
# Every x86-64 has SSE2; the wider sets would need a choice at run time.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    target_compile_definitions(oai_rapidjson INTERFACE RAPIDJSON_SSE2)
endif()
