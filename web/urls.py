"""The pages' paths. The ones that only scripts ask are below ``session/`` and ``playground/``."""

from django.urls import path

from web.views import account, apps, billing, entrance, places, preferences, quoting, recovery, usage, webhooks

app_name = "web"
urlpatterns = [
    path("", places.home, name="home"),
    path("sign-up", entrance.sign_up, name="sign-up"),
    path("sign-in", entrance.sign_in, name="sign-in"),
    path("sign-out", entrance.sign_out, name="sign-out"),
    path("session/token", entrance.session_token, name="session-token"),
    path("playground", places.playground, name="playground"),
    path("playground/quote/<slug:feature_name>", quoting.quote, name="quote"),
    path("chat", places.chat_page, name="chat"),
    path("chat/names", quoting.chat_names, name="chat-names"),
    path("credits", places.credits_page, name="credits"),
    path("billing", billing.billing_page, name="billing"),
    path("billing/plan", billing.choose_plan, name="billing-plan"),
    path("billing/pack", billing.buy_pack, name="billing-pack"),
    path("billing/cancel", billing.cancel, name="billing-cancel"),
    path("billing/resume", billing.resume, name="billing-resume"),
    path("billing/portal", billing.portal, name="billing-portal"),
    path("billing/left", billing.left_checkout, name="billing-left"),
    path("keys", places.keys_page, name="keys"),
    path("keys/<uuid:key_id>/revoke", places.revoke_key, name="revoke-key"),
    path("apps", apps.apps_page, name="apps"),
    path("apps/<slug:slug>/enable", apps.enable_app, name="enable-app"),
    path("apps/<slug:slug>/disable", apps.disable_app, name="disable-app"),
    path("usage", usage.usage_page, name="usage"),
    path("webhooks", webhooks.webhooks_page, name="webhooks"),
    path("webhooks/secret", webhooks.rotate_secret, name="rotate-secret"),
    path("webhooks/deliveries/<uuid:delivery_id>/redeliver", webhooks.redeliver, name="redeliver"),
    path("settings", preferences.settings_page, name="settings"),
    path("forgotten-password", recovery.forgotten_password, name="forgotten-password"),
    path("forgotten-password/sent", recovery.forgotten_sent, name="forgotten-sent"),
    path("reset-password", recovery.reset_password, name="reset-password"),
    path("verify", recovery.verify, name="verify"),
    path("account", account.account, name="account"),
    path("account/names", account.change_names, name="change-names"),
    path("account/password", account.change_password, name="change-password"),
    path("account/verification", account.send_verification, name="send-verification"),
    path("account/sessions/<uuid:session_id>/end", account.end_session, name="end-session"),
    path("account/sessions/end-others", account.end_other_sessions, name="end-other-sessions"),
]
