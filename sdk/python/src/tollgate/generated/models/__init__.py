"""Contains all the data models used in inputs/outputs"""

from .admin_tasks_list_status import AdminTasksListStatus
from .admin_usage_get_by import AdminUsageGetBy
from .admin_users_list_state import AdminUsersListState
from .administered_task import AdministeredTask
from .administered_task_page import AdministeredTaskPage
from .administered_user import AdministeredUser
from .administered_user_page import AdministeredUserPage
from .app import App
from .app_page import AppPage
from .app_setting import AppSetting
from .app_setting_page import AppSettingPage
from .audit_actor import AuditActor
from .audit_entry import AuditEntry
from .audit_object import AuditObject
from .audit_page import AuditPage
from .breaker_enum import BreakerEnum
from .by_enum import ByEnum
from .call_create_x_user_role import CallCreateXUserRole
from .callback_request import CallbackRequest
from .callback_request_error_code import CallbackRequestErrorCode
from .callback_request_response_type_0 import CallbackRequestResponseType0
from .catalogue import Catalogue
from .chat_message import ChatMessage
from .chat_messages import ChatMessages
from .chat_session import ChatSession
from .checkout import Checkout
from .confirm_request import ConfirmRequest
from .considered import Considered
from .created_key import CreatedKey
from .credits_ import Credits
from .current_price import CurrentPrice
from .data import Data
from .data_type_enum import DataTypeEnum
from .day_usage import DayUsage
from .delivery import Delivery
from .delivery_attempt import DeliveryAttempt
from .delivery_page import DeliveryPage
from .done_reply import DoneReply
from .embed_call import EmbedCall
from .embed_call_news import EmbedCallNews
from .embed_prompts import EmbedPrompts
from .embed_target import EmbedTarget
from .embed_target_type import EmbedTargetType
from .error_code import ErrorCode
from .exchange_error import ExchangeError
from .extra_type_enum import ExtraTypeEnum
from .extract_call import ExtractCall
from .extract_call_news import ExtractCallNews
from .extract_prompts import ExtractPrompts
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
from .imagine_call_news import ImagineCallNews
from .imagine_call_size import ImagineCallSize
from .imagine_call_voice import ImagineCallVoice
from .imagine_prompts import ImaginePrompts
from .imagine_target import ImagineTarget
from .imagine_target_type import ImagineTargetType
from .inspire_call import InspireCall
from .inspire_call_news import InspireCallNews
from .inspire_prompts import InspirePrompts
from .inspire_target import InspireTarget
from .inspire_target_type import InspireTargetType
from .invitation_request import InvitationRequest
from .key import Key
from .key_page import KeyPage
from .link import Link
from .link_reply import LinkReply
from .link_request import LinkRequest
from .logged_in import LoggedIn
from .login_request import LoginRequest
from .marketplace_call_body_request import MarketplaceCallBodyRequest
from .marketplace_call_body_request_payload import MarketplaceCallBodyRequestPayload
from .marketplace_call_reply import MarketplaceCallReply
from .marketplace_error import MarketplaceError
from .marketplace_error_error_code import MarketplaceErrorErrorCode
from .marketplace_error_response import MarketplaceErrorResponse
from .marketplace_result_body_request import MarketplaceResultBodyRequest
from .marketplace_result_reply import MarketplaceResultReply
from .marketplace_stats_reply import MarketplaceStatsReply
from .media_data import MediaData
from .message import Message
from .message_usage import MessageUsage
from .movement import Movement
from .names_request import NamesRequest
from .new_key_request import NewKeyRequest
from .new_price_request import NewPriceRequest
from .numbered_target import NumberedTarget
from .object_request import ObjectRequest
from .open_session import OpenSession
from .open_sessions import OpenSessions
from .open_tasks import OpenTasks
from .opened import Opened
from .outcome_enum import OutcomeEnum
from .own_profile import OwnProfile
from .owner import Owner
from .pack_request import PackRequest
from .password_request import PasswordRequest
from .patched_changes_request import PatchedChangesRequest
from .plan import Plan
from .plan_enum import PlanEnum
from .plan_price import PlanPrice
from .plans import Plans
from .platform_error import PlatformError
from .portal import Portal
from .price import Price
from .price_history import PriceHistory
from .price_version import PriceVersion
from .pricing import Pricing
from .profile import Profile
from .profile_status_enum import ProfileStatusEnum
from .provider_list import ProviderList
from .provider_state import ProviderState
from .quota import Quota
from .quota_use import QuotaUse
from .received import Received
from .refresh_request import RefreshRequest
from .register_request import RegisterRequest
from .registered import Registered
from .reply_error import ReplyError
from .reset_request import ResetRequest
from .result_create_x_user_role import ResultCreateXUserRole
from .result_response import ResultResponse
from .result_response_data_type_1_item import ResultResponseDataType1Item
from .result_response_items_item import ResultResponseItemsItem
from .role_enum import RoleEnum
from .secret import Secret
from .send_request import SendRequest
from .server_sent_event import ServerSentEvent
from .services_call_create_x_user_role import ServicesCallCreateXUserRole
from .services_result_create_x_user_role import ServicesResultCreateXUserRole
from .services_stats_create_x_user_role import ServicesStatsCreateXUserRole
from .simultaneous import Simultaneous
from .source import Source
from .state_enum import StateEnum
from .stats_create_x_user_role import StatsCreateXUserRole
from .stats_response import StatsResponse
from .subscription_ending import SubscriptionEnding
from .subscription_status import SubscriptionStatus
from .subscription_status_enum import SubscriptionStatusEnum
from .subscriptions_webhook_create_body import SubscriptionsWebhookCreateBody
from .target import Target
from .task import Task
from .task_detail import TaskDetail
from .task_error import TaskError
from .task_event import TaskEvent
from .task_failure import TaskFailure
from .task_page import TaskPage
from .task_reference import TaskReference
from .task_try import TaskTry
from .task_usage import TaskUsage
from .text_to_text_call import TextToTextCall
from .text_to_text_call_news import TextToTextCallNews
from .text_to_text_prompts import TextToTextPrompts
from .text_to_text_target import TextToTextTarget
from .text_to_text_target_type import TextToTextTargetType
from .tokens import Tokens
from .total import Total
from .totals import Totals
from .transform_call import TransformCall
from .transform_call_news import TransformCallNews
from .transform_prompts import TransformPrompts
from .transform_target import TransformTarget
from .transform_target_type import TransformTargetType
from .upgrade_request import UpgradeRequest
from .upgraded import Upgraded
from .upload import Upload
from .upload_reply import UploadReply
from .upload_request import UploadRequest
from .usage import Usage
from .usage_by_group import UsageByGroup
from .usage_group import UsageGroup
from .usage_report import UsageReport
from .used_quota import UsedQuota
from .user_credits import UserCredits
from .user_settings import UserSettings
from .write_and_tell_call import WriteAndTellCall
from .write_and_tell_call_news import WriteAndTellCallNews
from .write_and_tell_call_voice import WriteAndTellCallVoice
from .write_and_tell_prompts import WriteAndTellPrompts
from .write_and_tell_target import WriteAndTellTarget
from .write_and_tell_target_type import WriteAndTellTargetType

__all__ = (
    "AdministeredTask",
    "AdministeredTaskPage",
    "AdministeredUser",
    "AdministeredUserPage",
    "AdminTasksListStatus",
    "AdminUsageGetBy",
    "AdminUsersListState",
    "App",
    "AppPage",
    "AppSetting",
    "AppSettingPage",
    "AuditActor",
    "AuditEntry",
    "AuditObject",
    "AuditPage",
    "BreakerEnum",
    "ByEnum",
    "CallbackRequest",
    "CallbackRequestErrorCode",
    "CallbackRequestResponseType0",
    "CallCreateXUserRole",
    "Catalogue",
    "ChatMessage",
    "ChatMessages",
    "ChatSession",
    "Checkout",
    "ConfirmRequest",
    "Considered",
    "CreatedKey",
    "Credits",
    "CurrentPrice",
    "Data",
    "DataTypeEnum",
    "DayUsage",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryPage",
    "DoneReply",
    "EmbedCall",
    "EmbedCallNews",
    "EmbedPrompts",
    "EmbedTarget",
    "EmbedTargetType",
    "ErrorCode",
    "ExchangeError",
    "ExtractCall",
    "ExtractCallNews",
    "ExtractPrompts",
    "ExtractTarget",
    "ExtractTargetType",
    "ExtraTypeEnum",
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
    "ImagineCallNews",
    "ImagineCallSize",
    "ImagineCallVoice",
    "ImaginePrompts",
    "ImagineTarget",
    "ImagineTargetType",
    "InspireCall",
    "InspireCallNews",
    "InspirePrompts",
    "InspireTarget",
    "InspireTargetType",
    "InvitationRequest",
    "Key",
    "KeyPage",
    "Link",
    "LinkReply",
    "LinkRequest",
    "LoggedIn",
    "LoginRequest",
    "MarketplaceCallBodyRequest",
    "MarketplaceCallBodyRequestPayload",
    "MarketplaceCallReply",
    "MarketplaceError",
    "MarketplaceErrorErrorCode",
    "MarketplaceErrorResponse",
    "MarketplaceResultBodyRequest",
    "MarketplaceResultReply",
    "MarketplaceStatsReply",
    "MediaData",
    "Message",
    "MessageUsage",
    "Movement",
    "NamesRequest",
    "NewKeyRequest",
    "NewPriceRequest",
    "NumberedTarget",
    "ObjectRequest",
    "Opened",
    "OpenSession",
    "OpenSessions",
    "OpenTasks",
    "OutcomeEnum",
    "Owner",
    "OwnProfile",
    "PackRequest",
    "PasswordRequest",
    "PatchedChangesRequest",
    "Plan",
    "PlanEnum",
    "PlanPrice",
    "Plans",
    "PlatformError",
    "Portal",
    "Price",
    "PriceHistory",
    "PriceVersion",
    "Pricing",
    "Profile",
    "ProfileStatusEnum",
    "ProviderList",
    "ProviderState",
    "Quota",
    "QuotaUse",
    "Received",
    "RefreshRequest",
    "Registered",
    "RegisterRequest",
    "ReplyError",
    "ResetRequest",
    "ResultCreateXUserRole",
    "ResultResponse",
    "ResultResponseDataType1Item",
    "ResultResponseItemsItem",
    "RoleEnum",
    "Secret",
    "SendRequest",
    "ServerSentEvent",
    "ServicesCallCreateXUserRole",
    "ServicesResultCreateXUserRole",
    "ServicesStatsCreateXUserRole",
    "Simultaneous",
    "Source",
    "StateEnum",
    "StatsCreateXUserRole",
    "StatsResponse",
    "SubscriptionEnding",
    "SubscriptionStatus",
    "SubscriptionStatusEnum",
    "SubscriptionsWebhookCreateBody",
    "Target",
    "Task",
    "TaskDetail",
    "TaskError",
    "TaskEvent",
    "TaskFailure",
    "TaskPage",
    "TaskReference",
    "TaskTry",
    "TaskUsage",
    "TextToTextCall",
    "TextToTextCallNews",
    "TextToTextPrompts",
    "TextToTextTarget",
    "TextToTextTargetType",
    "Tokens",
    "Total",
    "Totals",
    "TransformCall",
    "TransformCallNews",
    "TransformPrompts",
    "TransformTarget",
    "TransformTargetType",
    "Upgraded",
    "UpgradeRequest",
    "Upload",
    "UploadReply",
    "UploadRequest",
    "Usage",
    "UsageByGroup",
    "UsageGroup",
    "UsageReport",
    "UsedQuota",
    "UserCredits",
    "UserSettings",
    "WriteAndTellCall",
    "WriteAndTellCallNews",
    "WriteAndTellCallVoice",
    "WriteAndTellPrompts",
    "WriteAndTellTarget",
    "WriteAndTellTargetType",
)
