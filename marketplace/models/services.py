"""Services, their tokens, their methods, and the rules of a method's payload. Staff write these rows, through services of this app."""

from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import Q

from common import clock
from marketplace.states import DataType, ExtraType, FieldType, Place, StoragePlace

CODE = RegexValidator(r"\A[A-Z][A-Z0-9]{0,9}\Z", "Must be capital letters and digits, such as AC.")
FIELD_NAME = RegexValidator(r"\A[A-Za-z_][A-Za-z0-9_]{0,59}\Z", "Must be a name such as prompt or image_url.")
URL_CHARACTERS_MAX = 2_000


class Service(models.Model):
    """An AI service that a marketplace calls (M). One of them may be the default, which answers at ``/call``, ``/result``, ``/stats``.

    ``slug`` is written once: accounts of the marketplace's users and addresses carry it. ``publisher_key_sealed`` is what opens the
    marketplace's storage (M-6.1). A service that is switched off answers as if it were not there; what it has accepted goes on.
    ``version`` grows with every change of the service, its token, its methods and their fields: who has read them knows them by it.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, help_text="As replies carry it, such as AudioCraft.")
    code = models.CharField(max_length=10, validators=[CODE], help_text="What error codes begin with: AC gives AC_001.")
    api_version = models.CharField(max_length=20, default="1.0.0")
    callback_url = models.CharField(
        max_length=URL_CHARACTERS_MAX, blank=True, default="", help_text="Where results are pushed to. Empty: they wait at /result."
    )
    storage = models.CharField(
        max_length=12, choices=[(place.value, place.value) for place in StoragePlace], default=StoragePlace.PLATFORM.value
    )
    storage_url = models.CharField(
        max_length=URL_CHARACTERS_MAX,
        blank=True,
        default="",
        help_text="The marketplace's address for storage; /api/v1/ai-resource/… follows it.",
    )
    publisher_key_sealed = models.TextField(blank=True, default="", editable=False, validators=[MaxLengthValidator(2_000)])
    user_credits = models.PositiveBigIntegerField(default=1_000_000, help_text="Credits that each user is granted at the first call.")
    is_default = models.BooleanField(default=False, help_text="Answers at /call, /result and /stats too.")
    is_on = models.BooleanField(default=True)
    version = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """One service is the default."""

        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="service_one_default"),
            models.CheckConstraint(
                condition=~Q(storage=StoragePlace.MARKETPLACE.value) | (~Q(storage_url="") & ~Q(publisher_key_sealed="")),
                name="service_storage_has_address_and_key",
            ),
        ]

    def __str__(self) -> str:
        """Return name and code."""
        return f"{self.name} ({self.code})"


class Token(models.Model):
    """A token by which a marketplace calls a service. Calls are checked against ``digest``, a SHA-256 of a long random text.

    ``sealed`` is the token itself, sealed, because callbacks carry it back as it came (M-3.1); it is emptied once the token is retired
    and nothing is left to be delivered with it. One token of a service is in use.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64)
    sealed = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The one in use is found by index."""

        constraints = [models.UniqueConstraint(fields=["service"], condition=Q(retired_at__isnull=True), name="token_one_in_use")]

    def __str__(self) -> str:
        """Return since when it is there, and nothing of the token."""
        return f"since {self.created_at:%Y-%m-%d %H:%M}"


class Method(models.Model):
    """What a service can be asked to do: a feature, what of its call is always the same, and what comes from the payload (its fields).

    ``fixed`` is the part of the feature's call that is always the same, as the platform contract writes it (P-2.1). Empty ``roles`` and
    ``users`` mean everybody.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="methods", db_index=False)
    name = models.CharField(max_length=60, validators=[FIELD_NAME])
    feature = models.CharField(max_length=60)
    target = models.CharField(max_length=60)
    fixed = models.JSONField(blank=True, default=dict, help_text='The call\'s parts that never change: {"prompts": {"negative": "drums"}}.')
    extra_type = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ExtraType], default=ExtraType.OTHERS.value)
    data_type = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in DataType], default=DataType.META_DATA.value)
    roles = models.JSONField(blank=True, default=list, help_text='Who may use it, such as ["admin", "publisher"]. Empty: every role.')
    users = models.JSONField(blank=True, default=list, help_text="The marketplace's ids of those who may use it. Empty: everybody.")
    is_on = models.BooleanField(default=True)

    class Meta:
        """A service has one method of a name."""

        constraints = [models.UniqueConstraint(fields=["service", "name"], name="method_name_unique")]
        ordering = ["name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class PayloadField(models.Model):
    """One field of a method's payload: where it goes, and what it may hold.

    ``minimum`` and ``maximum`` bound a number, or a text's length in characters. Above ``maximum`` is "more than the service allows"
    (XXX_401) where ``is_allowance`` says so, and a wrong value (XXX_400) otherwise.
    """

    method = models.ForeignKey(Method, on_delete=models.CASCADE, related_name="fields", db_index=False)
    name = models.CharField(max_length=60, validators=[FIELD_NAME])
    type = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in FieldType], default=FieldType.TEXT.value)
    place = models.CharField(max_length=12, choices=[(place.value, place.value) for place in Place], default=Place.PROMPT.value)
    parameter = models.CharField(max_length=60, blank=True, default="", help_text="The feature's parameter, where the place is one.")
    is_required = models.BooleanField(default=True)
    minimum = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    is_allowance = models.BooleanField(default=True, help_text="More than the maximum answers XXX_401 instead of XXX_400.")
    choices = models.JSONField(blank=True, default=list, help_text='The values it may have, such as ["low", "high"]. Empty: any.')

    class Meta:
        """A payload has one field of a name, and one for each place."""

        constraints = [
            models.UniqueConstraint(fields=["method", "name"], name="payload_field_name_unique"),
            models.UniqueConstraint(fields=["method", "place", "parameter"], name="payload_field_place_unique"),
            models.CheckConstraint(condition=Q(place=Place.PARAMETER.value) ^ Q(parameter=""), name="payload_field_parameter_named"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name
