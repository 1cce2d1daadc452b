"""The map of every door.

Each contract's list ends in a catch-all, so that unknown paths speak its language too; the longest prefix comes first. Pages come last.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from accounts.api import administration as accounts_administration
from accounts.api import gateway as accounts_gateway
from accounts.api import platform as accounts_platform
from aitasks.api import administration as aitasks_administration
from aitasks.api import platform as aitasks_platform
from billing.api import gateway as billing_gateway
from billing.api import platform as billing_platform
from chat.api import gateway as chat_gateway
from common.contracts.exchange import EXCHANGE
from common.contracts.gateway import GATEWAY
from common.contracts.marketplace import MARKETPLACE
from common.contracts.openai import OPENAI
from common.contracts.platform import PLATFORM
from common.contracts.views import UnknownPath
from common.storage.views import receive_file, serve_file
from config import desk, health, pages
from marketplace.api import exchange, marketplace
from metrics.api import administration as metrics_administration
from metrics.api import platform as metrics_platform
from tasks.api import platform as tasks_platform
from tasks.api import webhooks as tasks_webhooks


def unknown(dialect: Any) -> Any:
    """Return the catch-all view of a contract."""
    view: Any = type(f"Unknown{dialect.name.title()}Path", (UnknownPath,), {"dialect": dialect})
    return view.as_view()


GATEWAY_URLS = [
    path("auth/register", accounts_gateway.Register.as_view()),
    path("auth/login", accounts_gateway.Login.as_view()),
    path("auth/refresh", accounts_gateway.Refresh.as_view()),
    path("auth/logout", accounts_gateway.Logout.as_view()),
    path("auth/password", accounts_gateway.Password.as_view()),
    path("auth/password/reset", accounts_gateway.PasswordReset.as_view()),
    path("auth/password/reset/confirm", accounts_gateway.PasswordResetConfirm.as_view()),
    path("auth/verify", accounts_gateway.Verify.as_view()),
    path("auth/verify/resend", accounts_gateway.VerifyResend.as_view()),
    path("users/me", accounts_gateway.Me.as_view()),
    path("subscriptions/status", billing_gateway.Status.as_view()),
    path("subscriptions/upgrade", billing_gateway.Upgrade.as_view()),
    path("subscriptions/webhook", billing_gateway.Webhook.as_view()),
    path("subscriptions/cancel", billing_gateway.Cancel.as_view()),
    path("subscriptions/portal", billing_gateway.Portal.as_view()),
    path("subscriptions/credits", billing_gateway.Packs.as_view()),
    path("chat/init", chat_gateway.Init.as_view()),
    path("chat/sessions", chat_gateway.Sessions.as_view()),
    path("chat/<str:thread_id>", chat_gateway.OneSession.as_view()),
    path("chat/<str:thread_id>/messages", chat_gateway.Messages.as_view()),
    path("chat/<str:thread_id>/messages/<uuid:message_id>", chat_gateway.OneMessage.as_view()),
    path("chat/<str:thread_id>/messages/<uuid:message_id>/events", chat_gateway.Events.as_view()),
    re_path(r"", unknown(GATEWAY)),
]
USER_URLS = [
    path("profile", accounts_platform.Profile.as_view()),
    path("settings", accounts_platform.Settings.as_view()),
    path("settings/app/<slug:app_id>", accounts_platform.AppSettings.as_view()),
    path("settings/app/<slug:app_id>/<str:key>", accounts_platform.OneAppSetting.as_view()),
    path("plans", billing_platform.Plans.as_view()),
    path("usage", metrics_platform.Usage.as_view()),
    path("credits", billing_platform.Credits.as_view()),
    path("keys", accounts_platform.Keys.as_view()),
    path("keys/<uuid:key_id>", accounts_platform.Key.as_view()),
    path("files", tasks_platform.Files.as_view()),
    path("files/<uuid:file_id>", tasks_platform.OneFile.as_view()),
    path("webhook-secret", tasks_webhooks.Secret.as_view()),
    path("webhook-deliveries", tasks_webhooks.Deliveries.as_view()),
    path("webhook-deliveries/<uuid:delivery_id>", tasks_webhooks.OneDelivery.as_view()),
    path("webhook-deliveries/<uuid:delivery_id>/redeliver", tasks_webhooks.Redelivery.as_view()),
    re_path(r"", unknown(PLATFORM)),
]
ADMINISTRATION_URLS = [
    path("users", accounts_administration.Users.as_view()),
    path("users/<uuid:user_id>", accounts_administration.OneUser.as_view()),
    path("users/<uuid:user_id>/disable", accounts_administration.DisableUser.as_view()),
    path("users/<uuid:user_id>/enable", accounts_administration.EnableUser.as_view()),
    path("audit", accounts_administration.Audit.as_view()),
    path("pricing", aitasks_administration.Pricing.as_view()),
    path("providers", aitasks_administration.Providers.as_view()),
    path("tasks", aitasks_administration.Tasks.as_view()),
    path("tasks/<uuid:task_id>", aitasks_administration.OneTask.as_view()),
    path("tasks/<uuid:task_id>/cancel", aitasks_administration.CancelTask.as_view()),
    path("tasks/<uuid:task_id>/retry", aitasks_administration.RetryTask.as_view()),
    path("usage", metrics_administration.Usage.as_view()),
    re_path(r"", unknown(PLATFORM)),
]
AI_URLS = [*(path(route, view) for route, view in aitasks_platform.routes()), re_path(r"", unknown(PLATFORM))]
SERVICE_URLS = [
    path("call", marketplace.Call.as_view()),
    path("result", marketplace.Result.as_view()),
    path("stats", marketplace.Stats.as_view()),
]

# What services of others call (M-9). Their prefixes lie within another contract's.
EXCHANGE_URLS = [
    path("ai-connection/callback", exchange.Callback.as_view()),
    path("ai-resource/presigned-upload", exchange.PresignedUpload.as_view()),
    path("ai-resource/presigned-download", exchange.PresignedDownload.as_view()),
    path("ai-resource/delete", exchange.Delete.as_view()),
    re_path(r"^ai-(connection|resource)(/|$)", unknown(EXCHANGE)),
]

urlpatterns = [
    path("api/v1/", include(EXCHANGE_URLS)),
    path("api/v1/", include(GATEWAY_URLS)),
    path("api/user/", include(USER_URLS)),
    path("api/admin/", include(ADMINISTRATION_URLS)),
    path("api/apps", accounts_platform.Apps.as_view()),
    path("api/apps/<slug:app_id>/enabled", accounts_platform.AppEnabled.as_view()),
    path("api/ai", aitasks_platform.Catalogue.as_view()),
    path("api/ai/", include(AI_URLS)),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api-docs", SpectacularSwaggerView.as_view(url_name="schema"), name="api-docs"),
    re_path(r"^api/v1$", unknown(GATEWAY)),
    re_path(r"^api(/|$)", unknown(PLATFORM)),
    re_path(r"^v1(/|$)", unknown(OPENAI)),
    path("", include(SERVICE_URLS)),
    path("services/<slug:slug>/", include(SERVICE_URLS)),
    re_path(r"^(call|result|stats)/$", unknown(MARKETPLACE)),
    re_path(r"^services(/|$)", unknown(MARKETPLACE)),
    path("files/<str:token>", serve_file),
    path("uploads/<str:token>", receive_file),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path(settings.ADMIN_PATH, admin.site.admin_view(desk.front)),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("", include("web.urls")),
]

handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.server_error
