"""Settings from the environment (`MIRROR_*`) or `.env`, read once; and where the assets lie."""

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mirror.errors import SettingsError

_PACKAGED = Path(__file__).parent / "assets"
ASSETS = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parents[2]
"""Folder with sql/, expectations/ and data/: in the wheel, else the checkout."""


class Notices(BaseSettings):
    """Who is told of runs that end badly; read apart, so that a bad setting is told of as well."""

    model_config = SettingsConfigDict(env_prefix="MIRROR_", env_file=".env", extra="ignore")

    webhook_url: SecretStr | None = Field(default=None, description="told of runs that fail")
    webhook_seconds: float = Field(default=10, gt=0, description="for the webhook to answer")


class Settings(Notices):
    """What the environment may say; a command-line option goes before it."""

    out: Path = Field(default=Path("data"), description="folder that holds all a run writes")
    wait_seconds: float = Field(default=0, ge=0, description="for another run to leave --out")
    comtrade_key: SecretStr | None = Field(default=None, description="subscription key")
    comtrade_url: str = Field(
        default="https://comtradeapi.un.org", description="base address of the service"
    )
    comtrade_calls_a_day: int = Field(default=500, ge=1, description="own limit, each key")
    comtrade_bytes_a_day: int = Field(
        default=411_820_000,  # what one user of a free key recorded
        ge=1,
        description="own limit, each key; as they come over the wire",
    )
    comtrade_pause_seconds: float = Field(default=1.0, ge=0, description="between two calls")
    comtrade_connect_seconds: float = Field(default=10, gt=0, description="to reach the service")
    comtrade_read_seconds: float = Field(default=120, gt=0, description="without one byte coming")
    comtrade_reply_seconds: float = Field(default=900, gt=0, description="for a whole reply")
    comtrade_retries: int = Field(default=4, ge=0, description="for one call, when it is busy")
    comtrade_backoff_seconds: float = Field(default=1.0, ge=0, description="before the first retry")
    comtrade_wait_seconds: int = Field(default=60, ge=0, description="cap on Retry-After")
    comtrade_record: Path | None = Field(
        default=None, description="folder that keeps each request and reply, without the key"
    )
    fetch_years: int = Field(default=12, ge=1, description="years that an annual run refreshes")
    fetch_months: int = Field(default=36, ge=1, description="months that a monthly run refreshes")
    reference: Path | None = Field(
        default=None, description="folder of newer reference tables, such as gold_price.csv"
    )
    corrections: Path | None = Field(
        default=None, description="folder of your own corrections, such as exclusions.csv"
    )
    due_day: int = Field(
        default=6, ge=1, le=28, description="day of the month, UTC, by which its edition stands"
    )
    status_seconds: float = Field(default=10, gt=0, description="that status waits for the service")
    serve_url: str | None = Field(default=None, description="address that mirror serve is under")
    fetch_hours: float = Field(default=6, gt=0, le=18, description="for the flow's fetch")
    step_hours: float = Field(default=1, gt=0, le=2, description="for the flow's other steps, each")
    threads: int = Field(default=2, ge=1, description="threads of DuckDB")
    memory_limit: str = Field(default="4GB", description="memory limit of DuckDB")


@cache
def settings() -> Settings:
    """Return the settings; raise SettingsError with one sentence for each bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        said = "; ".join(
            f"MIRROR_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        )
        raise SettingsError(f"The environment or .env cannot be used: {said}.") from error
