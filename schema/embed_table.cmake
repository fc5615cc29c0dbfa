# Writes every DIR/NAME.EXT as one table of its name and its text, sorted: -DDIR= -DOUT= -DHEADER= -DSPACE= -DTYPE=
# -DNAME= (the header that declares `extern const std::span<const SPACE::TYPE> NAME`).
include(${CMAKE_CURRENT_LIST_DIR}/embed_text.cmake)
file(GLOB files ${DIR}/*)
list(SORT files)
set(body "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string_literal(literal "${text}")
  string(APPEND body "    {\"${name}\", ${literal}    },\n")
endforeach()
file(WRITE ${OUT} "// Generated from ${DIR}.
${generated_head}#include \"${HEADER}\"
namespace ${SPACE} {
namespace {
const ${TYPE} table[] = {
${body}};
}
const std::span<const ${TYPE}> ${NAME} = table;
}
")
