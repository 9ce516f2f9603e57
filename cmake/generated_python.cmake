# surface/ -> the Python types and resources, src/py/ -> its synchronous twins: in the build tree and
# the wheel, never in git.
file(GLOB_RECURSE surface_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/surface/*)
file(GLOB generator CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/emit_*.py ${CMAKE_SOURCE_DIR}/tools/generate.py
     ${CMAKE_SOURCE_DIR}/tools/derive_*.py ${CMAKE_SOURCE_DIR}/tools/surface_*.py
     ${CMAKE_SOURCE_DIR}/tools/twin_*.py)
set(python_sources ${CMAKE_SOURCE_DIR}/src/py/openai_native)
file(GLOB_RECURSE python_files CONFIGURE_DEPENDS ${python_sources}/*.py)
set(generated ${CMAKE_BINARY_DIR}/generated)
add_custom_command(
    OUTPUT ${generated}/stamp
    COMMAND ${Python_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/generate.py
            --surface ${CMAKE_SOURCE_DIR}/surface --out ${generated}/openai_native
            --sources ${python_sources}
    COMMAND ${CMAKE_COMMAND} -E touch ${generated}/stamp
    DEPENDS ${generator} ${surface_files} ${python_files}
    COMMENT "Generating Python types, resources and synchronous twins"
    VERBATIM)
add_custom_target(generated_python ALL DEPENDS ${generated}/stamp)
install(DIRECTORY ${generated}/openai_native/ DESTINATION .)
