# surface/ -> the Python types and resources, in the build tree and the wheel, never in git.
file(GLOB_RECURSE surface_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/surface/*)
file(GLOB generator CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/emit_*.py ${CMAKE_SOURCE_DIR}/tools/generate.py
     ${CMAKE_SOURCE_DIR}/tools/surface_*.py)
set(generated ${CMAKE_BINARY_DIR}/generated)
add_custom_command(
    OUTPUT ${generated}/stamp
    COMMAND ${Python_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/generate.py
            --surface ${CMAKE_SOURCE_DIR}/surface --out ${generated}/openai_native
    COMMAND ${CMAKE_COMMAND} -E touch ${generated}/stamp
    DEPENDS ${generator} ${surface_files}
    COMMENT "Generating Python types and resources from surface/"
    VERBATIM)
add_custom_target(generated_python ALL DEPENDS ${generated}/stamp)
install(DIRECTORY ${generated}/openai_native/ DESTINATION .)
