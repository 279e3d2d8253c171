"""``auditor serve``: the page to drop files on, at a desk or for a whole house."""

import logging
import os
import secrets
import socket
import sys
import tempfile
import webbrowser
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.cli.exits import Exit
from auditor.language import _, chosen

if TYPE_CHECKING:
    from auditor.web.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command("serve", help=_("打开一个网页：把文件拖进去，看哪里要改。不加选项只给本机用。"))
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help=_("监听的地址；给别的电脑用时写本机的内网地址或 0.0.0.0"),
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=_("端口；0 为任意空闲端口"))
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=_("保存报送的文件夹；不给则存在临时文件夹，关闭后删除"),
)
@click.option(
    "--upload-code",
    envvar="AUDITOR_UPLOAD_CODE",
    default="",
    show_envvar=True,
    metavar="CODE",
    help=_("上传口令（最好写在环境变量里）"),
)
@click.option(
    "--list-code",
    envvar="AUDITOR_LIST_CODE",
    default="",
    show_envvar=True,
    metavar="CODE",
    help=_("查看口令：看收到的全部报送；不设则没有这一页"),
)
@click.option(
    "--keep",
    "keep_days",
    type=click.IntRange(1, 3650),
    default=30,
    show_default=True,
    metavar="DAYS",
    help=_("保留天数"),
)
@click.option(
    "--root-path", default="", metavar="PATH", help=_("反向代理后面的路径，例如 /auditor")
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help=_("可信的反向代理；只信它们转来的来源地址"),
)
@click.option("--https", is_flag=True, help=_("外面是 HTTPS：cookie 只在 HTTPS 下发送"))
@click.option(
    "--profile", default="national", show_default=True, metavar="NAME", help=_("默认的地区设置")
)
@click.option("--no-browser", is_flag=True, help=_("不自动打开浏览器"))
@options.jobs
@options.lang
def command(
    host: str, port: int, data: Path | None, upload_code: str, list_code: str, keep_days: int, root_path: str,
    proxies: tuple[str, ...], https: bool, profile: str, no_browser: bool, jobs: int | None,
) -> int:  # fmt: skip
    try:
        import uvicorn

        from auditor.web.application import served
        from auditor.web.logs import configure
        from auditor.web.settings import Settings
    except ImportError as error:
        said = _("auditor serve 需要 pip install 'auditor[web]'（{why}）")
        raise click.UsageError(said.format(why=error)) from error
    options.chosen(profile, (), (), None)  # a profile that does not exist is told now
    desk = data is None
    if desk and host not in _LOOPBACK:
        raise click.BadParameter(
            _("给别的电脑用时要用 --data 指定保存报送的文件夹"), param_hint="--data"
        )
    with ExitStack() as stack:
        kept = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="auditor-")))
        settings = Settings(
            kept, _secret(kept), desk=desk, desk_token=secrets.token_urlsafe(24) if desk else "",
            upload_code=upload_code, list_code=list_code, keep_days=keep_days,
            jobs=jobs or os.cpu_count() or 1, root_path=root_path.rstrip("/"), secure=https,
            language=chosen(), profile=profile,
        )  # fmt: skip
        listening = stack.enter_context(_listen(host, port))
        address = _address(listening, settings)
        _greet(address, settings, host)
        configure(sys.stderr)
        if desk and not no_browser:
            webbrowser.open(address)
        server = uvicorn.Server(
            uvicorn.Config(
                served(settings), log_config=None, access_log=False, server_header=False, date_header=False,
                proxy_headers=bool(proxies), forwarded_allow_ips=list(proxies) or None, root_path=settings.root_path,
                timeout_graceful_shutdown=10, limit_concurrency=1000, timeout_keep_alive=15, h11_max_incomplete_event_size=32 * 1024,
                lifespan="on",
            )
        )  # fmt: skip
        logging.getLogger("auditor.web").info(
            "listening", extra={"address": f"{host}:{listening.getsockname()[1]}"}
        )
        server.run(sockets=[listening])
    return Exit.CLEAN


def _secret(data: Path) -> str:
    """What signs the sessions; kept, so that a restart sends nobody away."""
    data.mkdir(parents=True, exist_ok=True)
    file = data / "secret"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(secrets.token_urlsafe(48))
    return file.read_text("ascii")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        said = _("不能在 {host}:{port} 上监听：{why}")
        raise click.BadParameter(
            said.format(host=host, port=port, why=error.strerror), param_hint="--port"
        ) from error
    return listening


def _address(listening: socket.socket, settings: "Settings") -> str:
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    base = f"http://{shown}:{port}{settings.root_path}/"
    return f"{base}desk?token={settings.desk_token}" if settings.desk else base


def _greet(address: str, settings: "Settings", host: str) -> None:
    if settings.desk:
        click.echo(
            _(
                "网页已打开；没有自动打开的，请用这个网址（只能用一次）：\n{address}\n按 Ctrl-C 结束，结束后文件全部删除。"
            ).format(address=address)
        )
        return
    click.echo(_("网页在 {address}，按 Ctrl-C 结束。").format(address=address))
    if host not in _LOOPBACK and not settings.upload_code:
        click.echo(
            _("注意：没有设上传口令，能连到这台电脑的人都能上传（--upload-code）。"), err=True
        )
    if not settings.list_code:
        click.echo(_("没有设查看口令，“收到的报送”一页不开放（--list-code）。"), err=True)
