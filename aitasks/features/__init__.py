"""The features that ship with this app, one declaration a file (P-2.2). Light on purpose: the web process imports them all."""

from aitasks.feature import Feature
from aitasks.features.chat import CHAT
from aitasks.features.embed import EMBED
from aitasks.features.extract import EXTRACT
from aitasks.features.imagine import IMAGINE
from aitasks.features.inspire import INSPIRE
from aitasks.features.tell import TELL
from aitasks.features.text2text import TEXT2TEXT
from aitasks.features.transform import TRANSFORM

FEATURES: tuple[Feature, ...] = (IMAGINE, INSPIRE, EXTRACT, TRANSFORM, TEXT2TEXT, TELL, EMBED, CHAT)
