"""Time zones by name, with an answer a person can use when the name is wrong."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import click


class TimeZone(click.ParamType[ZoneInfo]):
    """A name of the IANA time zone database."""

    name = "TZ"

    def convert(self, value: str | ZoneInfo, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = [name for name in sorted(available_timezones()) if value.lower() in name.lower()][:5]
            hint = f" もしかして (perhaps): {', '.join(near)}" if near else ""
            self.fail(
                f"「{value}」という時間帯はありません。Asia/Tokyo のように書いてください "
                f"(no such time zone; write it like Asia/Tokyo).{hint}",
                param,
                ctx,
            )


timezone_option = click.option(
    "--timezone",
    type=TimeZone(),
    default="Asia/Tokyo",
    show_default=True,
    help="時刻に時間帯が書かれていないときの時間帯 (zone of times that carry none)",
)
