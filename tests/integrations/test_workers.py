"""Workers that fork after their parent has used the client."""

from __future__ import annotations

import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from libraries import Unavailable, environment, interpreter
from openai_native.mock import MockServer

# What the package itself needs lies beside: the environment has none of it.
CELERY = ("celery==5.7.0", "pydantic>=2", "typing-extensions", "httpx2")

TASKS = """
    import asyncio, os
    from celery import Celery
    from openai_native import AsyncOpenAI, OpenAI

    app = Celery("tasks", broker="filesystem://", backend="file://results")
    folders = {name: "queue" for name in ("data_folder_in", "data_folder_out")}
    app.conf.broker_transport_options = {**folders, "control_folder": "control"}
    client, later = OpenAI(max_retries=0), AsyncOpenAI(max_retries=0)
    ASK = dict(model="gpt-4o", messages=[dict(role="user", content="hi")])

    def use():
        done = client.chat.completions.create(**ASK)
        asyncio.run(later.models.retrieve("gpt-4o"))
        return done.choices[0].message.content

    use()
    parent = os.getpid()  # of the worker; its pool is forked later

    @app.task
    def ask():
        slow = dict(ASK, model="mock-fault:delay=0.2")
        client.chat.completions.create(**slow)
        return [os.getpid() != parent, os.getpid(), use()]
"""
CALLER = """
    from tasks import ask
    if __name__ == "__main__":
        asked = [ask.delay() for _ in range(24)]
        answers = [one.get(timeout=60) for one in asked]
        assert all(forked for forked, _, _ in answers), answers
        assert {text.split(":")[0] for _, _, text in answers} == {"You said"}, answers
        print(len({process for _, process, _ in answers}))
"""


def test_celery(tmp_path: Path) -> None:
    try:
        python = interpreter("celery", CELERY)
    except Unavailable as reason:
        pytest.skip(f"celery cannot be had: {reason}")
    for folder in ("queue", "control", "results"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tasks.py").write_text(dedent(TASKS))
    (tmp_path / "caller.py").write_text(dedent(CALLER))
    with MockServer() as api:
        given = environment(api.base_url)
        command = ("-m", "celery", "-A", "tasks", "worker", "-P", "prefork", "-c", "4")
        with (tmp_path / "log").open("wb") as log:
            worker = subprocess.Popen(
                [python, *command], cwd=tmp_path, env=given, stdout=log, stderr=log
            )
            try:
                done = subprocess.run(
                    [python, "caller.py"],
                    cwd=tmp_path,
                    env=given,
                    capture_output=True,
                    text=True,
                    timeout=120,
                    check=False,
                )
            finally:
                worker.terminate()  # it finishes what it is at
                status = worker.wait(60)
    told = (tmp_path / "log").read_text()
    assert done.returncode == 0 and int(done.stdout) >= 2, done.stderr + told
    assert status == 0 and "Traceback" not in told and "Exception" not in told, told
