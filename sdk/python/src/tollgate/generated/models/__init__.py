"""Contains all the data models used in inputs/outputs"""

from .catalogue import Catalogue
from .chat_message import ChatMessage
from .chat_messages import ChatMessages
from .chat_messages_events_retrieve_response_200 import (
    ChatMessagesEventsRetrieveResponse200,
)
from .chat_session import ChatSession
from .checkout import Checkout
from .confirm_request import ConfirmRequest
from .created_key import CreatedKey
from .credits_ import Credits
from .data import Data
from .extract_call import ExtractCall
from .extract_follow_response_200 import ExtractFollowResponse200
from .extract_target import ExtractTarget
from .extract_target_type import ExtractTargetType
from .feature import Feature
from .feature_examples_item import FeatureExamplesItem
from .feature_schema import FeatureSchema
from .feature_target import FeatureTarget
from .file import File
from .file_page import FilePage
from .gateway_error import GatewayError
from .gateway_error_details import GatewayErrorDetails
from .grant import Grant
from .history import History
from .imagine_call import ImagineCall
from .imagine_call_size import ImagineCallSize
from .imagine_call_voice import ImagineCallVoice
from .imagine_follow_response_200 import ImagineFollowResponse200
from .imagine_target import ImagineTarget
from .imagine_target_type import ImagineTargetType
from .inspire_call import InspireCall
from .inspire_follow_response_200 import InspireFollowResponse200
from .inspire_target import InspireTarget
from .inspire_target_type import InspireTargetType
from .key import Key
from .key_page import KeyPage
from .link_request import LinkRequest
from .logged_in import LoggedIn
from .login_request import LoginRequest
from .media_data import MediaData
from .message import Message
from .message_usage import MessageUsage
from .movement import Movement
from .names_request import NamesRequest
from .new_key_request import NewKeyRequest
from .numbered_target import NumberedTarget
from .open_session import OpenSession
from .open_sessions import OpenSessions
from .opened import Opened
from .pack_request import PackRequest
from .password_request import PasswordRequest
from .plan_enum import PlanEnum
from .platform_error import PlatformError
from .portal import Portal
from .price import Price
from .profile import Profile
from .profile_status_enum import ProfileStatusEnum
from .prompts import Prompts
from .received import Received
from .refresh_request import RefreshRequest
from .register_request import RegisterRequest
from .registered import Registered
from .reply_error import ReplyError
from .reset_request import ResetRequest
from .role_enum import RoleEnum
from .send_request import SendRequest
from .source import Source
from .subscription_ending import SubscriptionEnding
from .subscription_status import SubscriptionStatus
from .subscription_status_enum import SubscriptionStatusEnum
from .subscriptions_webhook_create_body import SubscriptionsWebhookCreateBody
from .target import Target
from .task import Task
from .task_error import TaskError
from .task_page import TaskPage
from .text_2_text_follow_response_200 import Text2TextFollowResponse200
from .text_to_text_call import TextToTextCall
from .text_to_text_target import TextToTextTarget
from .text_to_text_target_type import TextToTextTargetType
from .tokens import Tokens
from .transform_call import TransformCall
from .transform_follow_response_200 import TransformFollowResponse200
from .transform_target import TransformTarget
from .transform_target_type import TransformTargetType
from .upgrade_request import UpgradeRequest
from .upgraded import Upgraded
from .upload_request import UploadRequest
from .usage import Usage

__all__ = (
    "Catalogue",
    "ChatMessage",
    "ChatMessages",
    "ChatMessagesEventsRetrieveResponse200",
    "ChatSession",
    "Checkout",
    "ConfirmRequest",
    "CreatedKey",
    "Credits",
    "Data",
    "ExtractCall",
    "ExtractFollowResponse200",
    "ExtractTarget",
    "ExtractTargetType",
    "Feature",
    "FeatureExamplesItem",
    "FeatureSchema",
    "FeatureTarget",
    "File",
    "FilePage",
    "GatewayError",
    "GatewayErrorDetails",
    "Grant",
    "History",
    "ImagineCall",
    "ImagineCallSize",
    "ImagineCallVoice",
    "ImagineFollowResponse200",
    "ImagineTarget",
    "ImagineTargetType",
    "InspireCall",
    "InspireFollowResponse200",
    "InspireTarget",
    "InspireTargetType",
    "Key",
    "KeyPage",
    "LinkRequest",
    "LoggedIn",
    "LoginRequest",
    "MediaData",
    "Message",
    "MessageUsage",
    "Movement",
    "NamesRequest",
    "NewKeyRequest",
    "NumberedTarget",
    "Opened",
    "OpenSession",
    "OpenSessions",
    "PackRequest",
    "PasswordRequest",
    "PlanEnum",
    "PlatformError",
    "Portal",
    "Price",
    "Profile",
    "ProfileStatusEnum",
    "Prompts",
    "Received",
    "RefreshRequest",
    "Registered",
    "RegisterRequest",
    "ReplyError",
    "ResetRequest",
    "RoleEnum",
    "SendRequest",
    "Source",
    "SubscriptionEnding",
    "SubscriptionStatus",
    "SubscriptionStatusEnum",
    "SubscriptionsWebhookCreateBody",
    "Target",
    "Task",
    "TaskError",
    "TaskPage",
    "Text2TextFollowResponse200",
    "TextToTextCall",
    "TextToTextTarget",
    "TextToTextTargetType",
    "Tokens",
    "TransformCall",
    "TransformFollowResponse200",
    "TransformTarget",
    "TransformTargetType",
    "Upgraded",
    "UpgradeRequest",
    "UploadRequest",
    "Usage",
)
