"""Reading the environment strictly: a bad value is one clear line and exit code 1, never a traceback."""

import sys
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlsplit

from environs import Env, EnvError

REDIS_SCHEMES = ("redis", "rediss", "unix")


def refuse_to_start(message: str) -> NoReturn:
    """Print one line that says what is wrong with the environment and exit with code 1."""
    sys.stderr.write(f"Downstream cannot start: {message}\n")
    raise SystemExit(1)


def read(parser: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
    """Read variable `name` with an environs parser.

    Returns the parsed value (or the default given in kwargs); a value that cannot be parsed ends the process.
    """
    try:
        return parser(name, *args, **kwargs)
    except (EnvError, ValueError) as error:
        # Only the name is echoed: the value may hold a password.
        reason = str(error) if "not set" in str(error) else f"{name} is malformed"
        refuse_to_start(reason)


def secret_key(env: Env, *, debug: bool) -> str:
    """Return SECRET_KEY; without one, a fixed key that is good for development only (and only under DEBUG)."""
    key: str = env.str("SECRET_KEY", default="")
    if key:
        return key
    if debug:
        return "development-only-key-never-used-in-production-0123456789"
    refuse_to_start("SECRET_KEY is not set. Put a long random value into the environment or into .env.")


def redis_url(env: Env) -> str:
    """Return REDIS_URL, or an empty string when there is no Redis (broker and cache are then files)."""
    url: str = env.str("REDIS_URL", default="")
    if url and urlsplit(url).scheme not in REDIS_SCHEMES:
        refuse_to_start("REDIS_URL is malformed: it must start with redis://, rediss:// or unix://.")
    return url


def port(env: Env) -> int:
    """Return PORT, the web server's port, between 1 and 65535."""
    number: int = read(env.int, "PORT", default=8000)
    if not 1 <= number <= 65535:
        refuse_to_start("PORT is malformed: it must be between 1 and 65535.")
    return number


def listen_address(env: Env, name: str) -> tuple[str, int] | None:
    """Return the variable's "host:port" as (host, port); None where it is not set. ":9101" is every address."""
    value: str = env.str(name, default="")
    if not value:
        return None
    host, colon, number = value.rpartition(":")
    if not colon or not number.isascii() or not number.isdigit() or not 1 <= int(number) <= 65535:
        refuse_to_start(f"{name} is malformed: it must be host:port.")
    return host, int(number)


def rollup_shards(env: Env) -> int:
    """Return ROLLUP_SHARDS, over how many shards the stores are spread: a power of two, 1 to 64.

    So each shard of one number lies within one shard of any smaller number: more shards only split what there is.
    """
    number: int = read(env.int, "ROLLUP_SHARDS", default=2)
    if number not in (1, 2, 4, 8, 16, 32, 64):
        refuse_to_start("ROLLUP_SHARDS is malformed: it must be 1, 2, 4, 8, 16, 32 or 64.")
    return number


def email(env: Env) -> dict[str, Any]:
    """Return EMAIL_URL as Django's settings by name; mail goes to the console unless set."""
    parsed: dict[str, Any] = read(env.dj_email_url, "EMAIL_URL", default="console:")
    if not parsed.get("EMAIL_BACKEND"):
        refuse_to_start(
            "EMAIL_URL is malformed: it must start with smtp://, smtps://, submission://, file: or console:."
        )
    return {
        "EMAIL_BACKEND": parsed["EMAIL_BACKEND"],
        "EMAIL_HOST": parsed.get("EMAIL_HOST") or "localhost",
        "EMAIL_PORT": parsed.get("EMAIL_PORT") or 25,
        "EMAIL_HOST_USER": parsed.get("EMAIL_HOST_USER") or "",
        "EMAIL_HOST_PASSWORD": parsed.get("EMAIL_HOST_PASSWORD") or "",
        "EMAIL_USE_TLS": bool(parsed.get("EMAIL_USE_TLS")),
        "EMAIL_USE_SSL": bool(parsed.get("EMAIL_USE_SSL")),
        "EMAIL_FILE_PATH": parsed.get("EMAIL_FILE_PATH") or None,
        "DEFAULT_FROM_EMAIL": parsed.get("DEFAULT_FROM_EMAIL") or "downstream@localhost",
    }
