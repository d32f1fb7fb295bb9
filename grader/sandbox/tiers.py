"""How well student code can be confined on this machine, found out by asking the kernel."""

import ctypes
import errno
import os
import platform
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from grader.sandbox import cgroups, seccomp
from grader.sandbox.inside.confine import Layers

INSECURE_SETTING = "HANDGRAD_INSECURE_SANDBOX"

#: As root each child gets a uid and gid of its own from here up: numbers no distribution hands out.
FIRST_UID = 60_600
MAX_UIDS = 500

#: From the best to none.
TIERS = ("full", "strict", "minimal", "insecure")

_NAMESPACES = Path(__file__).parent / "inside" / "namespaces.py"
_PATIENCE = 20.0  # seconds for a process that needs a twentieth of one
#: What may keep user namespaces from ordinary users: the value that does, and one that does not.
_USER_NAMESPACES = {
    "user.max_user_namespaces": ("0", "10000"),
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
}
_LANDLOCK_CREATE, _LANDLOCK_VERSION = 444, 1
_PR_SET_SECCOMP, _SECCOMP_FILTER = 22, 2
_CAP_SYS_ADMIN = 21
_CAPABILITIES = {"CAP_KILL": 5, "CAP_SETGID": 6, "CAP_SETUID": 7}


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found. `missing` holds one plain sentence for each layer that is not there."""

    tier: str  # one of TIERS
    kernel: str
    machine: str
    uid: int
    own_uids: bool  # each child runs under a uid of its own
    seccomp: bool
    landlock_abi: int  # 0: none
    namespaces: bool  # each child lives in some of its own
    cgroup: str  # "v1" or "v2": memory is limited as it is used; "none": as address space
    missing: tuple[str, ...]

    @property
    def layers(self) -> Layers:
        program = seccomp.program() if self.seccomp else b""
        return Layers(program, self.landlock_abi, self.own_uids, self.namespaces)

    def lowered(self, tier: str) -> "Facts":
        """This machine as if it had no more than the layers of that tier."""
        rank = TIERS.index(tier)
        return replace(
            self,
            tier=max(tier, self.tier, key=TIERS.index),
            namespaces=self.namespaces and rank < 1,
            cgroup=self.cgroup if rank < 1 else "none",
            landlock_abi=self.landlock_abi if rank < 2 else 0,
            seccomp=self.seccomp and rank < 3,
        )


class SandboxUnavailable(RuntimeError):
    """Student code must not run here; the message says why and what helps."""


def probe() -> Facts:
    """Ask this machine what it has, by trying where nothing else tells. Runs nobody's code."""
    missing: list[str] = []
    has_seccomp = _has_seccomp(missing)
    landlock_abi = _landlock_abi(missing)
    own_uids = _can_change_uid(missing)
    namespaces = _has_namespaces(missing, own_uids=own_uids)
    tiers = (not has_seccomp, "insecure"), (not landlock_abi, "minimal"), (not namespaces, "strict")
    tier = next((tier for lacking, tier in tiers if lacking), "full")
    return Facts(
        tier=tier,
        kernel=platform.release(),
        machine=platform.machine(),
        uid=os.geteuid(),
        own_uids=own_uids,
        seccomp=has_seccomp,
        landlock_abi=landlock_abi,
        namespaces=namespaces,
        cgroup=_cgroup(missing),
        missing=tuple(missing),
    )


def usable(facts: Facts) -> Facts:
    """The same facts, or SandboxUnavailable if nobody insisted on running code without seccomp."""
    if facts.tier == "insecure" and os.environ.get(INSECURE_SETTING) != "1":
        seccomp_lacks = facts.missing[0]  # the first that is asked for
        raise SandboxUnavailable(
            f"Student code is not run: {seccomp_lacks} "
            f"To run it all the same, with nothing but resource limits around it, set {INSECURE_SETTING}=1.",
        )
    return facts


def _has_seccomp(missing: list[str]) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    # Where a filter may be set, the kernel gets as far as reading it, and there is nothing at that address.
    libc.prctl(*map(ctypes.c_ulong, (_PR_SET_SECCOMP, _SECCOMP_FILTER, 0, 0, 0)))
    if ctypes.get_errno() != errno.EFAULT:
        missing.append(
            f"No seccomp filter can be set ({_errno_name()}), so system calls cannot be refused. "
            "It needs CONFIG_SECCOMP_FILTER in the kernel; in a container, a seccomp profile that allows "
            "prctl, as the default one of Docker, Podman and Kubernetes (`type: RuntimeDefault`) does.",
        )
        return False
    try:
        seccomp.program()
    except LookupError as error:
        missing.append(f"No seccomp filter can be made for this machine: {error.args[0]}.")
        return False
    except (ImportError, OSError, RuntimeError) as error:
        missing.append(f"libseccomp is not usable ({error}): install the package libseccomp2.")
        return False
    return True


def _landlock_abi(missing: list[str]) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    abi: int = libc.syscall(
        ctypes.c_long(_LANDLOCK_CREATE),
        None,
        ctypes.c_size_t(0),
        ctypes.c_uint(_LANDLOCK_VERSION),
    )
    if abi > 0:
        return abi
    if ctypes.get_errno() == errno.EOPNOTSUPP:
        cure = (
            "The kernel has it, switched off: put `landlock` into its list of security modules with the boot "
            "parameter `lsm=landlock,...`, before those in /sys/kernel/security/lsm."
        )
    else:
        cure = (
            "It needs Linux 5.13 or newer, built with CONFIG_SECURITY_LANDLOCK; in a container, a seccomp "
            "profile that allows landlock_create_ruleset and landlock_restrict_self: the default one since "
            "Docker 23, or your own with `--security-opt seccomp=PROFILE.json`."
        )
    missing.append(
        f"No Landlock ({_errno_name()}): files are closed to student code by seccomp alone. {cure}",
    )
    return 0


def _errno_name() -> str:
    return errno.errorcode.get(ctypes.get_errno(), "unknown")


def _can_change_uid(missing: list[str]) -> bool:
    shared = "all student code runs under the service's own user id"
    if os.geteuid() != 0:
        missing.append(
            f"Not started as root: {shared}, kept apart by the other layers. "
            "A service that runs as root gives each process an id of its own.",
        )
        return False
    held = _effective_capabilities()
    lacking = [name for name, bit in _CAPABILITIES.items() if not held >> bit & 1]
    if lacking:
        flags = " ".join(f"--cap-add {name.removeprefix('CAP_')}" for name in lacking)
        missing.append(
            f"Root without {', '.join(lacking)}: {shared}. Start the container with `{flags}`; "
            "in Kubernetes name them in `securityContext.capabilities.add`.",
        )
        return False
    if not (_maps("uid_map") and _maps("gid_map")):
        last = FIRST_UID + MAX_UIDS - 1
        missing.append(
            f"User and group ids {FIRST_UID} to {last} are not mapped into this container: {shared}. "
            f"Map at least {last + 1} ids into it, in /etc/subuid and /etc/subgid.",
        )
        return False
    return True


def _has_namespaces(missing: list[str], *, own_uids: bool) -> bool:
    """Try it, in a process that ends at once: too many parts of a system may forbid it."""
    way = "root" if own_uids else "user"
    command = [sys.executable, "-I", "-S", str(_NAMESPACES), way]
    try:
        tried = subprocess.run(
            command, env={}, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = str(error)
    else:
        if tried.returncode == 0:
            return True
        reason = tried.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "it crashed"
    cure = _root_cure() if own_uids else _ordinary_cure()
    missing.append(f"Namespaces cannot be made ({reason}): student code sees the machine's. {cure}")
    return False


def _root_cure() -> str:
    if not _effective_capabilities() >> _CAP_SYS_ADMIN & 1:
        return "They need CAP_SYS_ADMIN: give the container `--cap-add SYS_ADMIN`."
    return (
        "Let the container mount: `--security-opt apparmor=unconfined`, or a profile that allows "
        "`mount`, `pivot_root` and `umount`."
    )


def _ordinary_cure() -> str:
    wrong = [
        f"`sysctl {name}={wanted}`"
        for name, (forbids, wanted) in _USER_NAMESPACES.items()
        if (file := Path("/proc/sys", *name.split("."))).exists() and file.read_text().strip() == forbids
    ]
    if wrong:
        return f"Ordinary users need user namespaces: {', '.join(wrong)}."
    return (
        "Ordinary users need user namespaces, which this container's profile forbids, or the kernel lacks "
        "(CONFIG_USER_NS): `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`, or "
        "profiles that allow `unshare`, `mount` and `pivot_root`."
    )


def _effective_capabilities() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def _maps(file: str) -> bool:
    ranges = (map(int, line.split()) for line in Path("/proc/self", file).read_text().splitlines())
    return any(start <= FIRST_UID and start + count >= FIRST_UID + MAX_UIDS for start, _, count in ranges)


def _cgroup(missing: list[str]) -> str:
    reasons = []
    for version in ("v2", "v1"):
        reason = cgroups.works(version)
        if not reason:
            return version
        reasons.append(f"{version}: {reason}")
    missing.append(
        f"No cgroup can be made ({'; '.join(reasons)}): memory is limited by address space, not by what is "
        "really used. With systemd, set `Delegate=yes` and `DelegateSubgroup=service` in the service's unit; "
        "in a container, a writable /sys/fs/cgroup is needed, with no process in its topmost group.",
    )
    return "none"
