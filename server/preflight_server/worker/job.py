"""One conversion, stage by stage: load, trace, convert, save."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Any

from . import converting, loading, saving, tracing
from .capture import flush_output, silenced_output
from .failures import Refused, StageFailed
from .inputs import Examples, examples
from .problems import Problems
from .protocol import Channel
from .sources import Place, Project
from .tags import Sources


class Job:
    """Carries out a request (see ``conversion.session``) and keeps what is to be reported of it."""

    def __init__(self, request: dict[str, Any], channel: Channel) -> None:
        self._request = request
        self._channel = channel
        self._problems = Problems()
        self._stage = "load"
        self._result: dict[str, Any] = {"frontend": None, "seconds": {}}

    def run(self) -> dict[str, Any]:
        """The result; ``outcome`` is "refused" where the request itself is at fault."""
        try:
            self._ladder()
            outcome = "converted"
        except StageFailed:
            outcome = f"{self._stage}-failed"
        except Refused as refused:
            outcome = "refused"
            self._result["message"] = str(refused)
            self._result["question"] = refused.question
        flush_output()
        return {**self._result, "outcome": outcome, "problems": self._problems.as_list()}

    def _ladder(self) -> None:
        request = self._request
        import torch

        # The same weights and example values whenever a model is converted again.
        torch.manual_seed(0)
        project = Project(request["path"])
        with self._timed("load"):
            loaded = loading.load(request["path"], request["expression"], project, self._problems)
            self._channel.send("loaded", kind=loaded.kind)
            self._check_output(loaded.kind)
        if loaded.kind == loading.BUILDER:
            model = loaded.value.spec
            self._result["layers"] = converting.layers(model)
        elif loaded.kind == loading.PROGRAM:
            with self._timed("convert"):
                model = converting.convert_program(loaded.value, loaded.place, self._problems, self._report)
        else:
            model = self._torch(loaded, project)
        with self._timed("save"):
            self._save(model, loaded.kind)

    def _check_output(self, kind: str) -> None:
        suffix = ".mlmodel" if kind == loading.BUILDER else ".mlpackage"
        output = self._request["output"]
        if output is not None and not output.endswith(suffix):
            what = "a NeuralNetworkBuilder is" if kind == loading.BUILDER else "an ML program is"
            name = os.path.basename(output)
            raise Refused(f"{what} saved as {suffix}: -o {os.path.splitext(name)[0]}{suffix}, not {name}")

    def _torch(self, loaded: loading.Loaded, project: Project) -> Any:
        if loaded.kind == loading.EXPORTED:
            self._result["frontend"] = "export"
            with self._timed("convert"):
                nothing = Examples((), (), None)
                return self._convert(loaded.value, nothing, None, project, loaded.place, self._problems)
        given = examples(loaded.value, self._request["target"], self._request["inputs"])
        tracing.into_eval(loaded.value, loaded.made_here, loaded.place, self._problems)
        frontend = self._request["frontend"]
        if _is_traced(loaded.value):
            frontend = "trace"
        if frontend != "auto":
            return self._by(frontend, loaded, given, project, self._problems)
        try:
            return self._by("trace", loaded, given, project, self._problems)
        except StageFailed:
            if self._stage == "trace" and not tracing.runs_at_all(loaded.value, given):
                raise
            with silenced_output():
                model = self._by_export_instead(loaded, given, project)
            if model is None:
                raise
            return model

    def _by(
        self,
        frontend: str,
        loaded: loading.Loaded,
        given: Examples,
        project: Project,
        problems: Problems,
    ) -> Any:
        module = loaded.value
        self._result["frontend"] = frontend
        with self._timed("trace"):
            sources = None
            if _is_traced(module):
                graph = module
            elif frontend == "trace":
                graph = tracing.trace(module, given, project, loaded.place, problems)
                sources = Sources(module, given)
            else:
                graph = tracing.export(module, given, project, loaded.place, problems)
            self._result["torch_ops"] = converting.torch_ops(graph)
        with self._timed("convert"):
            return self._convert(graph, given, sources, project, loaded.place, problems)

    def _by_export_instead(self, loaded: loading.Loaded, given: Examples, project: Project) -> Any | None:
        """Where the traced graph can't be converted, the exported one sometimes can; None if not."""
        kept = dict(self._result, seconds=dict(self._result["seconds"])), self._stage
        reasons = [found["message"] for found in self._problems.as_list() if found["severity"] == "error"]
        try:
            model = self._by("export", loaded, given, project, Problems())
        except (StageFailed, Refused):
            spent = self._result["seconds"]
            self._result, self._stage = kept
            self._result["seconds"] = spent
            return None
        # The obstacles and frozen values were those of the trace.
        self._problems.drop(lambda found: found["stage"] in ("trace", "convert") and found["op"] is not None)
        self._problems.drop(lambda found: found["stage"] == "trace" and found["severity"] != "info")
        self._problems.drop(lambda found: found["severity"] == "error")
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        self._problems.add(
            "info",
            "convert",
            f"exported with torch.export, for the traced graph can't be converted: {reasons[0]}{more}",
        )
        return model

    def _convert(
        self,
        graph: Any,
        given: Examples,
        sources: Sources | None,
        project: Project,
        fallback: Place | None,
        problems: Problems,
    ) -> Any:
        return converting.convert_torch(
            graph, given.inputs, sources, project, fallback, problems, self._report
        )

    def _save(self, model: Any, kind: str) -> None:
        suffix = ".mlmodel" if kind == loading.BUILDER else ".mlpackage"
        path = self._request["staging"] + suffix
        spec = model if kind == loading.BUILDER else model.get_spec()
        shapes = {} if kind == loading.BUILDER else saving.output_shapes(model)
        self._result["mil_ops"] = {} if kind == loading.BUILDER else converting.mil_ops(model)
        self._result["inputs"] = saving.features(spec.description.input, {})
        self._result["outputs"] = saving.features(spec.description.output, shapes)
        self._result["size"] = saving.save(model, path, self._problems)
        self._result["saved"] = path

    def _report(self, fraction: float, message: str) -> None:
        self._channel.send("progress", stage=self._stage, fraction=fraction, message=message)

    @contextlib.contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        self._stage = stage
        self._channel.send("stage", stage=stage)
        started = time.perf_counter()
        try:
            yield
        finally:
            seconds = self._result["seconds"]
            seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - started


def _is_traced(module: Any) -> bool:
    import torch

    return isinstance(module, torch.jit.ScriptModule)
