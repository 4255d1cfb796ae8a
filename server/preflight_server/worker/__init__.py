"""The only code that runs in the user's interpreter: standard library, torch and coremltools."""
