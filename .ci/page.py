"""Checks what Chromium made of the page: words in the language asked, no error, a picture.

usage: page.py HTML PNG
"""

import html.parser
import pathlib
import re
import struct
import sys


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.language, self.words, self.notice, self.current = "", {}, "hidden", None

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "html":
            self.language = found.get("lang", "")
        if found.get("id") == "notice" and "hidden" not in found:
            self.notice = "shown"
        self.current = found.get("data-word")
        if self.current:
            self.words.setdefault(self.current, "")

    def handle_data(self, data):
        if self.current:
            self.words[self.current] += data

    def handle_endtag(self, tag):
        self.current = None


def main():
    file, picture = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    page = Page()
    page.feed(file.read_text())
    wanted = "zh-CN" if file.stem.endswith("zh") else "en"
    empty = [word for word, text in page.words.items() if not text.strip()]
    chinese = bool(re.search(r"[\u4e00-\u9fff]", page.words.get("channels", "")))
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    for what, holds in (
        (f"language {page.language} is {wanted}", page.language == wanted),
        (f"words {len(page.words)} >= 10, without text: {empty}", len(page.words) >= 10 and not empty),
        ("the heading is in that language", chinese == (wanted == "zh-CN")),
        ("no error is shown", page.notice == "hidden"),
        (f"the picture is {width} x {height}", width == 1280 and height > 600),
    ):
        if not holds:
            sys.exit(f"FAILED: {file.name}: not so: {what}")
    print(f"ok  {file.name}: {len(page.words)} words, {picture.stat().st_size} B of picture")


main()
