"""``hinomi serve``: collector, worker and console on one machine."""

from pathlib import Path

import click

from hinomi.app import place
from hinomi.app.collector import Ports

PEM = click.Path(exists=True, dir_okay=False, path_type=Path)


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
    retain_days: int | None,
    data_dir: Path,
) -> None:
    """見守りを始めます: ログの受信、解析、コンソール (collectors, pipeline and console)."""
    from hinomi.app.serve import Deployment, serve

    if syslog_tls and not (tls_certificate and tls_key):
        raise click.UsageError("--syslog-tls には --tls-certificate と --tls-key も必要です (TLS needs both).")
    ports = Ports(
        syslog_host,
        syslog_udp or None,
        syslog_tcp or None,
        syslog_tls or None,
        tls_certificate,
        tls_key,
        tls_client_authority,
    )

    def ready() -> None:
        click.echo(f"コンソール (console): http://{host}:{port}/", err=True)
        click.echo("サインイン用のリンクは hinomi user link 名前 で作れます。止めるには Ctrl+C。", err=True)

    serve(Deployment(data_dir, host, port, ports, retain_days), ready)
