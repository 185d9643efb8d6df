"""Drawing in this very process. Matplotlib's list of fonts goes to a folder of the run, not into anybody's home."""

import atexit
import os
import shutil
import tempfile

FOLDER = tempfile.mkdtemp(prefix="alumni-test-fonts-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
# Before any test module here is imported, and Matplotlib with it.
os.environ["MPLCONFIGDIR"] = FOLDER
