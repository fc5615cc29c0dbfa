# {{nas}} ({{nas_address}}): RouterOS 6.43 or newer obeys Porteiro at {{daemon_address}}. Filled in by: porteiro nas recipe {{nas}}
# Upload this file and type:  /import file-name=porteiro.rsc      It may be imported again: it replaces its own rules
# (comment "porteiro: ...") and touches no others. Written from the RouterOS manual; try it on a router that nobody needs.
# To undo, see the end.

# 1. RADIUS. The secret is not in this file. After the import, type:
#      /radius set [find where comment="porteiro"] secret="{{secret}}"
:if ([:len [/radius find where comment="porteiro"]] = 0) do={ /radius add service=ppp address={{daemon_address}} comment="porteiro" }
/radius set [find where comment="porteiro"] address={{daemon_address}} authentication-port={{auth_port}} accounting-port={{acct_port}} src-address={{nas_address}} timeout=3s
# CoA and Disconnect. Older releases listened on 1700 unless told.
/radius incoming set accept=yes port={{coa_port}}
# A login that stands in /ppp secret too is never asked of RADIUS: remove it there.
/ppp aaa set use-radius=yes accounting=yes interim-update={{interim}}s

# 2. What every garden shares. Rules of an earlier import go first.
/ip firewall filter remove [find where comment~"^porteiro:"]
/ip firewall nat remove [find where comment~"^porteiro:"]
/ip firewall address-list remove [find where comment~"^porteiro:"]
# Where those in a garden may go: the notice page, and what you add (a payment page) with
#      /ip firewall address-list add list=porteiro-allowed address=pay.example.com
/ip firewall address-list add list=porteiro-allowed address={{notice_address}} comment="porteiro: notice page"
/ip firewall filter add chain=input action=accept protocol=udp src-address={{daemon_address}} dst-port={{coa_port}} comment="porteiro: CoA"
/ip firewall filter add chain=porteiro-garden action=accept protocol=udp dst-port=53 comment="porteiro: DNS"
/ip firewall filter add chain=porteiro-garden action=accept protocol=tcp dst-port=53 comment="porteiro: DNS"
/ip firewall filter add chain=porteiro-garden action=accept dst-address-list=porteiro-allowed comment="porteiro: allowed"
# HTTPS cannot be redirected without a false certificate. A reset at once makes a telephone show its captive portal page.
/ip firewall filter add chain=porteiro-garden action=reject reject-with=tcp-reset protocol=tcp comment="porteiro: nothing else"
/ip firewall filter add chain=porteiro-garden action=drop comment="porteiro: nothing else"
{{#gardens}}

# 3. Garden "{{garden}}", for {{reason}}.
{{#pool}}
# Its pool. Porteiro names it as Framed-Pool; nobody else may use it.
{{#pool_range}}
:if ([:len [/ip pool find where name="{{pool}}"]] = 0) do={ /ip pool add name="{{pool}}" ranges={{pool_range}} }
/ip pool set [find where name="{{pool}}"] ranges={{pool_range}}
/ip firewall address-list add list="porteiro-{{garden}}" address={{pool_range}} comment="porteiro: pool of {{garden}}"
{{/pool_range}}
/ip firewall filter add chain=forward action=jump jump-target=porteiro-garden src-address-list="porteiro-{{garden}}" comment="porteiro: into {{garden}}"
/ip firewall filter add chain=input action=jump jump-target=porteiro-garden src-address-list="porteiro-{{garden}}" comment="porteiro: into {{garden}}"
/ip firewall filter add chain=forward action=drop connection-state=new dst-address-list="porteiro-{{garden}}" comment="porteiro: to {{garden}}"
/ip firewall nat add chain=dstnat action=dst-nat to-addresses={{notice_address}} to-ports=80 protocol=tcp dst-port=80 dst-address-list=!porteiro-allowed src-address-list="porteiro-{{garden}}" comment="porteiro: notice of {{garden}}"
{{/pool}}
{{#address_list}}
# Its address list. Porteiro names it as Mikrotik-Address-List; RouterOS adds the subscriber's address itself.
{{#open_list}}
# To leave the list without a redial Porteiro names the list "{{open_list}}" in its place: no rule may match that one.
{{/open_list}}
/ip firewall filter add chain=forward action=jump jump-target=porteiro-garden src-address-list="{{address_list}}" comment="porteiro: into {{garden}}"
/ip firewall filter add chain=input action=jump jump-target=porteiro-garden src-address-list="{{address_list}}" comment="porteiro: into {{garden}}"
/ip firewall filter add chain=forward action=drop connection-state=new dst-address-list="{{address_list}}" comment="porteiro: to {{garden}}"
/ip firewall nat add chain=dstnat action=dst-nat to-addresses={{notice_address}} to-ports=80 protocol=tcp dst-port=80 dst-address-list=!porteiro-allowed src-address-list="{{address_list}}" comment="porteiro: notice of {{garden}}"
{{/address_list}}
{{#filter}}
# Its filter. Porteiro names it as Filter-Id; RouterOS makes a jump to the chain of that name in chain ppp. A filter alone
# cannot send anybody to the notice page: give the garden an address list or a pool too.
/ip firewall filter add chain="{{filter}}" action=jump jump-target=porteiro-garden comment="porteiro: filter of {{garden}}"
/ip firewall filter add chain=forward action=jump jump-target=ppp comment="porteiro: filters of sessions"
/ip firewall filter add chain=input action=jump jump-target=ppp comment="porteiro: filters of sessions"
{{/filter}}
{{#redirect}}
# The garden's redirect ({{redirect}}) has no words on RouterOS: the dst-nat rules above stand for it.
{{/redirect}}
{{/gardens}}

# 4. The rules go to the top, before any that accepts established connections.
:do { /ip firewall filter move [find where comment~"^porteiro:"] [:pick [/ip firewall filter find where dynamic=no] 0] } on-error={ :put "see that the filter rules named porteiro are at the top" }
:do { /ip firewall nat move [find where comment~"^porteiro:"] [:pick [/ip firewall nat find where dynamic=no] 0] } on-error={ :put "see that the nat rules named porteiro are at the top" }

# 5. By hand, where it applies:
# - FastTrack passes the firewall by: connections that were open before go on in the garden. Exempt the gardens in its rule,
#   with src-address-list and dst-address-list of each.
# - IPv6: a garden that replaces addresses gives none. One that keeps them keeps the prefix too, and these rules are IPv4's:
#   drop its subscribers' IPv6 in /ipv6 firewall filter.
# - The clock: /system ntp client set enabled=yes (with your servers). A request that is 300 s off is refused.
#
# To see that it works:  porteiro nas probe {{nas}}
# To undo:
#   /ip firewall filter remove [find where comment~"^porteiro:"]
#   /ip firewall nat remove [find where comment~"^porteiro:"]
#   /ip firewall address-list remove [find where comment~"^porteiro:"]
#   /ppp aaa set use-radius=no
#   /radius incoming set accept=no
#   /radius remove [find where comment="porteiro"]
