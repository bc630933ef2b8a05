"""Has anything a user is given changed? What `evaluate` says of 300 files, 60 reports, 30 PDFs, the pages of 3 visits.

`python -m tests.unchanged write FOLDER` writes what this code makes of the files of `inputs.json.xz`;
`python -m tests.unchanged compare FOLDER FOLDER` tells the first differences, and ends with 1 if there is any.

The files were made once, by the generators of the tests, in the form that `evaluate` reads and that the database
keeps: two versions of the code read the same ones. Fingerprints, digests of definitions and the engine's number are
hidden before anything is drawn, so that every other sign of a PDF must stand where it stood. Pages tell the day: visit
both versions on the same one.
"""
