# ruff: noqa: UP031, RUF005, PT018
# Run by path under the user's interpreter. Old syntax on purpose: an interpreter that is
# too old for the rest must still be able to say so.
import json
import os
import sys

OLDEST = (3, 9)


def main():
    # type: () -> None
    folder = os.path.dirname(os.path.abspath(__file__))
    # The script's own folder must not hide the user's modules of the same names.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != folder]
    if sys.version_info < OLDEST:
        version = "%d.%d" % sys.version_info[:2]
        message = "it is Python %s; converting needs Python %d.%d or newer" % ((version,) + OLDEST)
        os.write(int(sys.argv[2]), (json.dumps({"event": "unfit", "message": message}) + "\n").encode())
        return
    import importlib.util

    name = "_coreml_preflight_worker"
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)
    mode = importlib.import_module(name + "." + sys.argv[1])
    mode.main(int(sys.argv[2]))


main()
