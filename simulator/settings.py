"""What `PUT /__control__/settings` takes."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from .webhooks import require_loopback


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rate_limit: int | None = Field(
        100, ge=0, description="Calls a minute per store; null is without limit."
    )
    webhook_url: str | None = Field(
        None, description="Where the notices of every store go; loopback only."
    )
    webhook_urls: dict[str, str] = Field(
        default_factory=dict, description="CNPJ to address; wins over webhook_url."
    )
    webhook_name: str = Field(
        "Simulador", description="The name given at registration (section 8)."
    )

    @field_validator("webhook_url")
    @classmethod
    def _webhook_url_is_loopback(cls, url: str | None) -> str | None:
        return require_loopback(url) if url else None

    @field_validator("webhook_urls")
    @classmethod
    def _webhook_urls_are_loopback(cls, urls: dict[str, str]) -> dict[str, str]:
        return {cnpj: require_loopback(url) for cnpj, url in urls.items()}

    def webhook_url_of(self, cnpj: str) -> str | None:
        return self.webhook_urls.get(cnpj) or self.webhook_url
