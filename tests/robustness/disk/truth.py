"""What must be true after a command whose calls to the disk failed, whatever the fault was."""

from __future__ import annotations

import errno
import json
import re
import signal
from collections.abc import Iterator
from contextlib import suppress

from robustness.disk.calls import Ended, Fault, Happens, Kind
from robustness.disk.scenes import BESIDE, Folder, Held, Scene, timeless

STOPPED = {signal.SIGINT: (130, "stopped"), signal.SIGTERM: (143, "terminated")}
# What a failure may be called, by what the system said.
CODES = {
    errno.EIO: {"disk-error"},
    errno.ENOMEM: {"disk-error"},
    errno.ENOSPC: {"disk-full"},
    errno.EDQUOT: {"disk-full"},
    errno.EMFILE: {"read-only"},
    errno.EACCES: {"read-only"},
    errno.ENOLCK: {"disk-error"},
}
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
KEEPING_ANSWERS = {"promise"}  # keep what they found for the next question, if they can
FULL = re.compile("disk is full|make room")
RIGHTS = re.compile("permission|read-only|writable")
UNCHANGED = re.compile("nothing was changed|as it was before")


def untrue(scene: Scene, fault: Fault, ended: Ended, folder: Folder, *, in_json: bool) -> Iterator[str]:
    """A sentence for each thing that is not as it must be."""
    held = folder.held()
    said = ended.out + ended.err
    if "Traceback" in said:
        yield "it broke off"
        return
    if ".backsplit-" in said:
        yield "it names a hidden file"
    if ended.code == -fault.number and fault.number == signal.SIGKILL:
        yield from _after_a_kill(scene, held)
        if scene.warm and folder.live(scene) not in (scene.before.file, scene.after.file):
            yield "half of it is there for others"
        return
    yield from _left_over(scene, fault, folder)
    is_certain = _code(ended, in_json=in_json) != "uncertain" and scene.name not in KEEPING_ANSWERS
    if folder.live(scene) != held.file and is_certain:
        yield "others see something else than the next who opens it"
    if ended.code == 0:
        yield from _when_done(scene, ended, held, in_json=in_json)
    elif fault.happens == Happens.SIGNAL:
        yield from _when_stopped(scene, fault, ended, held, in_json=in_json)
    else:
        yield from _when_failed(scene, fault, ended, held, in_json=in_json)


def _after_a_kill(scene: Scene, held: Held) -> Iterator[str]:
    if not _is_either(scene, held):
        yield "half of it is there"


def _is_either(scene: Scene, held: Held) -> bool:
    """Before or after; what is kept of the file may lie there too soon, and then the file may have gone already."""
    if held in (scene.before, scene.after):
        return True
    old, kept = scene.before, scene.after.kept
    return bool(kept) and held in (old._replace(kept=kept), old._replace(file=None, kept=kept))


def _is_as_before(scene: Scene, fault: Fault, held: Held) -> bool:
    """What was kept of the file lies there all the same where the disk lets no name be taken away any more.

    A command that only answers may have kept what it found.
    """
    if scene.name in KEEPING_ANSWERS:
        return held in (scene.before, scene.after)
    if fault.lasting and fault.kinds & Kind.NAME:
        return held in (scene.before, scene.before._replace(kept=scene.after.kept))
    return held == scene.before


def _left_over(scene: Scene, fault: Fault, folder: Folder) -> Iterator[str]:
    """What a command had made for a while, and did not take away. SQLite may leave what it keeps beside a file."""
    if fault.kinds & Kind.NAME:
        return
    there = set(folder.names())
    for name in there - set(scene.files):
        base = re.sub(f"({'|'.join(BESIDE)})$", "", name)
        if base.startswith(".backsplit-") or base not in there:
            yield f"{name} is left over"


def _when_done(scene: Scene, ended: Ended, held: Held, *, in_json: bool) -> Iterator[str]:
    if held != scene.after and not (scene.name in KEEPING_ANSWERS and held == scene.before):
        yield f"exit 0, but it is not done: {_where(scene, held)}"
    if timeless(ended.out) not in (scene.answers[in_json], _without_figures(scene.answers[in_json])):
        yield "exit 0, but the answer is another one"
    if timeless(ended.err) != scene.asides[in_json]:
        yield "exit 0, but it says something else beside the answer"


def _without_figures(answer: str) -> str:
    """The answer of a restore where the file that it replaced cannot be read a second time, to say what it had."""
    return re.sub(r"^it had .*\n", "", answer, flags=re.MULTILINE)


def _when_stopped(scene: Scene, fault: Fault, ended: Ended, held: Held, *, in_json: bool) -> Iterator[str]:
    code, word = STOPPED[signal.Signals(fault.number)]
    told = f"{word}; the file is as it was before"
    said = json.dumps({"error": {"code": "stopped", "message": told}}) if in_json else f"backsplit: {told}"
    if (ended.code, ended.err) != (code, f"{said}\n") or _answers(scene, ended, in_json=in_json):
        yield "it was stopped, and says something else"
    if held != scene.before and not (scene.name in KEEPING_ANSWERS and held == scene.after):
        yield f"it was stopped, but {_where(scene, held)}"


def _when_failed(scene: Scene, fault: Fault, ended: Ended, held: Held, *, in_json: bool) -> Iterator[str]:
    said, word = ended.err, _code(ended, in_json=in_json)
    if said.count("\n") != 1 or not (in_json or said.startswith("backsplit: ")):
        yield "it says more than one sentence, or none"
    if _answers(scene, ended, in_json=in_json):
        yield "it failed, and answers"
    if word == "uncertain":
        yield from _when_uncertain(scene, fault, ended, held)
        return
    if not _is_as_before(scene, fault, held):
        yield f"exit {ended.code}, but {_where(scene, held)}"
    is_about_other = bool(re.search(r"\w+\.(csv|html)", said))  # an input, or the file of an answer
    if ended.code != (5 if is_about_other else 4):
        yield f"exit {ended.code}"
    if word and word not in ({"bad-input", "output"} if is_about_other else _allowed(fault)):
        yield f"{word} where {errno.errorcode[fault.number]} was the reason"
    yield from _false_words(fault, said.replace('"read-only"', ""))


def _answers(scene: Scene, ended: Ended, *, in_json: bool) -> bool:
    """Whether something is answered. A list is printed as it is read, so it may have been begun."""
    only_answers = scene.before == scene.after or scene.name in KEEPING_ANSWERS
    is_begun = only_answers and scene.answers[in_json].startswith(timeless(ended.out))
    return bool(ended.out) and not is_begun


def _when_uncertain(scene: Scene, fault: Fault, ended: Ended, held: Held) -> Iterator[str]:
    if not _is_either(scene, held):
        yield "uncertain, and half of it is there"
    if not fault.lasting:
        yield "uncertain after a single fault"
    if UNCHANGED.search(ended.err):
        yield "uncertain, and certain"
    if ended.code != 4:
        yield f"uncertain with exit {ended.code}"


def _allowed(fault: Fault) -> set[str]:
    """What a failure may be called. Where the fault is over at a second look, that cannot say what the reason was."""
    codes = set(CODES[fault.number])
    if not fault.lasting and fault.kinds == Kind.OPEN:
        codes.add("read-only")
    if not fault.lasting and fault.number in NO_ROOM:
        codes.add("disk-error")
    return codes


def _false_words(fault: Fault, said: str) -> Iterator[str]:
    if "damaged" in said:
        yield "damaged, and it is sound"
    if RIGHTS.search(said) and fault.number != errno.EACCES:
        yield "permissions are not the reason"
    if FULL.search(said) and fault.number not in NO_ROOM:
        yield "a full disk is not the reason"


def _code(ended: Ended, *, in_json: bool) -> str:
    """The code word of a failure, or none; without JSON that of the one which nothing else says."""
    if not in_json:
        return "uncertain" if "nobody knows" in ended.err else ""
    with suppress(ValueError):
        return str(json.loads(ended.err)["error"]["code"])
    return ""


def _where(scene: Scene, held: Held) -> str:
    if held == scene.before:
        return "nothing is changed"
    if held == scene.after:
        return "all of it is there"
    parts = ("file", "copies", "kept")
    return "half of it is there: " + ", ".join(
        f"{part}: {'as before' if now == old else 'as after' if now == new else 'neither'}"
        for part, now, old, new in zip(parts, held, scene.before, scene.after, strict=True)
        if not now == old == new
    )
