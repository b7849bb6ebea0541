"""Papers, observations and a dataset's name that try to break the report. Owners and people do not exist."""

MEGABYTE = 1_000_000

TEXTS = {
    "markup": "<img src=x onerror=alert('title')><svg onload=alert(1)>",
    "script": "</script><script>alert('script')</script>",
    "comment": "<!-- <script> --> <!--> ]]> <![CDATA[ <?php",
    "style": "</style></title></textarea><iframe src='data:text/html,<script>alert(1)</script>'>",
    "attribute": "\" onmouseover=\"alert(1)\" x='\" autofocus onfocus=alert(1) '",
    "entities": "&lt;b&gt; &amp;amp; &#60;script&#62; &nbsp;&copy",
    "separators": "one\u2028two\u2029three\u0085four",
    "nul": "before\x00after \x01\x07\x1b[31mred\x7f\x9b",
    "bidi": "invoice\u202egnp.exe \u2066isolated\u2069 \u200fmark \u061c",
    "zero width": "zero\u200bwidth\u200djoined\ufeffmark \u00adsoft",
    "rtl": "בינה מלאכותית وتعلم الآلة في المستشفيات",
    "emoji": "👩‍👩‍👧‍👦 family 🏳️‍🌈 flag 🇺🇳 \U0001f3fb",
    "surrogates": "high \ud800 low \udc00 turned \udfff\ud83d",
    "marks": "z\u0335\u0321\u0316a\u0301\u0302\u0303l\u0300\u0301g\u0327o\u0308 Ünïcödé ﬁne Straße İstanbul ǅ ﬃ",
    "template": "{{ 7 * 7 }} {% raw %} ${alert(1)} <%= 1 %> {{ page.title | safe }}",
    "string": "\\\"';alert(1);// \\u003cscript\\u003e `${alert(1)}` \r\n\ttab",
    "prototype": "__proto__",
    "constructor": "constructor hasOwnProperty toString",
    "formula": "=HYPERLINK(\"javascript:alert(1)\")",
    "scheme": "javascript:alert(document.domain)",
    "long": "ab cd " * 833 + "xy",
    "unbroken": "w" * 5_000,
    "blank": " ",
    "number": "1e309",
}

# Addresses of papers; those without http or https, or with credentials, are never a link.
ADDRESSES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>alert(1)</script>", "file:///etc/passwd", "vbscript:x",
    "blob:https://example.org/x", "//example.org/x", "https:example.org", "https://user:password@example.org/", "https://github.com@example.org/", "https://exаmple.org/look-alike",
    "https://xn--exmple-cua.org/", "http://[::1]/", "https://example.org/\"><script>alert(1)</script>", "https://example.org/ x", "http://example.org:99999/", "https://\u202eexample.org/", "mailto:a@example.org",
    "https://example.org/%00", "https://example.org/#<img src=x onerror=alert(1)>", "http://例え.example/", "ftp://example.org/",
]

CATEGORIES = ["../../x", "cs.CV", "..", ".", "con", "<b>", "a b", "cs.CV\x00", "__proto__", "constructor", "cs.cv", "\u202ecs.LG", "c" * 300, "cs.LG", "", "weeks", "q-bio.NC", "/etc/passwd", "%2e%2e", "cs.CV.atom"]

FACTS = {
    "description": ["text"], "homepage": ["address"], "language": ["text"], "license_spdx": ["text"], "latest_release": ["text"], "default_branch": ["text"],
    "topics": ["list"], "languages": ["list"], "root_entries": ["list"],
}


def hostile(day):
    """Returns papers, observations, and a `[dataset]` for the pipeline."""
    texts = list(TEXTS.values())
    papers, seen = [], []
    for at, (name, text) in enumerate(TEXTS.items()):
        papers.append(paper(at, name, text, day))
        seen.append(observation(at, texts, day))
    papers += others(len(papers), day)
    first = len(seen)
    seen += [
        observation(first, texts, day) | {"description": "<b>d</b> " * (MEGABYTE // 9)},
        observation(first + 1, texts, day) | {"license_spdx": "<i>" * (MEGABYTE // 3)},
        observation(first + 2, texts, day) | {"license_spdx": "MIT", "description": "\u202e" * 1000, "stars": 2**53 + 1},
        {"repo": f"made-up-hostile/r{first + 3}", "date": day, "source": "<script>", "stars": 1},
        {"repo": f"made-up-hostile/r{first + 3}", "date": day, "source": "made-up list", "state": "not_found", "state_reason": "<b>gone</b>"},
    ]
    papers += [paper(at, "repository", f"A repository of its own kind, {at}", day) for at in range(first, first + 4)]
    dataset = "[dataset]\ntitle = '</title><script>alert(\"dataset\")</script> & \"weeks\"'\nauthor = '<img src=x onerror=alert(1)>'\n"
    return papers, seen, dataset


def paper(at, name, text, day):
    link = f"https://github.com/made-up-hostile/r{at}"
    return {
        "id": f"hostile:{at}", "title": text, "abstract": f"{text}. Our code of {name} is at {link} {text}", "comment": f"{text} {link}", "authors": [text, f"Made-Up {text}"[:300]],
        "categories": [CATEGORIES[at % len(CATEGORIES)], CATEGORIES[(at + 1) % len(CATEGORIES)]], "date": day, "url": ADDRESSES[at % len(ADDRESSES)], "upvotes": at,
    }


def others(first, day):
    """Returns papers that are odd in another way than by their texts."""
    plain = {"abstract": "Plain.", "date": day}
    return [
        {"id": "hostile:authors", "title": "Many made-up authors", "authors": [f"Made-Up Author {at}" for at in range(3000)], "abstract": "Code: https://github.com/made-up-hostile/authors", "date": day},
        {"id": "hostile:<img src=x onerror=alert(1)>", "title": "An id of markup", **plain},
        {"id": "hostile:../../../etc/passwd", "title": "An id that is a path", **plain},
        {"id": "hostile:\u202eid", "title": "An id that turns round", **plain},
        {"id": "hostile:?q=x#&paper=y%20z", "title": "An id of an address", "abstract": "Code: https://gitlab.com/made-up-hostile/id", "date": day},
        {"id": "hostile:no-title", "abstract": "Code: https://codeberg.org/made-up-hostile/untitled", "date": day},
        {"id": "hostile:nothing", "title": "Nothing but a title"},
        {"id": "hostile:fields", "title": "Links of fields", "githubRepo": "https://user:password@github.com/made-up-hostile/secret", "projectPage": "javascript:alert(1)", **plain},
        {"id": "hostile:pages", "title": "Pages of other kinds", "date": day,
         "abstract": "See https://user:password@made-up.example/, https://mаde-up.example/, http://xn--mde-up-4ve.example/<script>, data:text/html,x, file:///etc/passwd and javascript:alert(1)."},
        {"id": "hostile:categories", "title": "Many categories", "categories": [f"made-up.{at}" for at in range(300)], **plain},
        {"id": "hostile:" + "long" * 200, "title": "An id of 800 letters", **plain},
        {"id": "hostile:tab\tand\nline", "title": "An id on two lines", **plain},
        {"id": "hostile:links", "title": "A hundred links", "date": day, "abstract": "Code: " + " ".join(f"https://github.com/made-up-hostile/many{at}" for at in range(100))},
    ]


def observation(at, texts, day):
    def value(kind, shift):
        if kind == "list":
            return [texts[(at + shift + more) % len(texts)] for more in range(3)]
        return ADDRESSES[(at + shift) % len(ADDRESSES)] if kind == "address" else texts[(at + shift) % len(texts)]

    facts = {name: value(kind, shift) for shift, (name, [kind]) in enumerate(FACTS.items())}
    known = {"stars": at * 7, "is_archived": at % 5 == 0, "is_empty": False, "releases": 1, "pushed_at": f"{day}T10:00:00Z", "readme": texts[at % len(texts)]}
    return {"repo": f"made-up-hostile/r{at}", "repo_id": 5000 + at, "date": f"{day}T12:00:00Z", "source": "github.com"} | known | facts
