"""What can go wrong with an archive, each in one line a person can act on.

ArchiveError          can't be opened, is not ours, is damaged, is of another version
├── ArchiveMisnamed   its address can't be one of an archive: it is the address that has to be mended
├── ArchiveBusy       somebody else has been writing for longer than we wait: try again later
├── ArchiveFull       no room left on the disk: nothing was written, make room and go on
└── ArchiveLocked     another run holds the archive: it says who, where and since when
"""


class ArchiveError(Exception):
    """The archive can't be used; the message says why and, where that helps, what to do."""

    where: str | None = None
    """The archive in question; filled in at the door, so that the rooms behind need not know it."""

    def __str__(self) -> str:
        """The message, the archive's address in front."""
        problem = super().__str__()
        return f"{self.where}: {problem}" if self.where else problem


class ArchiveMisnamed(ArchiveError):  # noqa: N818 - a fault of the address rather than an error in it
    """What was given is no address, or none at which an archive can live."""


class ArchiveBusy(ArchiveError):  # noqa: N818 - a state of the archive rather than an error in it
    """Another writer held the archive for longer than we wait."""


class ArchiveFull(ArchiveError):  # noqa: N818 - a state of the archive rather than an error in it
    """The disk is full; the transaction left nothing behind."""


class ArchiveLocked(ArchiveError):  # noqa: N818 - a state of the archive rather than an error in it
    """Another run holds the archive."""
