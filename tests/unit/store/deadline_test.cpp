// tests/unit/store/deadline_test.cpp - a server that hangs, not only one that is gone, gives its caller back in time.
#include "database.hpp"

#include "provisioning/store/journal.hpp"

#include <csignal>

using namespace store_tests;

namespace {

double seconds(std::chrono::steady_clock::time_point since)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

/// Stops the backend of `session` for as long as it lives. Needs the right to signal it (its account, or root).
class Stopped {
public:
    explicit Stopped(Session& session) : pid_(session.connection().backendpid())
    {
        REQUIRE(::kill(pid_, SIGSTOP) == 0);
    }
    ~Stopped() { ::kill(pid_, SIGCONT); }
    Stopped(const Stopped&) = delete;
    Stopped& operator=(const Stopped&) = delete;

private:
    int pid_;
};

}  // namespace

TEST_CASE("a backend that is stopped before, within or at the end of a transaction costs its deadline, no more")
{
    Store store;
    store.sample();
    for (const std::string when : {"before", "within", "at commit", "at roll-back"}) {
        CAPTURE(when);
        auto session = std::make_unique<Session>(store.database.connection(), Role::application, watch());
        std::unique_ptr<Stopped> stopped;
        if (when == "before") stopped = std::make_unique<Stopped>(*session);
        const auto began = std::chrono::steady_clock::now();
        const auto said = refusal([&] {
            in_transaction(*session, {}, Transaction::Mode::read_write, 700ms, [&](Transaction& t) {
                t.work().exec("update plan set upload = upload + 1");
                if (!stopped) stopped = std::make_unique<Stopped>(*session);
                if (when == "at roll-back") throw Refusal(ErrorCode::invalid, "", "left halfway");
                if (when == "within") t.work().exec("select 1");
            });
        });
        CHECK(seconds(began) < 1.7);
        CHECK(said.starts_with(when == "at roll-back" ? "invalid left halfway" : "unavailable "));
        CHECK((said.find("during the commit") != std::string::npos) == (when == "at commit"));
        CHECK(session->broken());
        const auto ending = std::chrono::steady_clock::now();
        CHECK(refusal([&] { show(*session, plan_type, "1"); }).starts_with("unavailable ")); // at once, no second wait
        session.reset();
        CHECK(seconds(ending) < 0.5);
    }
}

TEST_CASE("a statement that takes too long, or waits for a lock, is given up and the session stays good")
{
    Store store;
    store.sample();
    auto& session = store.session;
    auto began = std::chrono::steady_clock::now();
    CHECK(refusal([&] {
              in_transaction(session, {}, Transaction::Mode::read_write, 500ms,
                             [](Transaction& t) { t.work().exec("select pg_sleep(60)"); });
          }) == "unavailable the database is away: it did not answer in time; nothing was changed");
    CHECK(seconds(began) < 1.5);
    CHECK(!session.broken());
    pqxx::connection link(store.database.connection());
    pqxx::work holder(link);
    holder.exec("select from porteiro.login for update");
    began = std::chrono::steady_clock::now();
    CHECK(refusal([&] {
              in_transaction(session, {}, Transaction::Mode::read_write, 500ms,
                             [](Transaction& t) { t.work().exec("update login set enabled = false"); });
          }) == "unavailable another transaction holds the record; nothing was changed, try again");
    CHECK(seconds(began) < 1.5);
    CHECK(one(show(session, login_type, "joao@isp"), "enabled") == "true");
}

TEST_CASE("a backend that died is told, and nothing is sent again behind the caller's back")
{
    Store store;
    store.sample();
    store.sql("select pg_terminate_backend(" + std::to_string(store.session.connection().backendpid()) + ")");
    CHECK(refusal([&] { show(store.session, plan_type, "1"); }).starts_with("unavailable the database is away:"));
    CHECK(store.session.broken());
    CHECK(refusal([&] { show(store.session, plan_type, "1"); }).starts_with("unavailable the database is away:"));
}

TEST_CASE("X-09: every connection has its limits, and what the string sets is kept")
{
    const auto has = [](const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    };
    const auto usual = completed("host=db dbname=isp", Role::application, "America/Sao_Paulo");
    for (const std::string part :
         {"connect_timeout='2'", "tcp_user_timeout='5000'", "keepalives='1'", "host='db'",
          "target_session_attrs='read-write'", "application_name='porteiro'", "-c role=porteiro_app",
          "-c search_path=porteiro,pg_temp", "-c timezone=America/Sao_Paulo"}) {
        CAPTURE(part);
        CHECK(has(usual, part));
    }
    CHECK(!has(completed("host=db", Role::owner, ""), "-c role"));
    const auto own = completed(
        "postgresql://me:p%27w%5C@a,b:5433/isp?connect_timeout=9&target_session_attrs=any&options=-c%20jit%3Doff",
        Role::owner, "a b");
    for (const std::string part : {"connect_timeout='9'", "target_session_attrs='any'", "host='a,b'", "port=',5433'",
                                   "password='p\\'w\\\\'", "options='-c jit=off -c", "-c timezone=a\\\\ b"}) {
        CAPTURE(part);
        CAPTURE(own);
        CHECK(has(own, part));
    }
    const auto wrong = refusal([] { completed("password=canary host", Role::owner, ""); });
    CHECK(wrong.starts_with("unavailable "));
    CHECK(!has(wrong, "canary"));
    CHECK(refusal([] {
              Session(server() + " dbname=no_such_database", Role::owner, watch());
          }).starts_with("unavailable "));
}

TEST_CASE("a session works as porteiro_app, in its time zone, whatever the string says")
{
    Store store;
    Session session(store.database.connection() + " options='-c jit=off'", Role::application, watch(), "Asia/Tokyo");
    pqxx::work work(session.connection());
    const auto row = work.exec1("select current_user, current_setting('timezone'), current_setting('jit'),"
                                " current_setting('search_path'), current_setting('client_encoding')");
    CHECK(row[0].as<std::string>() == "porteiro_app");
    CHECK(row[1].as<std::string>() == "Asia/Tokyo");
    CHECK(row[2].as<std::string>() == "off");
    CHECK(row[3].as<std::string>() == "porteiro,pg_temp");
    CHECK(row[4].as<std::string>() == "UTF8");
}
