"""Archives whose bytes depend on nothing but the files in them and one time."""

import gzip
import io
import tarfile
import zipfile
from datetime import datetime, timezone


def tar_gz(path, entries, epoch):
    """Writes `entries`, a map from name to (bytes, mode)."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, (content, mode) in sorted(entries.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(content), mode, epoch
            archive.addfile(entry, io.BytesIO(content))
    # The header of gzip has neither a name nor a time.
    with open(path, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=9, mtime=0) as compressed:
            compressed.write(packed.getvalue())


def zip_file(path, entries, epoch):
    """The same as a zip file."""
    time = datetime.fromtimestamp(max(epoch, 315532800), timezone.utc).timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, (content, mode) in sorted(entries.items()):
            entry = zipfile.ZipInfo(name, time)
            entry.external_attr = (0o100000 | mode) << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
