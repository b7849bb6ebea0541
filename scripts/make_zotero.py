#!/usr/bin/env python3
"""Prints a made-up Zotero library as Zotero's CSV export, with every trouble of such files.

    python3 scripts/make_zotero.py 5000 > zotero.csv

The same number and seed give the same bytes. Nothing in it is real: people, titles and repositories are invented,
arXiv ids have numbers above those of any month, and DOIs the prefix 10.5555, which is for examples. Troubles: a byte
order mark, CRLF between rows and line breaks within cells, HTML entities and tags in titles, dates that are months,
years or "n.d.", attachments and notes without a parent, web pages, DOIs as addresses, in capitals or wrong, duplicates
whose titles and DOIs differ in case, links in abstracts and in Extra, empty titles, names in other scripts and of
groups, very long abstracts, quotes and separators in every text, and titles that a spreadsheet would run.
"""

import argparse
import csv
import io
import random
import sys

# The columns of Zotero's translator CSV.js, in its order.
COLUMNS = """Key|Item Type|Publication Year|Author|Title|Publication Title|ISBN|ISSN|DOI|Url|Abstract Note|Date|Date Added|Date Modified|Access Date|Pages|
Num Pages|Issue|Volume|Number Of Volumes|Journal Abbreviation|Short Title|Series|Series Number|Series Text|Series Title|Publisher|Place|Language|Rights|Type|
Archive|Archive Location|Library Catalog|Call Number|Extra|Notes|File Attachments|Link Attachments|Manual Tags|Automatic Tags|Editor|Series Editor|Translator|
Contributor|Attorney Agent|Book Author|Cast Member|Commenter|Composer|Cosponsor|Counsel|Interviewer|Producer|Recipient|Reviewed Author|Scriptwriter|Words By|
Guest|Number|Edition|Running Time|Scale|Medium|Artwork Size|Filing Date|Application Number|Assignee|Issuing Authority|Country|Meeting Name|Conference Name|
Court|References|Reporter|Legal Status|Priority Numbers|Programming Language|Version|System|Code|Code Number|Section|Session|Committee|History|
Legislative Body""".replace("\n", "").split("|")

KEY_LETTERS = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
ADJECTIVES = "Sparse Deep Robust Causal Latent Neural Bayesian Federated Scalable Adaptive Quantum Symbolic Low-Rank Open Privacy-Preserving".split()
NOUNS = "Transformers Graphs Lattices Proteins Compilers Corpora Sensors Manuscripts Glaciers Markets Proofs Galaxies Archives Dialects Circuits".split()
ENDS = ["at Scale", "in the Wild", "without Labels", "from Few Examples", "on a Budget", "under Noise", "for Libraries", "across Languages"]
LAST = "Adeyemi Müller García O'Connor Nguyễn Šimůnek Østergaard Kowalczyk van_der_Berg Ibn_Sina Papadopoulos Tanaka Çelik Fitzgerald Lopes".split()
FIRST = "Ada Jürgen José Aoife Thị Jan Søren Zofia Anna-Marie Layla Nikos Yuki Ayşe F._Scott João".split()
OTHER_NAMES = ["王, 小明", "Иванова, Мария", "محمد, علي", "김, 민준", "The Glacier Consortium", "Team OpenLattice", "Müller, J., Jr.", "Plato"]
VENUES = ["Journal of Made-Up Results", "Proceedings of the Conference on Invented Systems", "Annals of Fiction & Method", "Transactions on Examples"]
CATEGORIES = ["cs.CL", "cs.LG", "cs.SE", "stat.ML", "q-bio.QM", "hep-th", "math.CO", "astro-ph.GA"]
TAGS = ["to read", "method", "Thesis; chapter 2", "★", "reproducibility", "Computer Science - Machine Learning"]
SENTENCES = [
    "We study a problem that was invented for this file.",
    "Results on three imaginary benchmarks improve by 2.5 % (p < 0.05).",
    "The method is “simple”, fast; and robust, as a \"quoted\" word shows.",
    "Über 5 °C the model fails, which is discussed in § 4.",
    "An ablation shows that each part is needed.",
]
FORMULAS = ['=HYPERLINK("https://example.org","Click")', "+1 for Open Data", "-Omics in Practice", "@Home: a Study of Households"]
PAPERS = ["journalArticle", "conferencePaper", "preprint", "bookSection", "book", "thesis", "report"]


class Library:
    """Makes the rows of a library, all from one stream of random numbers."""

    def __init__(self, seed):
        self.random = random.Random(seed).random  # the one method whose numbers Python promises to keep
        self.last = None

    def below(self, end):
        return int(self.random() * end)

    def pick(self, values):
        return values[self.below(len(values))]

    def chance(self, share):
        return self.random() < share

    def row(self, at):
        if self.last and self.chance(0.03):
            return self.duplicate(at)
        if self.chance(0.08):
            return self.other(at)
        row = self.paper(at)
        if row["DOI"]:
            self.last = dict(row)
        return row

    def key(self, at):
        """Returns an item's key: unique, because its last letters are the row's number."""
        digits = ""
        for _ in range(4):
            digits = KEY_LETTERS[at % len(KEY_LETTERS)] + digits
            at //= len(KEY_LETTERS)
        return "".join(self.pick(KEY_LETTERS) for _ in range(4)) + digits

    def paper(self, at):
        kind = self.pick(PAPERS) if self.chance(0.4) else self.pick(PAPERS[:3])
        year, month, day = 2014 + self.below(12), 1 + self.below(12), 1 + self.below(28)
        row = self.item(at, kind)
        row["Publication Year"] = str(year)
        row["Author"] = "; ".join(self.author() for _ in range(1 + self.below(5))) if self.chance(0.97) else ""
        row["Title"] = self.title(at)
        row["Date"] = self.date(year, month, day)
        if not any(c.isdigit() for c in row["Date"]):
            row["Publication Year"] = ""
        row["Abstract Note"] = self.abstract(at)
        row["Language"] = self.pick(["en", "", "de", "eng"])
        row["Manual Tags"] = "; ".join(dict.fromkeys(self.pick(TAGS) for _ in range(self.below(3))))
        if kind == "preprint":
            self.make_preprint(row, year, month)
        else:
            row["Publication Title"], row["Volume"], row["Pages"] = self.pick(VENUES), str(1 + self.below(90)), f"{10 + self.below(80)}–{100 + self.below(50)}"
            row["DOI"] = self.doi(at) if self.chance(0.8) else ""
            row["Url"] = f"https://journal.example.org/{year}/{at}" if self.chance(0.5) else ""
            row["Extra"] = self.extra(at) if self.chance(0.3) else ""
        return row

    def make_preprint(self, row, year, month):
        number = f"{max(year, 2015) % 100:02}{month:02}.{60000 + self.below(39999)}"
        where = self.below(4)
        row["Publisher"], row["Library Catalog"] = "arXiv", "arXiv.org"
        row["Extra"] = f"arXiv:{number} [{self.pick(CATEGORIES)}]" if where < 3 else f"Version Number: {1 + self.below(3)}"
        row["Number"] = f"arXiv:{number}" if where > 0 else ""
        row["Url"] = f"http://arxiv.org/abs/{number}v{1 + self.below(3)}" if self.chance(0.8) else ""
        row["DOI"] = f"10.48550/arXiv.{number}" if where == 2 else ""
        row["Automatic Tags"] = "Computer Science - Machine Learning; Statistics - Methodology" if self.chance(0.5) else ""
        if self.chance(0.2):
            row["Extra"] += f" Comment: 12 pages, code at {self.repository(number)}"

    def other(self, at):
        """Returns an item that is not a paper."""
        kind = self.pick(["attachment", "attachment", "note", "webpage", "annotation", "blogPost", "computerProgram", "dataset"])
        row = self.item(at, kind)
        if kind == "attachment":
            row["Title"], row["File Attachments"] = self.pick(["Full Text PDF", "Snapshot", "arXiv.org Snapshot"]), f"C:\\Zotero\\storage\\{row['Key']}\\paper.pdf"
        elif kind == "note":
            row["Notes"] = "<p>Read again: see chapter 2;<br/>ask the authors.</p>"
        elif kind == "computerProgram":
            row["Title"], row["Url"] = f"tool-{at}", self.repository(at)
        else:
            row["Title"], row["Url"] = self.title(at), f"https://example.org/page/{at}"
        return row

    def duplicate(self, at):
        """Returns the last paper with a DOI once more: another key, other capitals, the DOI as an address."""
        row = dict(self.last, Key=self.key(at))
        row["Title"] = row["Title"].upper() if self.chance(0.5) else row["Title"].lower()
        row["DOI"] = row["DOI"].upper() if self.chance(0.5) else "https://doi.org/" + row["DOI"].split("doi.org/")[-1]
        return row

    def item(self, at, kind):
        row = dict.fromkeys(COLUMNS, "")
        added = f"20{20 + self.below(6)}-0{1 + self.below(9)}-1{self.below(10)} 08:{10 + self.below(50)}:00"
        row.update({"Key": self.key(at), "Item Type": kind, "Date Added": added, "Date Modified": added, "Access Date": added})
        return row

    def author(self):
        if self.chance(0.06):
            return self.pick(OTHER_NAMES)
        return f"{self.pick(LAST)}, {self.pick(FIRST)}".replace("_", " ")

    def title(self, at):
        plain = f"{self.pick(ADJECTIVES)} {self.pick(NOUNS)} {self.pick(ENDS)}: Part {at}"
        trouble = self.below(40)
        return {
            0: "",
            1: self.pick(FORMULAS),
            2: plain.replace(": ", " &amp; More: "),
            3: f"<i>{plain}</i> with CO<sub>2</sub>",
            4: f"“{plain}”, or \"How to; Quote\"",
            5: f"{plain}\n a second line",
            6: f"关于格子的研究 {at}",
            7: f"О решётках, часть {at}",
            8: f"  {plain}  ",
            9: f"Schr&ouml;dinger&#39;s {plain}",
        }.get(trouble, plain)

    def date(self, year, month, day):
        months = "January February March April May June July August September October November December".split()
        return {
            0: "n.d.",
            1: f"{months[month - 1]} {year}",
            2: f"{year}/{month:02}",
            3: f"{year}",
            4: f"{day} {months[month - 1][:3]} {year}",
            5: "",
            6: f"{year}-{month:02}-00",
            7: "forthcoming",
            8: f"{month}/{day}/{year}",
        }.get(self.below(20), f"{year}-{month:02}-{day:02}")

    def abstract(self, at):
        if self.chance(0.1):
            return ""
        count = 400 if self.chance(0.005) else 2 + self.below(4)  # 400 sentences: a text far beyond a cell of a spreadsheet
        text = " ".join(self.pick(SENTENCES) for _ in range(count))
        if self.chance(0.35):
            text += " " + self.pick(["Code is available at {}.", "Our code: {}", "See {} for code and data.", "We use {} as a baseline."]).format(self.repository(at))
        elif self.chance(0.1):
            text += " Code will be released upon publication."
        return text.replace(". ", ".\n", 1) if self.chance(0.05) else text

    def doi(self, at):
        doi = f"10.5555/made.up.{at}"
        return {0: f"https://doi.org/{doi}", 1: f"http://dx.doi.org/{doi}", 2: f"doi:{doi}", 3: doi.upper(), 4: f"{doi} ", 5: "in press"}.get(self.below(30), doi)

    def extra(self, at):
        return self.pick([
            f"Code: {self.repository(at)}",
            f"Citation Key: made{at}",
            f"DOI: 10.5555/extra.{at}",
            f"tex.github: {self.repository(at)}; read twice",
            "Publisher: Example Press",
        ])

    def repository(self, at):
        name = f"github.com/made-up-lab-{self.below(60)}/project-{at}"
        return {0: name, 1: f"https://www.{name}.git", 2: f"https://{name}/tree/main"}.get(self.below(8), f"https://{name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int, nargs="?", default=5000)
    parser.add_argument("--seed", type=int, default=23)
    args = parser.parse_args()
    library = Library(args.seed)
    text = io.StringIO(newline="")
    rows = csv.DictWriter(text, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writeheader()
    rows.writerows(library.row(at) for at in range(args.rows))
    sys.stdout.buffer.write(("\ufeff" + text.getvalue()).encode())


if __name__ == "__main__":
    main()
