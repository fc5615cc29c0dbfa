# systemd/install.cmake - units, accounts and configuration, with the paths of this installation. Included by the top
# CMakeLists.txt. systemd searches lib/systemd/system, lib/sysusers.d and lib/tmpfiles.d below /usr and /usr/local.
set(units_source ${CMAKE_CURRENT_LIST_DIR})
set(units_made ${CMAKE_BINARY_DIR}/systemd)

foreach(template porteirod.service porteiro-billing.service porteiro.tmpfiles.conf)
  configure_file(${units_source}/${template}.in ${units_made}/${template} @ONLY)
endforeach()

install(FILES ${units_made}/porteirod.service ${units_made}/porteiro-billing.service ${units_source}/porteiro-billing.timer
  DESTINATION lib/systemd/system)
install(FILES ${units_source}/porteiro.sysusers.conf DESTINATION lib/sysusers.d RENAME porteiro.conf)
install(FILES ${units_made}/porteiro.tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME porteiro.conf)

# A configuration that is there is somebody's work and stays; the example goes beside it.
install(FILES ${CMAKE_SOURCE_DIR}/etc/porteiro.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR})
set(configuration_directory ${CMAKE_INSTALL_FULL_SYSCONFDIR}/porteiro)
install(CODE "
  if(NOT EXISTS \"\$ENV{DESTDIR}${configuration_directory}/porteiro.yaml\")
    file(INSTALL DESTINATION \"${configuration_directory}\" TYPE FILE
      PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ FILES \"${CMAKE_SOURCE_DIR}/etc/porteiro.yaml\")
  endif()")

# Manual pages and shell completion, made by running the programs.
include(${CMAKE_CURRENT_LIST_DIR}/pages.cmake)
