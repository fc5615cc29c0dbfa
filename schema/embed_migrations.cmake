# Writes every schema/NNNN_name.sql as one table, in order: -DDIR= -DOUT=.
include(${CMAKE_CURRENT_LIST_DIR}/embed_text.cmake)
file(GLOB files ${DIR}/*.sql)
list(SORT files)
set(body "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  string(REGEX MATCH "^[0-9]+" number ${name})
  string(REGEX REPLACE "^0+" "" number ${number})
  file(READ ${file} text)
  string_literal(literal "${text}")
  string(APPEND body "    {${number}, \"${name}\", ${literal}    },\n")
endforeach()
file(WRITE ${OUT} "// Generated from schema/*.sql.
${generated_head}#include \"provisioning/store/migrate.hpp\"
namespace provisioning::store {
namespace {
const Migration table[] = {
${body}};
}
const std::span<const Migration> compiled_migrations = table;
}
")
