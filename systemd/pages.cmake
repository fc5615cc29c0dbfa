# systemd/pages.cmake - manual pages and shell completion, printed by the programs from their own tables.
set(pages ${CMAKE_BINARY_DIR}/pages)
file(MAKE_DIRECTORY ${pages})
add_custom_command(OUTPUT ${pages}/porteirod.8 COMMAND porteirod --man > ${pages}/porteirod.8 DEPENDS porteirod VERBATIM)
add_custom_command(OUTPUT ${pages}/porteiro.1 ${pages}/porteiro.bash ${pages}/_porteiro ${pages}/porteiro.fish
  COMMAND porteiro man > ${pages}/porteiro.1
  COMMAND porteiro completion bash > ${pages}/porteiro.bash
  COMMAND porteiro completion zsh > ${pages}/_porteiro
  COMMAND porteiro completion fish > ${pages}/porteiro.fish
  DEPENDS porteiro VERBATIM)
add_custom_target(pages ALL DEPENDS ${pages}/porteirod.8 ${pages}/porteiro.1)

install(FILES ${pages}/porteiro.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${pages}/porteirod.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${pages}/porteiro.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME porteiro)
install(FILES ${pages}/_porteiro DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${pages}/porteiro.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
