"""The computer's own loudspeaker and microphone; they need numpy and sounddevice."""

from .local_audio_player import LocalAudioPlayer as LocalAudioPlayer
from .microphone import Microphone as Microphone

__all__ = ["LocalAudioPlayer", "Microphone"]
