"""Transcripts of live sessions as they can be shown: who said what, one segment after the other."""

from ._grouper import AsyncTranscriptGrouper as AsyncTranscriptGrouper
from ._grouper_sync import TranscriptGrouper as TranscriptGrouper
from ._types import TranscriptSegment as TranscriptSegment
from ._types import TranscriptSegmentClosedEvent as TranscriptSegmentClosedEvent
from ._types import TranscriptSegmentCloseReason as TranscriptSegmentCloseReason
