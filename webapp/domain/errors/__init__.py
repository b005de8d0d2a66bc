"""Every error that the service raises, as one tree; a file for each kind.

    KhatwaError
    ├── IntegrityAlarm
    │   ├── BooksUnbalanced
    │   ├── EventsTampered
    │   ├── RunDoesNotAddUp
    │   ├── FileAltered
    │   ├── JournalDamaged
    │   ├── JournalIncomplete
    │   ├── BackupDamaged
    │   └── SealBroken
    ├── BankMessageError
    │   ├── UnreadableMessage
    │   ├── ForbiddenDoctype
    │   ├── UnsupportedMessage
    │   ├── MessageChanged
    │   ├── TotalsDiffer
    │   └── SchemaViolation
    ├── InvalidInput
    │   ├── InvalidAmount
    │   ├── InvalidAccountNumber
    │   │   ├── AccountLength
    │   │   ├── AccountKey
    │   │   └── PostalBranch
    │   ├── InvalidPeriod
    │   ├── InvalidCheckCode
    │   ├── InvalidMemberNumber
    │   ├── InvalidPause
    │   ├── InvalidNote
    │   ├── InvalidSchedule
    │   ├── InvalidTerm
    │   ├── InvalidRate
    │   ├── InvalidRateDay
    │   ├── InvalidChannel
    │   ├── InvalidClosedDay
    │   ├── InvalidCampaign
    │   ├── InvalidAgency
    │   ├── InvalidLocalCode
    │   ├── InvalidClosing
    │   ├── WrongCode
    │   ├── WrongCredentials
    │   ├── WeakPassword
    │   ├── InvalidRow
    │   ├── WrongKey
    │   ├── WrongBody
    │   ├── IdempotencyKeyNeeded
    │   ├── UnusableScan
    │   ├── UnusableSheet
    │   ├── WrongNumbers
    │   ├── TooManyForms
    │   └── InvalidSigningDay
    ├── NotFound
    ├── TransportRefused
    ├── DeliveryUnknown
    ├── DemonstrationBankFailed
    ├── DocumentsUnavailable
    ├── DatabaseProgramMissing
    ├── DatabaseProgramFailed
    ├── MachineFailed
    │   ├── DiskFull
    │   ├── DiskFailed
    │   └── DatabaseAway
    ├── RunStopped
    ├── UnsafeConfiguration
    └── RuleRefused
        ├── IllegalMove
        ├── MonthAlreadyDeclared
        ├── DeclaredElsewhere
        ├── AccountAlreadyCollecting
        ├── CodeExpired
        ├── TooManyTries
        ├── DraftChanged
        ├── RevisionChanged
        ├── AmountContested
        ├── MandateAlreadyActive
        ├── MandateNotInForce
        ├── SameAccount
        ├── SuspendedByBank
        ├── ShownChanged
        ├── CodeNeeded
        ├── WorksiteTaken
        ├── LastWorksite
        ├── WorksiteNameTaken
        ├── InvitationNotOpen
        ├── AlreadyOnStaff
        ├── LastAdministrator
        ├── UnknownWorksite
        ├── NotInGoodStanding
        ├── NothingDeclared
        ├── SecondPersonNeeded
        ├── NotADemonstration
        ├── RunAlreadyInProgress
        ├── RunInThePast
        ├── RunInTheFuture
        ├── AlreadyActs
        ├── TooManyOpen
        ├── MayNotSign
        ├── OwnAffair
        ├── NoSuchContact
        ├── PaperMissing
        ├── ScheduleStands
        ├── ScheduleOvertaken
        ├── CutOffPassed
        ├── ChannelTaken
        ├── KeyStillInUse
        ├── NotDeclarable
        ├── KeyMayNot
        ├── TooManyKeys
        ├── IdempotencyKeyReused
        ├── UnknownPosting
        ├── PaymentKnown
        ├── NoLongerPossible
        ├── AlreadyDone
        ├── SentNotReconciled
        ├── MayStillBeDebited
        ├── BackupExists
        ├── BackupNotForHere
        ├── DatabaseNotEmpty
        └── DatabaseInUse

An error carries what it is about as keyword parameters: in `params` and as attributes. Its text
is for logs; what a person reads is chosen elsewhere by `code`. No parameter ever holds a whole
account number.
"""

from webapp.domain.errors.alarms import BackupDamaged as BackupDamaged
from webapp.domain.errors.alarms import BooksUnbalanced as BooksUnbalanced
from webapp.domain.errors.alarms import EventsTampered as EventsTampered
from webapp.domain.errors.alarms import FileAltered as FileAltered
from webapp.domain.errors.alarms import IntegrityAlarm as IntegrityAlarm
from webapp.domain.errors.alarms import JournalDamaged as JournalDamaged
from webapp.domain.errors.alarms import JournalIncomplete as JournalIncomplete
from webapp.domain.errors.alarms import RunDoesNotAddUp as RunDoesNotAddUp
from webapp.domain.errors.alarms import SealBroken as SealBroken
from webapp.domain.errors.bank_messages import BankMessageError as BankMessageError
from webapp.domain.errors.bank_messages import ForbiddenDoctype as ForbiddenDoctype
from webapp.domain.errors.bank_messages import MessageChanged as MessageChanged
from webapp.domain.errors.bank_messages import SchemaViolation as SchemaViolation
from webapp.domain.errors.bank_messages import TotalsDiffer as TotalsDiffer
from webapp.domain.errors.bank_messages import UnreadableMessage as UnreadableMessage
from webapp.domain.errors.bank_messages import UnsupportedMessage as UnsupportedMessage
from webapp.domain.errors.inputs import AccountKey as AccountKey
from webapp.domain.errors.inputs import AccountLength as AccountLength
from webapp.domain.errors.inputs import IdempotencyKeyNeeded as IdempotencyKeyNeeded
from webapp.domain.errors.inputs import InvalidAccountNumber as InvalidAccountNumber
from webapp.domain.errors.inputs import InvalidAgency as InvalidAgency
from webapp.domain.errors.inputs import InvalidAmount as InvalidAmount
from webapp.domain.errors.inputs import InvalidCampaign as InvalidCampaign
from webapp.domain.errors.inputs import InvalidChannel as InvalidChannel
from webapp.domain.errors.inputs import InvalidCheckCode as InvalidCheckCode
from webapp.domain.errors.inputs import InvalidClosedDay as InvalidClosedDay
from webapp.domain.errors.inputs import InvalidClosing as InvalidClosing
from webapp.domain.errors.inputs import InvalidInput as InvalidInput
from webapp.domain.errors.inputs import InvalidLocalCode as InvalidLocalCode
from webapp.domain.errors.inputs import InvalidMemberNumber as InvalidMemberNumber
from webapp.domain.errors.inputs import InvalidNote as InvalidNote
from webapp.domain.errors.inputs import InvalidPause as InvalidPause
from webapp.domain.errors.inputs import InvalidPeriod as InvalidPeriod
from webapp.domain.errors.inputs import InvalidRate as InvalidRate
from webapp.domain.errors.inputs import InvalidRateDay as InvalidRateDay
from webapp.domain.errors.inputs import InvalidRow as InvalidRow
from webapp.domain.errors.inputs import InvalidSchedule as InvalidSchedule
from webapp.domain.errors.inputs import InvalidSigningDay as InvalidSigningDay
from webapp.domain.errors.inputs import InvalidTerm as InvalidTerm
from webapp.domain.errors.inputs import PostalBranch as PostalBranch
from webapp.domain.errors.inputs import TooManyForms as TooManyForms
from webapp.domain.errors.inputs import UnusableScan as UnusableScan
from webapp.domain.errors.inputs import UnusableSheet as UnusableSheet
from webapp.domain.errors.inputs import WeakPassword as WeakPassword
from webapp.domain.errors.inputs import WrongBody as WrongBody
from webapp.domain.errors.inputs import WrongCode as WrongCode
from webapp.domain.errors.inputs import WrongCredentials as WrongCredentials
from webapp.domain.errors.inputs import WrongKey as WrongKey
from webapp.domain.errors.inputs import WrongNumbers as WrongNumbers
from webapp.domain.errors.outside import DatabaseAway as DatabaseAway
from webapp.domain.errors.outside import DatabaseProgramFailed as DatabaseProgramFailed
from webapp.domain.errors.outside import DatabaseProgramMissing as DatabaseProgramMissing
from webapp.domain.errors.outside import DeliveryUnknown as DeliveryUnknown
from webapp.domain.errors.outside import DemonstrationBankFailed as DemonstrationBankFailed
from webapp.domain.errors.outside import DiskFailed as DiskFailed
from webapp.domain.errors.outside import DiskFull as DiskFull
from webapp.domain.errors.outside import DocumentsUnavailable as DocumentsUnavailable
from webapp.domain.errors.outside import MachineFailed as MachineFailed
from webapp.domain.errors.outside import NotFound as NotFound
from webapp.domain.errors.outside import RunStopped as RunStopped
from webapp.domain.errors.outside import TransportRefused as TransportRefused
from webapp.domain.errors.outside import UnsafeConfiguration as UnsafeConfiguration
from webapp.domain.errors.refusals import AccountAlreadyCollecting as AccountAlreadyCollecting
from webapp.domain.errors.refusals import AlreadyActs as AlreadyActs
from webapp.domain.errors.refusals import AlreadyDone as AlreadyDone
from webapp.domain.errors.refusals import AlreadyOnStaff as AlreadyOnStaff
from webapp.domain.errors.refusals import AmountContested as AmountContested
from webapp.domain.errors.refusals import BackupExists as BackupExists
from webapp.domain.errors.refusals import BackupNotForHere as BackupNotForHere
from webapp.domain.errors.refusals import ChannelTaken as ChannelTaken
from webapp.domain.errors.refusals import CodeExpired as CodeExpired
from webapp.domain.errors.refusals import CodeNeeded as CodeNeeded
from webapp.domain.errors.refusals import CutOffPassed as CutOffPassed
from webapp.domain.errors.refusals import DatabaseInUse as DatabaseInUse
from webapp.domain.errors.refusals import DatabaseNotEmpty as DatabaseNotEmpty
from webapp.domain.errors.refusals import DeclaredElsewhere as DeclaredElsewhere
from webapp.domain.errors.refusals import DraftChanged as DraftChanged
from webapp.domain.errors.refusals import IdempotencyKeyReused as IdempotencyKeyReused
from webapp.domain.errors.refusals import IllegalMove as IllegalMove
from webapp.domain.errors.refusals import InvitationNotOpen as InvitationNotOpen
from webapp.domain.errors.refusals import KeyMayNot as KeyMayNot
from webapp.domain.errors.refusals import KeyStillInUse as KeyStillInUse
from webapp.domain.errors.refusals import LastAdministrator as LastAdministrator
from webapp.domain.errors.refusals import LastWorksite as LastWorksite
from webapp.domain.errors.refusals import MandateAlreadyActive as MandateAlreadyActive
from webapp.domain.errors.refusals import MandateNotInForce as MandateNotInForce
from webapp.domain.errors.refusals import MayNotSign as MayNotSign
from webapp.domain.errors.refusals import MayStillBeDebited as MayStillBeDebited
from webapp.domain.errors.refusals import MonthAlreadyDeclared as MonthAlreadyDeclared
from webapp.domain.errors.refusals import NoLongerPossible as NoLongerPossible
from webapp.domain.errors.refusals import NoSuchContact as NoSuchContact
from webapp.domain.errors.refusals import NotADemonstration as NotADemonstration
from webapp.domain.errors.refusals import NotDeclarable as NotDeclarable
from webapp.domain.errors.refusals import NothingDeclared as NothingDeclared
from webapp.domain.errors.refusals import NotInGoodStanding as NotInGoodStanding
from webapp.domain.errors.refusals import OwnAffair as OwnAffair
from webapp.domain.errors.refusals import PaperMissing as PaperMissing
from webapp.domain.errors.refusals import PaymentKnown as PaymentKnown
from webapp.domain.errors.refusals import RevisionChanged as RevisionChanged
from webapp.domain.errors.refusals import RuleRefused as RuleRefused
from webapp.domain.errors.refusals import RunAlreadyInProgress as RunAlreadyInProgress
from webapp.domain.errors.refusals import RunInTheFuture as RunInTheFuture
from webapp.domain.errors.refusals import RunInThePast as RunInThePast
from webapp.domain.errors.refusals import SameAccount as SameAccount
from webapp.domain.errors.refusals import ScheduleOvertaken as ScheduleOvertaken
from webapp.domain.errors.refusals import ScheduleStands as ScheduleStands
from webapp.domain.errors.refusals import SecondPersonNeeded as SecondPersonNeeded
from webapp.domain.errors.refusals import SentNotReconciled as SentNotReconciled
from webapp.domain.errors.refusals import ShownChanged as ShownChanged
from webapp.domain.errors.refusals import SuspendedByBank as SuspendedByBank
from webapp.domain.errors.refusals import TooManyKeys as TooManyKeys
from webapp.domain.errors.refusals import TooManyOpen as TooManyOpen
from webapp.domain.errors.refusals import TooManyTries as TooManyTries
from webapp.domain.errors.refusals import UnknownPosting as UnknownPosting
from webapp.domain.errors.refusals import UnknownWorksite as UnknownWorksite
from webapp.domain.errors.refusals import WorksiteNameTaken as WorksiteNameTaken
from webapp.domain.errors.refusals import WorksiteTaken as WorksiteTaken
from webapp.domain.errors.root import KhatwaError as KhatwaError
