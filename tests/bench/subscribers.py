"""Subscribers by the ten thousand, written by SQL: a command for each would take minutes."""
import subprocess

import porteiro
import psycopg2.extras

PASSWORD = "a-password"


def seal(provider, ids):
    """The password, sealed for each login."""
    program = next(path for path in (porteiro.BUILD / "tests" / "seal_logins", porteiro.ROOT / "build" / "release" / "tests" / "seal_logins") if path.exists())
    told = subprocess.run([program, provider.directory / "key", PASSWORD], check=True, text=True, input="".join(f"{one}\n" for one in ids), capture_output=True)
    return [bytes.fromhex(line) for line in told.stdout.split()]


def drawn(provider, table, count):
    """That many ids of a table."""
    return [row[0] for row in provider.psql(f"select nextval(pg_get_serial_sequence('{table}', 'id')) from generate_series(1, %s)", count)]


def insert(provider, rows):
    """{"table (columns)": rows}, in one transaction."""
    with provider.sql() as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        for table, values in rows.items():
            over = "overriding system value " if "(id" in table else ""
            psycopg2.extras.execute_values(cursor, f"insert into {table} {over}values %s", values, page_size=5000)
        cursor.execute("commit")
        cursor.execute("analyze")
