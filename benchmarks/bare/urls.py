"""Two endpoints: submit, and look."""

from typing import Any

from django.db import transaction
from django.urls import path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.bare.celery import app
from benchmarks.bare.models import BareTask


@app.task(name="bare.noop")
def noop(task_id: str) -> None:
    """Do nothing, and say so in the row."""
    BareTask.objects.filter(id=task_id).update(status="running")
    BareTask.objects.filter(id=task_id).update(status="succeeded", result={"ok": True}, finished_at=timezone.now())


class Call(APIView):
    """One INSERT and one publish."""

    def post(self, request: Request) -> Response:
        """Take a call."""
        task = BareTask(payload=request.data)
        task.save(force_insert=True)
        transaction.on_commit(lambda: noop.delay(str(task.id)))
        return Response({"id": str(task.id)}, status=202)


class Look(APIView):
    """One SELECT."""

    def get(self, request: Request, task_id: str) -> Response:
        """Show the task."""
        row: Any = BareTask.objects.filter(id=task_id).values("status", "result").first()
        return Response(row)


urlpatterns = [path("call", Call.as_view()), path("call/<uuid:task_id>", Look.as_view())]
