from typing import Literal

DataResidency = Literal["global", "us", "eu", "ae", "au", "in", "jp"]
