# Writes every etc/recipes/NAME.EXT as one table, sorted: -DDIR= -DOUT=.
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
file(WRITE ${OUT} "// Generated from etc/recipes.
${generated_head}#include \"daemon/admin/recipes.hpp\"
namespace admin {
namespace {
const Recipe table[] = {
${body}};
}
const std::span<const Recipe> recipes = table;
}
")
