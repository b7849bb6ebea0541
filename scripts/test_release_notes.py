#!/usr/bin/env python3
"""Tests of scripts/release_notes.py."""
import pathlib
import subprocess
import sys
import unittest

import release_notes

CHANGELOG = """# Changelog

## [Unreleased]
### Added
- Something that is not released.

## [1.10.0] - 2031-02-03
The first one with notes.

### Added
- [A page](docs/PAGE.md), [another site](https://example.org/a) and [a place](#here).

## [1.1.0] - 2031-01-01

[Unreleased]: https://example.org/compare
"""


class Notes(unittest.TestCase):
    def test_a_section_has_its_entries_and_no_other_ones(self):
        text = release_notes.notes(CHANGELOG, "1.10.0")
        self.assertTrue(text.startswith("The first one with notes.\n\n### Added\n- "))
        self.assertNotIn("not released", text)
        self.assertNotIn("1.1.0", text)

    def test_links_to_files_lead_to_the_tag_and_others_stay(self):
        text = release_notes.notes(CHANGELOG, "1.10.0")
        self.assertIn("[A page](https://github.com/starcite/starcite/blob/v1.10.0/docs/PAGE.md)", text)
        self.assertIn("[another site](https://example.org/a)", text)
        self.assertIn("[a place](#here)", text)

    def test_a_version_without_a_section_or_an_entry_has_no_notes(self):
        for version, why in [("2.0.0", "no section"), ("1.1", "no section"), ("1.1.0", "no entry"), ("1.10", "no section"), ("1x10.0", "no section")]:
            with self.subTest(version), self.assertRaisesRegex(release_notes.NoNotes, why):
                release_notes.notes(CHANGELOG, version)

    def test_the_version_of_cargo_has_notes_and_another_one_fails(self):
        script = [sys.executable, str(pathlib.Path(release_notes.__file__))]
        known = subprocess.run([*script, "v" + release_notes.cargo_version()], capture_output=True, text=True)
        self.assertEqual((known.returncode, known.stderr), (0, ""))
        other = subprocess.run([*script, "99.0.0"], capture_output=True, text=True)
        self.assertEqual(other.returncode, 1)
        self.assertIn("not 99.0.0", other.stderr)


if __name__ == "__main__":
    unittest.main()
