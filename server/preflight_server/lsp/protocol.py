"""The JSON-RPC layer of pygls, made to answer whatever a client sends.

pygls drops a message that it can't read, so the client waits for ever; here it gets an error reply.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest, JsonRpcParseError
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.workspace import Workspace

from .documents import Documents

if TYPE_CHECKING:
    from pygls.protocol.json_rpc import MessageCallback, MessageHandler, MsgId

#: The token under which the client wants to see the progress of the command that runs in this context.
client_progress_token: ContextVar[types.ProgressToken | None] = ContextVar("progress_token", default=None)


class PreflightProtocol(LanguageServerProtocol):
    def structure_message(self, data: Any) -> Any:
        # Called by json.loads for every object at any depth: only whole messages are structured, below.
        return data

    def handle_message(self, message: Any) -> None:
        msg_id = message.get("id") if isinstance(message, dict) else None
        try:
            if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
                raise JsonRpcInvalidRequest('a message must be an object with "jsonrpc": "2.0"')
            if not message.keys() & {"method", "result", "error"}:
                raise JsonRpcInvalidRequest("a request must have a method")
            if self._shutdown and msg_id is not None and "method" in message:
                raise JsonRpcInvalidRequest("the server is shut down")
            structured = super().structure_message(message)
        except JsonRpcException as error:
            self._refuse(message, msg_id, error)
        else:
            super().handle_message(structured)

    def _refuse(self, message: Any, msg_id: Any, error: JsonRpcException) -> None:
        if isinstance(message, dict) and "method" not in message and msg_id in self._request_futures:
            # An unreadable answer to our own request: whoever awaits it must not wait for ever.
            self._request_futures.pop(msg_id).set_exception(error)
        elif not isinstance(message, dict) or "method" not in message or msg_id is not None:
            self._send_data(types.ResponseErrorMessage(id=msg_id, error=error.to_response_error()))

    def refuse_unparsed(self, error: Exception) -> None:
        """Answer something that isn't JSON."""
        refusal = JsonRpcParseError(f"not a JSON message: {error}")
        self._send_data(types.ResponseErrorMessage(error=refusal.to_response_error()))

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        if self._workspace is not None:
            raise JsonRpcInvalidRequest("the server is initialized already")
        result = yield from super().lsp_initialize(params)
        result.capabilities.diagnostic_provider = _advertised_pull(params.capabilities, result.capabilities)
        return result

    @property
    def _workspace(self) -> Workspace | None:
        return self._documents

    @_workspace.setter
    def _workspace(self, workspace: Workspace | None) -> None:
        # pygls makes its own kind of workspace while it initializes.
        self._documents = workspace and Documents(
            workspace.root_uri,
            workspace_folders=list(workspace.folders.values()),
            position_encoding=workspace.position_encoding,
        )

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Generator[Any, Any, Any]:
        client_progress_token.set(params.work_done_token)
        return (yield from super().lsp_workspace__execute_command(params))

    def _execute_handler(
        self,
        msg_id: MsgId,
        handler: MessageHandler,
        callback: MessageCallback,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        def done(future: Future[Any]) -> None:
            # pygls would keep the future of every notification for ever.
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        # pygls would walk over the very dictionary that cancelling shrinks.
        for msg_id, future in list(self._request_futures.items()):
            if msg_id != self.msg_id:
                future.cancel()
        yield from super().lsp_shutdown(*args)

    def on_cancel(self, callback: Callable[[], object]) -> None:
        """Call ``callback`` if the client cancels the request that is being answered in this context."""
        future = self._request_futures.get(self.msg_id) if self.msg_id is not None else None
        if future is not None:
            future.add_done_callback(lambda done: callback() if done.cancelled() else None)


def _advertised_pull(client: types.ClientCapabilities, server: types.ServerCapabilities) -> Any:
    """Pull is offered only to clients that don't take pushed diagnostics as well.

    Findings are pushed anyway, also those of a conversion that just ended; an editor that also pulled
    would show each of them twice. Requests are answered in either case.
    """
    document = client.text_document
    both = document is not None and document.diagnostic and document.publish_diagnostics
    return None if both else server.diagnostic_provider
