"""The tables, one file per noun; importing this package makes all of them known."""

from webapp.domain.late import LateKind
from webapp.models.agency import Agency
from webapp.models.api_key import ApiKey, ApiRequest
from webapp.models.bank_file import BankFile, EarlierFile
from webapp.models.bank_message import (
    BankEntry,
    BankMessage,
    BankMessageStatus,
    EntryOutcome,
    SuspenseReason,
)
from webapp.models.base import Base
from webapp.models.calendar_feed import CalendarFeed
from webapp.models.campaign import Campaign, CampaignMember, CampaignPlace
from webapp.models.certificate import Certificate, RevocationCause
from webapp.models.channel import Channel, ChannelRoute
from webapp.models.closed_day import ClosedDay
from webapp.models.contest import (
    Contest,
    ContestLine,
    ContestOutcome,
    ContestPaper,
    ContestReason,
)
from webapp.models.contribution_rate import ContributionRate
from webapp.models.correction_request import CorrectionRequest, CorrectionStatus, CorrectionSubject
from webapp.models.debit import Attempt, Debit, DebitLine, HoldReason
from webapp.models.declaration import (
    Declaration,
    DeclarationDraft,
    DeclarationLine,
    DeclarationSheet,
    DeclaredMonth,
)
from webapp.models.declaring_term import DeclaringTerm
from webapp.models.demonstration import Demonstration
from webapp.models.device import Device, DeviceCode, DeviceMode
from webapp.models.due import Due, DueKind
from webapp.models.employer import Employer, Language, NoticeChannel
from webapp.models.employer_note import EmployerNote
from webapp.models.enrolment_case import (
    DrawnSignature,
    EnrolmentCase,
    HandOver,
    PreparedForm,
)
from webapp.models.event import Event, EventSeal, Subject
from webapp.models.late_rule import LateRule
from webapp.models.local_code import LocalCode
from webapp.models.mandate import Mandate, MandateWorksite
from webapp.models.mandate_draft import MandateDraft
from webapp.models.mandate_paper import ConfirmingBank, MandatePaper
from webapp.models.mandate_signature import MandateSignature, SignatoryQuality, SigningChannel
from webapp.models.message import Message, MessageStatus
from webapp.models.news import News
from webapp.models.notice import Notice, NoticeKind, NoticeStatus
from webapp.models.office_request import OfficeRequest, RequestKind, RequestStatus
from webapp.models.one_time_code import CodePurpose, OneTimeCode
from webapp.models.payment import Payment, PaymentStatus, PaymentWay
from webapp.models.payment_schedule import Instalment, PaymentSchedule, ScheduledDue
from webapp.models.person import Delegation, Person
from webapp.models.posting import Account, Posting
from webapp.models.restoration import Restoration
from webapp.models.reversal import Reversal
from webapp.models.run import Run
from webapp.models.signed_text import SignedText
from webapp.models.staff_member import RecoveryCode, StaffInvitation, StaffMember
from webapp.models.throttle import Throttle
from webapp.models.web_session import KeptForm, WebSession
from webapp.models.wilaya import Wilaya
from webapp.models.worksite import Worksite, WorksiteChange, WorksiteChangeKind

__all__ = [
    "Account", "Agency", "ApiKey", "ApiRequest", "Attempt", "BankEntry", "BankFile",
    "BankMessage", "BankMessageStatus", "Base", "CalendarFeed", "Campaign", "CampaignMember",
    "CampaignPlace", "Certificate", "Channel", "ChannelRoute", "ClosedDay", "CodePurpose",
    "ConfirmingBank", "Contest", "ContestLine", "ContestOutcome", "ContestPaper",
    "ContestReason", "ContributionRate", "CorrectionRequest", "CorrectionStatus",
    "CorrectionSubject", "Debit", "DebitLine", "Declaration", "DeclarationDraft",
    "DeclarationLine", "DeclarationSheet", "DeclaredMonth", "DeclaringTerm", "Delegation",
    "Demonstration", "Device", "DeviceCode", "DeviceMode", "DrawnSignature", "Due", "DueKind",
    "EarlierFile", "Employer", "EmployerNote", "EnrolmentCase", "EntryOutcome", "Event",
    "EventSeal", "HandOver", "HoldReason", "Instalment", "KeptForm", "Language", "LateKind",
    "LateRule", "LocalCode", "Mandate", "MandateDraft", "MandatePaper", "MandateSignature",
    "MandateWorksite", "Message", "MessageStatus", "News", "Notice", "NoticeChannel",
    "NoticeKind", "NoticeStatus", "OfficeRequest", "OneTimeCode", "Payment", "PaymentSchedule",
    "PaymentStatus", "PaymentWay", "Person", "Posting", "PreparedForm", "RecoveryCode",
    "RequestKind", "RequestStatus", "Restoration", "Reversal", "RevocationCause", "Run",
    "ScheduledDue", "SignatoryQuality", "SignedText", "SigningChannel", "StaffInvitation",
    "StaffMember", "Subject", "SuspenseReason", "Throttle", "WebSession", "Wilaya", "Worksite",
    "WorksiteChange", "WorksiteChangeKind",
]  # fmt: skip
