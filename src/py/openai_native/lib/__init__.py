"""What the API's facts cannot say: code that generated types and resources delegate to."""
