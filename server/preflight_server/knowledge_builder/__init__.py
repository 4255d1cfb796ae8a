"""Makes the knowledge data by running torch and coremltools (a developer's tool; never imported by a linter).

python of the package          worker process (imports torch and coremltools)
---------------------          ----------------------------------------------
build -> pool  --tasks-->      worker -> samples -> case -> probe
  |        <---- rows ----
  +-> derive -> the data file that ships
"""
