#include "tests/faults/session.hpp"

#include "radius/attributes.hpp"
#include "tests/load/udp.hpp"

namespace load {
namespace {

namespace attribute = radius::attribute;

std::uint32_t port_of(const Options& options, const Session& session)
{
    return static_cast<std::uint32_t>(options.ports == 0 ? session.number : session.number % options.ports);
}

/// Who calls, and where: the same in a login and in its accounting.
void add_caller(Request& request, const Options& options, const Session& session, const Nas& nas)
{
    const auto port = port_of(options, session);
    char mac[18];
    std::snprintf(mac, sizeof mac, "02:00:%02x:%02x:%02x:%02x", port >> 24, port >> 16 & 0xff, port >> 8 & 0xff,
                  port & 0xff);
    request.add(attribute::user_name, options.accounts[session.number % options.accounts.size()].login);
    request.add(attribute::nas_ip_address, ntohl(address_of(nas.address(), 0).sin_addr.s_addr));
    request.add(attribute::nas_port, port);
    request.add(attribute::calling_station_id, std::string_view{mac});
}

void add_octets(Request& request, std::uint8_t low, std::uint8_t high, std::uint64_t octets)
{
    request.add(low, static_cast<std::uint32_t>(octets));
    if (octets >> 32 != 0) request.add(high, static_cast<std::uint32_t>(octets >> 32));
}

} // namespace

Record record_of(const Options& options, const Session& session)
{
    const auto step = options.steps[session.step];
    const auto sum = counted(options.seed, session.number, session.records);
    const bool of_nas = step == Step::on || step == Step::off;
    return {options.boot + '-' + std::to_string(session.nas) + '-' + std::to_string(session.number), name(step),
            of_nas ? 0 : session.records * static_cast<std::uint64_t>(options.interval.count()),
            of_nas ? 0 : sum.download, of_nas ? 0 : sum.upload};
}

Bytes access_request(const Options& options, const Session& session, const Nas& nas, std::uint8_t identifier,
                     std::mt19937_64& random, radius::Digester& digester)
{
    std::array<std::uint8_t, 16> authenticator;
    for (auto& octet : authenticator) octet = static_cast<std::uint8_t>(random());
    Request request(radius::Code::access_request, identifier, authenticator);
    add_caller(request, options, session, nas);
    request.add_password(digester, options.accounts[session.number % options.accounts.size()].password, nas.secret());
    return request.signed_with(digester, nas.secret());
}

Bytes accounting_request(const Options& options, const Session& session, const Nas& nas, std::uint8_t identifier,
                         std::chrono::seconds late, radius::Digester& digester)
{
    constexpr std::uint32_t user_request = 1; // RFC 2866 s5.10
    constexpr std::uint32_t ten_net = 10U << 24;
    const auto step = options.steps[session.step];
    const auto& record = session.record;
    const auto ago = options.age - options.interval * session.records;
    Request request(radius::Code::accounting_request, identifier, std::array<std::uint8_t, 16>{});
    request.add(attribute::acct_status_type, status_type(step));
    request.add(attribute::acct_session_id, record.id);
    request.add(attribute::acct_delay_time,
                static_cast<std::uint32_t>((std::max(ago, std::chrono::seconds{0}) + late).count()));
    if (step == Step::on || step == Step::off) {
        request.add(attribute::nas_ip_address, ntohl(address_of(nas.address(), 0).sin_addr.s_addr));
        return request.signed_with(digester, nas.secret());
    }
    add_caller(request, options, session, nas);
    request.add(attribute::framed_ip_address, ten_net | (port_of(options, session) & 0xffffff));
    if (!session.class_value.empty()) request.add(attribute::class_, session.class_value);
    if (step != Step::start) {
        request.add(attribute::acct_session_time, static_cast<std::uint32_t>(record.seconds));
        add_octets(request, attribute::acct_output_octets, attribute::acct_output_gigawords, record.download);
        add_octets(request, attribute::acct_input_octets, attribute::acct_input_gigawords, record.upload);
    }
    if (step == Step::stop) request.add(attribute::acct_terminate_cause, user_request);
    return request.signed_with(digester, nas.secret());
}

} // namespace load
