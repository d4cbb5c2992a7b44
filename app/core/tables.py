"""Every table of the ground, so that migrations and `create_app` know them whoever imports what."""

from app.core.chain import Seal, SealHead
from app.core.drafts import Draft
from app.core.history import HistoryEntry
from app.core.jobs import JobRun
from app.core.law import LegalValue
from app.core.links import SignedLink
from app.core.numbers import Counter
from app.core.outbox import OutboxMessage
from app.core.partners import PartnerAccount, PartnerCall
from app.core.revisions import Revision
from app.core.saved_views import SavedView
from app.core.search import SearchEntry
from app.core.settings import SettingValue

TABLES = (
    Counter, Draft, HistoryEntry, JobRun, LegalValue, OutboxMessage, PartnerAccount, PartnerCall, Revision, SavedView, Seal, SealHead,
    SearchEntry, SettingValue, SignedLink,
)  # fmt: skip
