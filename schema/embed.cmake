# Writes a text file as a C++ string: -DIN= -DOUT= -DSPACE= -DNAME=.
include(${CMAKE_CURRENT_LIST_DIR}/embed_text.cmake)
file(READ ${IN} text)
string_literal(literal "${text}")
file(WRITE ${OUT} "// Generated from ${IN}.
${generated_head}#include <string_view>
namespace ${SPACE} {
extern const std::string_view ${NAME};
const std::string_view ${NAME} = ${literal};
}
")
