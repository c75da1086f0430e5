"""``hinomi serve``: collector, worker and console on one machine."""

from pathlib import Path
from urllib.parse import urlsplit

import click

from hinomi.app import place
from hinomi.app.collector import Ports
from hinomi.pipeline.collect.syslog import Listener, Transport

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PEM = click.Path(exists=True, dir_okay=False, path_type=Path)


def address(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, int] | None:
    """``HOST:PORT``; an IPv6 host in brackets."""
    if not value:
        return None
    try:
        parts = urlsplit(f"//{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise click.BadParameter(f"「{value}」ではなく、0.0.0.0:8088 のように書いてください (HOST:PORT).")
    return host, port


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="コンソールの待ち受けアドレス (console)")
@click.option("--port", default=8080, show_default=True, help="コンソールの待ち受けポート (console)")
@click.option("--syslog-host", default="0.0.0.0", show_default=True, help="syslog の待ち受けアドレス")  # noqa: S104
@click.option("--syslog-udp", default=5514, show_default=True, help="syslog UDP (0: しない/off)")
@click.option("--syslog-tcp", default=5514, show_default=True, help="syslog TCP (0: しない/off)")
@click.option("--syslog-tls", default=0, show_default=True, help="syslog TLS (0: しない/off)")
@click.option("--tls-certificate", type=PEM, help="TLS の証明書 (PEM)")
@click.option("--tls-key", type=PEM, help="TLS の秘密鍵 (PEM)")
@click.option("--tls-client-authority", type=PEM, help="送信元の証明書を発行した認証局 (PEM)")
@click.option(
    "--ingest", callback=address, metavar="HOST:PORT", help="HTTP でも受ける (take HTTP on a port of its own)"
)
@click.option("--ingest-tls", is_flag=True, help="それを HTTPS にする。--tls-certificate と --tls-key を使う")
@click.option(
    "--smtp",
    callback=address,
    metavar="HOST:PORT",
    help="機器のアラートメールを SMTP で受ける (take alert mail by SMTP)",
)
@click.option("--retain-days", type=click.IntRange(1), help="これより古いログを消す (default: keep everything)")
@place.data_dir_option
def command(
    host: str,
    port: int,
    syslog_host: str,
    syslog_udp: int,
    syslog_tcp: int,
    syslog_tls: int,
    tls_certificate: Path | None,
    tls_key: Path | None,
    tls_client_authority: Path | None,
    ingest: tuple[str, int] | None,
    ingest_tls: bool,
    smtp: tuple[str, int] | None,
    retain_days: int | None,
    data_dir: Path,
) -> None:
    """見守りを始めます: ログの受信、解析、コンソール (collectors, pipeline and console)."""
    from hinomi.app.serve import Deployment, serve

    if (syslog_tls or ingest_tls) and not (tls_certificate and tls_key):
        raise click.UsageError("TLS には --tls-certificate と --tls-key の両方が必要です (TLS needs both).")
    if ingest_tls and not ingest:
        raise click.UsageError("--ingest-tls には --ingest HOST:PORT も必要です (say where with --ingest).")
    if ingest and not ingest_tls and ingest[0] not in LOOPBACK:
        click.echo(
            "--ingest-tls がないため、トークンとログは暗号化されずに届きます。"
            "TLS を終端する中継の後ろでだけ使ってください "
            "(without --ingest-tls tokens and logs come in the clear: only behind a proxy that ends TLS).",
            err=True,
        )
    ports = Ports(
        syslog_host,
        syslog_udp or None,
        syslog_tcp or None,
        syslog_tls or None,
        tls_certificate,
        tls_key,
        tls_client_authority,
        ingest and intake_listener(ingest, tls_certificate if ingest_tls else None, tls_key if ingest_tls else None),
        smtp,
    )

    def ready() -> None:
        click.echo(f"コンソール (console): http://{host}:{port}/", err=True)
        if ingest:
            click.echo(f"受信 (intake): http{'s' * ingest_tls}://{ingest[0]}:{ingest[1]}/ingest/", err=True)
        if smtp:
            click.echo(f"メール (mail): smtp://{smtp[0]}:{smtp[1]}  宛先 (to): 企業+センサー@…", err=True)
        click.echo("サインイン用のリンクは hinomi user link 名前 で作れます。止めるには Ctrl+C。", err=True)

    serve(Deployment(data_dir, host, port, ports, retain_days), ready)


def intake_listener(where: tuple[str, int], certificate: Path | None, key: Path | None) -> Listener:
    return Listener(Transport.TLS if certificate else Transport.TCP, where[1], where[0], certificate, key)
