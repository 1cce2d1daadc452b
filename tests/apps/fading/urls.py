"""The product's URL map with two more endpoints."""

from django.urls import path

from config import urls
from tests.apps.fading.api import FadingGreetings, Greetings

urlpatterns = [
    path("api/v1/fading/<str:name>", FadingGreetings.as_view()),
    path("api/v1/greetings/<str:name>", Greetings.as_view()),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
