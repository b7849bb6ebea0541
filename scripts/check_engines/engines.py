"""The engines: for each its packages, how it starts on loopback, how a job runs, and which process is a worker."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import Callable


class Cluster:
    """The processes of an engine, in a group each, and the environment of them all."""

    def __init__(self, folder, scratch, delay):
        self.folder, self.scratch, self.processes, self.pinned = pathlib.Path(folder), scratch, [], False
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "RAY_", "SPARK_"))}
        self.env = {**keep, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "STARCITE_DELAY": str(delay)}

    @property
    def python(self):
        return self.folder / "bin/python"

    def spawn_worker(self, number, *command):
        """Starts a worker; where `pinned` is set, on a core of its own."""
        return self.spawn(*(["taskset", "--cpu-list", str(number - 1)] if self.pinned else []), *command)

    def spawn(self, *command):
        log = open(self.scratch / f"process-{len(self.processes)}.log", "w", encoding="utf-8")
        process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, env=self.env, cwd=self.scratch, start_new_session=True)
        self.processes.append(process)
        return process

    def wait_for(self, ready, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := ready():
                return found
            time.sleep(0.1)
        raise OSError(f"the engine does not start: see {self.scratch}")

    def says(self, number, words):
        return lambda: words in (self.scratch / f"process-{number}.log").read_text(encoding="utf-8", errors="replace")

    def stop(self):
        for process in reversed(self.processes):
            for pid in [*descendants(process.pid), process.pid]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.wait()


@dataclass(frozen=True)
class Engine:
    """An engine."""

    name: str
    packages: list
    start: Callable
    command: Callable
    # Returns the process id of a worker when the job is in its middle; None if it has no workers of its own.
    victims: Callable | None = None
    # Seconds by which each batch is slower where a worker is killed.
    delay: float = 0.5
    writes_a_file: bool = False
    # Daft 0.7 races with the end of Python, after the file is written, whatever function it runs.
    may_crash_at_exit: bool = False


def commands():
    """Yields the process id, its parent's and the command line of every process."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        yield int(folder.name), parent, line


def descendants(pid):
    children = {}
    for child, parent, _ in commands():
        children.setdefault(parent, []).append(child)
    found, waiting = [], [pid]
    while waiting:
        more = children.get(waiting.pop(), [])
        found += more
        waiting += more
    return found


def until(process, ready, seconds=120):
    """Waits for `ready` while the job runs; returns what it returned."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        if found := ready():
            return found
        time.sleep(0.05)
    return None


def no_start(_):
    pass


def plain(running, script, parts, out):
    return [running.python, "-P", script, f"{parts}/*.parquet", out]


# Spark: one master, two workers of a core each
SPARK = "spark://127.0.0.1:17077"


def start_spark(running):
    java = shutil.which("java")
    if not java:
        raise OSError("Spark needs Java: apt-get install default-jre-headless")
    running.env |= {
        "JAVA_HOME": str(pathlib.Path(java).resolve().parent.parent),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": str(running.python),
    }
    spark = running.folder / "bin/spark-class"
    running.spawn(spark, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "17077", "--webui-port", "18080")
    running.wait_for(running.says(0, "Starting Spark master"))
    for worker in (1, 2):
        work = running.scratch / f"work-{worker}"
        options = ["--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--work-dir", work, "--webui-port", "0", SPARK]
        running.spawn_worker(worker, spark, "org.apache.spark.deploy.worker.Worker", *options)
    for worker in (1, 2):
        running.wait_for(running.says(worker, "Successfully registered with master"))


def spark_job(running, script, parts, out):
    # Without these eight small files are two tasks.
    small = ["spark.sql.files.maxPartitionBytes=3m", "spark.sql.files.openCostInBytes=1k", "spark.ui.enabled=false"]
    options = [part for option in small for part in ("--conf", option)]
    memory = ["--executor-memory", "512m", "--driver-memory", "512m"]
    return [running.folder / "bin/spark-submit", "--master", SPARK, *memory, *options, script, f"{parts}/*.parquet", out]


def spark_executor(_, process, log):
    executors = lambda: [pid for pid, _, line in commands() if "CoarseGrainedExecutorBackend" in line and "java" in line]
    return until(process, lambda: log().count("Finished task") >= 2 and max(executors(), default=None))


# Sail: Spark's API without Java, in one process
def start_sail(running):
    running.env["SAIL_MODE"] = "local-cluster"
    running.spawn(running.folder / "bin/sail", "spark", "server", "--ip", "127.0.0.1", "--port", "15051")
    running.wait_for(lambda: listens(15051))


def sail_job(running, script, parts, out):
    return [running.python, script, "sc://127.0.0.1:15051", f"{parts}/*.parquet", out]


def listens(port):
    import socket

    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


# Ray: a head and a second node, of a core each
def start_ray(running):
    running.env |= {
        "RAY_ADDRESS": "127.0.0.1:6390",
        "RAY_AUTH_MODE": "disabled",
        "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
        "RAY_kill_idle_workers_interval_ms": "0",  # otherwise processes end and start between jobs, at the jobs' expense
    }
    common = ["--node-ip-address=127.0.0.1", "--num-cpus=1", "--object-store-memory=1000000000", "--disable-usage-stats", "--block"]
    ray = [running.python, "-m", "ray.scripts.scripts", "start"]
    running.spawn_worker(1, *ray, "--head", "--port=6390", "--include-dashboard=false", *common)
    running.wait_for(running.says(0, "Ray runtime started"))
    running.spawn_worker(2, *ray, "--address=127.0.0.1:6390", *common)
    running.wait_for(running.says(1, "Ray runtime started"))


def raylets(running, number):
    inside = set(descendants(running.processes[number].pid))
    return [pid for pid, _, line in commands() if pid in inside and re.search(r"/raylet/raylet ", line)]


def ray_job(running, script, parts, out):
    return [running.python, "-P", script, parts, out]


def ray_node(running, process, log):
    # Not while the footers of the files are read, by an actor that Ray does not start again.
    def works():
        inside = set(descendants(running.processes[1].pid))
        return any(pid in inside and re.match(r"ray::.*(Read|Map)", line) and "FooterReader" not in line for pid, _, line in commands())

    return raylets(running, 1)[0] if until(process, works) else None


# Dask: a scheduler and two workers
def start_dask(running):
    running.spawn(running.folder / "bin/dask", "scheduler", "--host", "127.0.0.1", "--port", "18786", "--no-dashboard")
    running.wait_for(lambda: listens(18786))
    for _ in (1, 2):
        running.spawn(running.folder / "bin/dask", "worker", "tcp://127.0.0.1:18786", "--nthreads", "1", "--memory-limit", "1GB", "--nanny", "--no-dashboard")
    for worker in (1, 2):
        running.wait_for(running.says(worker, "Registered to"))


def dask_job(running, script, parts, out):
    return [running.python, "-P", script, "tcp://127.0.0.1:18786", f"{parts}/*.parquet", out]


def dask_worker(running, process, log):
    out = running.scratch / "extracted"
    if not until(process, lambda: any(out.rglob("*.parquet"))):
        return None
    children = [pid for pid, _, line in commands() if pid in descendants(running.processes[1].pid) and "spawn_main" in line]
    return children[0] if children else None


ENGINES = {
    engine.name: engine
    for engine in [
        Engine("polars", ["polars==2.1.0"], no_start, plain, writes_a_file=True),
        Engine("duckdb", ["duckdb==2.0.1"], no_start, plain, writes_a_file=True),
        Engine("sail", ["pysail==0.7.2", "pyspark-client==4.2.0", "pyarrow", "pandas<3"], start_sail, sail_job),
        Engine("daft", ["daft==0.7.26", "pyarrow"], no_start, plain, may_crash_at_exit=True),
        Engine("dask", ["dask[dataframe,distributed]==2026.8.0", "pyarrow"], start_dask, dask_job, dask_worker),
        Engine("ray", ["ray[data]==2.60.0"], start_ray, ray_job, ray_node),
        Engine("spark", ["pyspark==4.3.0", "pyarrow", "pandas<3"], start_spark, spark_job, spark_executor),
    ]
}
