"""The commands as a user types them: what they print, where, and with which exit code."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from palimpsest.cli import COMMANDS, app
from palimpsest.crawler.edit_curve import Counts
from palimpsest.crawler.planning import EVERYBODY, counts_of
from palimpsest.errors import PalimpsestError
from palimpsest.model import Capture, Extraction, Outcome, Paragraph
from palimpsest.newsroom import Newsroom
from palimpsest.newsroom.faults import hang_up, serve
from palimpsest.storage import open_archive

from .conftest import Shell


class Desk:
    """Runs commands in this process, on an archive that may crawl the newsroom."""

    def __init__(self, shell: Shell, newsroom: Newsroom) -> None:
        self.directory, self.newsroom = shell.directory, newsroom
        self._runner = CliRunner()

    def run(self, *words: str, code: int = 0) -> Result:
        result = self._runner.invoke(app, ["-C", str(self.directory), *words])
        got = (
            result.exception.exit_code if isinstance(result.exception, PalimpsestError) else result.exit_code
        )
        assert got == code, result.output + repr(result.exception)
        return result

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)

    def refused(self, *words: str) -> str:
        """What a refused command says."""
        result = self.run(*words, code=2)
        return str(result.exception) if isinstance(result.exception, PalimpsestError) else result.output

    def counts(self) -> dict[str, int]:
        """Rows in every table of the database."""
        with sqlite3.connect(self.directory / "archive.db") as db:
            names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
        db.close()
        return found

    def home(self, slug: str) -> str:
        return self.newsroom.outlet(slug).home


@pytest.fixture
def desk(shell: Shell, newsroom: Newsroom) -> Desk:
    return Desk(shell, newsroom)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An archive of one outlet, crawled, edited and crawled again; for commands that only read."""
    with Newsroom(pace=None) as newsroom:
        shell = Shell(tmp_path_factory.mktemp("cli") / "news")
        shell.run("init")
        shell.configure(newsroom)
        desk = Desk(shell, newsroom)
        desk.run("source", "add", desk.home("courrier"), "--slug", "courrier")
        for step in range(3):
            newsroom.at(step)
            desk.run("crawl", *(["--again"] if step else []))
        yield desk


# ------------------------------------------------------------------ sources


def test_an_outlet_is_added_by_its_address_alone(desk: Desk) -> None:
    result = desk.run("source", "add", desk.home("courrier"))
    assert "Le Courrier du Port" in result.stdout
    assert "feed" in result.stdout
    assert "Next: palimpsest crawl courrier-du-port" in result.stderr
    (source,) = desk.json("source", "list")
    assert source["slug"] == "courrier-du-port"
    assert source["ways"][0]["kind"] == "feed"


def test_ways_that_are_named_are_taken_and_nothing_is_searched_for(desk: Desk) -> None:
    feed = desk.home("faro") + "rss"
    found = desk.json("source", "add", desk.home("faro"), "--feed", feed, "--tag", "es", "--delay", "3")
    assert found["ways"] == [{"kind": "feed", "url": feed, "checked": ""}]
    assert (found["tags"], found["delay"]) == (["es"], 3.0)
    assert not desk.newsroom.requests.visits


def test_an_outlet_is_registered_once(desk: Desk) -> None:
    desk.run("source", "add", desk.home("courrier"))
    assert "registered already, as courrier-du-port" in desk.refused("source", "add", desk.home("courrier"))


def test_a_source_is_shown_paused_resumed_and_removed(desk: Desk) -> None:
    desk.run("source", "add", desk.home("courrier"), "--slug", "c")
    desk.run("source", "pause", "c")
    assert "(paused)" in desk.run("source", "show", "c").stdout
    assert "no source to crawl" in desk.refused("crawl")
    desk.run("source", "resume", "c")
    assert desk.json("source", "show", "c")["paused"] is False
    desk.run("crawl", "--limit", "2")
    desk.run("source", "remove", "c", "--yes")
    assert desk.json("source", "list") == []
    assert len(desk.json("article", "list")) == 2


def test_testing_a_source_shows_three_articles_and_stores_nothing(desk: Desk) -> None:
    before = desk.counts()
    result = desk.run("source", "test", desk.home("ledger"))
    assert result.stdout.count("\n--- http") == 3
    assert "* feed" in result.stdout
    assert desk.counts() == before


def test_an_import_tells_of_each_row_and_a_dry_run_adds_none(desk: Desk, tmp_path: Path) -> None:
    desk.newsroom.fault("ledger", "*", hang_up())
    desk.newsroom.fault("talbote", "/robots.txt", serve(b"User-agent: *\nDisallow: /\n", "text/plain"))
    desk.run("source", "add", desk.home("courrier"))
    rows = [
        desk.home("courrier"),
        desk.home("faro"),
        desk.home("talbote"),
        desk.home("ledger"),
        "http://[",
    ]
    listed = tmp_path / "outlets.txt"
    listed.write_text("\n".join(rows) + "\n", "utf-8")
    told = json.loads(desk.run("source", "import", str(listed), "--dry-run", "--json", code=2).stdout)
    assert [row["verdict"] for row in told] == ["duplicate", "new", "forbidden", "dead", "bad"]
    assert [row["line"] for row in told] == [1, 2, 3, 4, 5]
    assert len(desk.json("source", "list")) == 1
    desk.run("source", "import", str(listed), "--tag", "press", code=2)
    assert [s["tags"] for s in desk.json("source", "list")] == [[], ["press"]]


@pytest.mark.parametrize("form", ["opml", "toml"])
def test_opml_and_toml_are_imported(desk: Desk, tmp_path: Path, form: str) -> None:
    feed = desk.home("courrier") + "rss.xml"
    text = {
        "opml": f'<opml version="2.0"><body><outline text="Port" xmlUrl="{feed}"/></body></opml>',
        "toml": f'[[source]]\nname = "Port"\nhome = "{desk.home("courrier")}"\nfeeds = ["{feed}"]\n',
    }[form]
    file = tmp_path / f"outlets.{form}"
    file.write_text(text, "utf-8")
    desk.run("source", "import", str(file))
    (source,) = desk.json("source", "list")
    assert (source["name"], source["ways"][0]["url"]) == ("Port", feed)


# -------------------------------------------------------------------- crawl


def test_a_crawl_prints_its_summary_on_stdout_and_its_progress_on_stderr(desk: Desk) -> None:
    desk.run("source", "add", desk.home("courrier"))
    result = desk.run("crawl")
    total = len(desk.newsroom.articles("courrier"))
    assert result.stdout == f"{total} new\n"
    assert result.stderr.count("new  ") == total
    assert "\x1b" not in result.output


def test_a_crawl_counts_in_json_and_keeps_to_its_limit(desk: Desk) -> None:
    desk.run("source", "add", desk.home("courrier"))
    told = desk.json("crawl", "--limit", "2")
    assert told["totals"]["new"] == 2
    assert told["sources"][0]["state"] == "done"
    assert desk.json("crawl")["totals"]["new"] == len(desk.newsroom.articles("courrier")) - 2


def test_a_dry_run_prints_links_and_fetches_no_article(desk: Desk) -> None:
    desk.run("source", "add", desk.home("courrier"))
    before = desk.counts()
    lines = desk.run("crawl", "--dry-run").stdout.splitlines()
    assert set(lines) == set(desk.newsroom.articles("courrier"))
    after = desk.counts()
    assert (after["lead"], after["capture"]) == (before["lead"], before["capture"])


def test_articles_published_earlier_are_left_out(desk: Desk) -> None:
    desk.run("source", "add", desk.home("courrier"))
    assert desk.run("crawl", "--since", "2090-01-01").stdout == "nothing new\n"


def test_a_crawl_by_hand_learns_how_outlets_edit_once_enough_was_seen(desk: Desk) -> None:
    def counts() -> Counts:
        with open_archive(desk.directory) as archive, archive.transaction() as tx:
            return counts_of(tx, EVERYBODY)

    desk.run("source", "add", desk.home("courrier"))
    desk.run("crawl")
    desk.run("crawl", "--again")
    assert counts().learned == 0
    with open_archive(desk.directory) as archive, archive.transaction() as tx:
        tx.set_edit_counts(EVERYBODY, replace(counts_of(tx, EVERYBODY), visits=500.0).to_json())
    desk.run("crawl", "--dry-run")
    assert counts().learned == 0
    desk.run("crawl")
    assert counts().learned >= 500


def test_sources_are_crawled_by_tag(desk: Desk) -> None:
    for slug, tag in (("courrier", "fr"), ("faro", "es")):
        desk.run("source", "add", desk.home(slug), "--slug", slug, "--tag", tag)
    assert [row["source"] for row in desk.json("crawl", "--tag", "es")["sources"]] == ["faro"]


def test_single_pages_are_archived_without_a_source(desk: Desk) -> None:
    url, other = desk.newsroom.articles("ledger")[0], desk.newsroom.articles("faro")[0]
    assert desk.json("archive", url, other)["totals"]["new"] == 2
    assert {article["url"] for article in desk.json("article", "list")} == {url, other}


def test_scrapy_lists_and_runs_the_spiders_in_an_archive(desk: Desk) -> None:
    desk.run("source", "add", desk.home("faro"), "--slug", "faro")
    root = Path(__file__).resolve().parents[2]
    env = os.environ | {"PALIMPSEST_ARCHIVE": str(desk.directory)}
    for words in (["list"], ["crawl", "sitemap", "-a", "source=faro"]):
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", *words],
            cwd=root,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        if words == ["list"]:
            assert {"feed", "sitemap", "frontpage", "list", "revisit", "warc", "msn"} <= set(
                done.stdout.split()
            )
    assert len(desk.json("article", "list")) == len(desk.newsroom.articles("faro"))


# ------------------------------------------------------------------ reading


def test_an_article_is_named_by_address_id_or_words(edited: Desk) -> None:
    (found,) = (a for a in edited.json("article", "list") if "pont tournant" in a["title"])
    for name in (found["url"], str(found["id"]), "pont TOURNANT", found["url"] + "?utm_source=mail"):
        assert edited.json("history", name)["article"]["id"] == found["id"]
    assert "name one by its id" in edited.refused("show", "le")
    assert "no article with the words" in str(edited.run("show", "zzz", code=3).exception)


def test_a_version_is_shown_by_number_by_moment_and_in_every_form(edited: Desk) -> None:
    versions = edited.json("history", "pont tournant")["versions"]
    assert len(versions) == 3
    first, last = versions[0], versions[-1]
    assert "12 ouvriers" in edited.run("show", "pont tournant", "--version", "1").stdout
    assert "21 ouvriers" in edited.run("show", "pont tournant").stdout
    shown = edited.json("show", "pont tournant", "--at", last["first_seen"].replace("Z", ".999+00:00"))
    assert shown["version"]["number"] == 3
    assert shown["version"]["extraction"]["title"] == last["title"] != first["title"]
    assert edited.run("show", "pont tournant", "--html").stdout.startswith("<article>\n<h1>")
    text = edited.run("show", "pont tournant", "--text").stdout
    assert text.startswith(last["title"])
    assert "<" not in text.replace("<http", "")
    markdown = edited.run("article", "show", "pont tournant")
    assert markdown.stdout.startswith("# ")
    assert "version 3 of 3" in markdown.stderr


def test_a_moment_before_the_first_capture_is_not_in_the_archive(edited: Desk) -> None:
    result = edited.run("show", "pont tournant", "--at", "2001-01-01", code=3)
    assert "nothing of it was archived by then" in str(result.exception)
    assert "2 versions, no version" not in str(result.exception)
    assert "3 versions, no version 9" in str(
        edited.run("show", "pont tournant", "--version", "9", code=3).exception
    )


def test_a_diff_is_unified_when_piped_and_coloured_on_a_terminal(edited: Desk) -> None:
    piped = edited.run("diff", "pont tournant", "1", "2").stdout
    assert piped.startswith("--- version 1 (")
    assert "\n-Pendant la fermeture, 12 ouvriers" in piped
    assert "\n+Pendant la fermeture, 21 ouvriers" in piped
    leader, follower = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "palimpsest",
        "-C",
        str(edited.directory),
        "diff",
        "pont tournant",
        "1",
        "2",
    ]
    process = subprocess.Popen(command, stdout=follower, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(leader)
    assert process.wait(60) == 0
    assert b"\x1b[31;9m12\x1b[0m" in shown
    assert b"\x1b[32;4m21\x1b[0m" in shown


def test_a_number_and_a_moment_at_once_are_refused(edited: Desk) -> None:
    assert "--version or --at" in edited.refused("show", "1", "--version", "1", "--at", "2026-10-15")


@pytest.mark.parametrize("words", [("history", "1"), ("search", "la"), ("article", "list"), ("stats",)])
def test_a_reader_that_goes_away_is_no_error(edited: Desk, words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "palimpsest", "-C", str(edited.directory), *words],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_article_with_one_version_has_no_diff(edited: Desk) -> None:
    single = next(a for a in edited.json("article", "list") if a["versions"] == 1)
    assert "one version only" in edited.refused("diff", str(single["id"]))


def test_figures_of_the_archive_are_printed(edited: Desk) -> None:
    stats = edited.json("stats")
    assert stats["articles"] == len(edited.json("article", "list"))
    assert f"{stats['captures']:,}" in edited.run("stats").stdout


def test_a_saved_page_is_read_without_an_archive(edited: Desk, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        f"<html><h1>A headline</h1><article>{'<p>A sentence of a story.</p>' * 20}</article></html>"
    )
    read = json.loads(CliRunner().invoke(app, ["-C", str(tmp_path), "extract", str(page), "--json"]).stdout)
    assert read["title"] == "A headline"


def test_what_a_page_says_cannot_drive_the_terminal(desk: Desk) -> None:
    bad = "Storm\x1b[2J \x9b31mover\u202e [bold]city[/bold]"
    at = datetime(2026, 3, 1, tzinfo=UTC)
    with open_archive(desk.directory) as archive, archive.transaction() as tx:
        article = tx.add_article(None, "https://a.example/1", "a.example/1", now=at)
        for number in range(2):
            one = Capture(record_id=uuid.uuid4(), url=article.url, at=at, outcome=Outcome.OK)
            capture = tx.add_capture(one, article_id=article.id)
            page = Extraction(url=one.url, title=bad, blocks=(Paragraph(text=f"{bad} {number}"),))
            tx.add_version(article.id, capture, page, bytes([number]) * 32, at=at)
    forms = ("article list", "article list --json", "history 1", "history 1 --json", "diff 1", "show 1")
    for words in (*forms, "show 1 --text", "show 1 --html", "show 1 --json"):
        output = desk.run(*words.split()).output
        assert not {"\x1b", "\x9b", "\u202e"} & set(output), words
        assert "Storm" in output
    assert "[bold]city[/bold]" in desk.run("article", "list").output.replace("\n", " ")


# ------------------------------------------------------------- out and in


def test_scrapy_takes_a_warc_file_in(edited: Desk, tmp_path: Path) -> None:
    file, other = tmp_path / "out.warc.gz", tmp_path / "other"
    edited.run("export", "warc", "-o", str(file))
    CliRunner().invoke(app, ["init", str(other)])
    command = [sys.executable, "-m", "scrapy", "crawl", "warc", "-a", f"file={file}"]
    env = os.environ | {"PALIMPSEST_ARCHIVE": str(other)}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    with open_archive(other) as archive:
        assert archive.stats().captures == edited.json("stats")["captures"]


def test_captures_go_out_as_warc_and_come_in_once(edited: Desk, tmp_path: Path) -> None:
    file = tmp_path / "out.warc.gz"
    assert edited.json("export", "warc", "-o", str(file))["captures"] == edited.json("stats")["captures"]
    again = tmp_path / "again" / "out.warc.gz"
    again.parent.mkdir()
    edited.run("export", "warc", "-o", str(again))
    assert again.read_bytes() == file.read_bytes()
    assert edited.json("import", "warc", str(file))["totals"] == {"held": edited.json("stats")["captures"]}
    assert ".warc.gz" in edited.refused("export", "warc", "-o", str(tmp_path / "out.zip"))


def test_what_a_search_finds_goes_out_in_every_format(edited: Desk, tmp_path: Path) -> None:
    stats = edited.json("stats")
    for form in ("jsonl", "csv", "parquet", "sqlite"):
        file = tmp_path / f"out.{form}"
        made = edited.json("export", form, "--versions", "all", "-o", str(file))
        assert made["counts"] == {"versions": stats["versions"]}
        assert made["bytes"] == file.stat().st_size
        assert json.loads(file.with_name(f"out.{form}.manifest.json").read_text("utf-8"))["format"] == form
        assert "--force" in edited.refused("export", form, "-o", str(file))
        edited.run("export", form, "-o", str(file), "--force")
    few = edited.json("export", "jsonl", "title:pont", "--source", "courrier", "-o", str(tmp_path / "few"))
    assert 0 < few["counts"]["versions"] < stats["articles"]
    pages = edited.json("export", "wacz", "title:pont", "--versions", "all", "-o", str(tmp_path / "p.wacz"))
    assert pages["counts"]["captures"] >= pages["counts"]["pages"] > few["counts"]["versions"]
    then = edited.json("export", "jsonl", "--as-of", "2020-01-01", "-o", str(tmp_path / "then"))
    assert then["counts"] == {"versions": 0}
    assert "character" in edited.refused("export", "jsonl", "(pont", "-o", str(tmp_path / "bad"))
    done = edited.run("export", "jsonl", "-o", str(tmp_path / "told"))
    assert done.stdout.startswith(f"{tmp_path / 'told'}: ")


def test_a_version_is_cited_by_name_or_by_moment(edited: Desk) -> None:
    article = edited.json("article", "list", "--edited")[0]
    # The last one: two that came within a second are one moment, as moments are listed, and the later stands.
    last = edited.json("history", str(article["id"]))["versions"][-1]
    said = edited.run("cite", last["id"]).stdout
    assert said.count("\n") == 1
    assert last["id"] in said
    assert "SHA-256" in said
    assert edited.run("cite", f"{article['url']}@{last['first_seen']}").stdout == said
    assert edited.run("cite", last["id"], "--format", "bibtex").stdout.startswith("@online{palimpsest-")
    assert json.loads(edited.run("cite", last["id"], "--format", "csl").stdout)[0]["URL"] == article["url"]
    assert edited.run("cite", last["id"], "--format", "ris").stdout.splitlines()[-1] == "ER  - "
    edited.run("cite", "ffff", code=3)
    edited.run("cite", f"{article['id']}@2020-01-01", code=3)
    edited.refused("cite", f"{article['id']}@someday")


# ------------------------------------------------------------- bad input


def test_no_bad_input_ends_in_a_traceback_and_each_is_named(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n")
    (tmp_path / "bomb.opml").write_text(
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml>&a;</opml>'
    )
    (tmp_path / "no.warc.gz").write_bytes(b"not a warc")
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "palimpsest.toml").write_text("[fetch]\ndelay = 'soon'\n")
    runner = CliRunner()
    archive = ["-C", str(shell.directory)]
    cases = [
        ([*archive, "crawl", "nobody"], 3, "nobody"),
        ([*archive, "source", "show", "nobody"], 3, "nobody"),
        ([*archive, "source", "add", "ftp://a.example/"], 2, "ftp"),
        ([*archive, "source", "add", "http://[::1"], 2, "http://[::1"),
        ([*archive, "source", "import", str(tmp_path / "missing.txt")], 2, "missing.txt"),
        ([*archive, "source", "import", str(tmp_path / "latin.txt")], 2, "latin.txt"),
        (
            [*archive, "source", "import", str(tmp_path / "bomb.opml")],
            2,
            "bomb.opml: the document declares entities",
        ),
        ([*archive, "archive", "not a url"], 2, "not a url"),
        ([*archive, "show", "1"], 3, "1"),
        ([*archive, "show", "x", "--at", "yesterday"], 2, "yesterday"),
        ([*archive, "import", "warc", str(tmp_path / "no.warc.gz")], 1, "no.warc.gz"),
        ([*archive, "export", "warc", "-o", str(tmp_path / "x.warc.gz")], 3, "no capture"),
        ([*archive, "init"], 5, "archive"),
        (["-C", str(tmp_path / "nowhere"), "stats"], 5, "nowhere"),
        (["-C", str(tmp_path / "wrong"), "stats"], 2, "delay"),
        (["-C", str(tmp_path), "init", "x", "--database", "mysql://a/b"], 2, "mysql"),
        (["no-such-command"], 2, "no-such-command"),
        ([*archive, "crawl", "--since", "99999999999d"], 2, "99999999999d"),
        ([*archive, "crawl", "--since", "999999999d"], 2, "999999999d"),
        ([*archive, "crawl", "--since", "²d"], 2, "²d"),
        ([*archive, "show", "x", "--at", "9999-12-31"], 3, "x"),
    ]
    for words, code, named in cases:
        result = runner.invoke(app, words)
        error = result.exception
        assert isinstance(error, PalimpsestError | SystemExit), (words, error, result.output)
        got = error.exit_code if isinstance(error, PalimpsestError) else error.code
        assert got == code, (words, got, result.output, str(error))
        assert named in result.output + str(error), (words, result.output, str(error))


def test_help_lists_every_command_and_loads_none_of_them() -> None:
    code = (
        "import sys\nfrom palimpsest.cli import COMMANDS, app\n"
        "app(['--help'], standalone_mode=False)\n"
        "heavy = {'palimpsest.storage', 'palimpsest.crawler', 'pydantic', 'scrapy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    listed = [line.split()[0] for line in done.stdout.partition("Commands:\n")[2].splitlines()]
    assert listed == list(COMMANDS)
    for name in COMMANDS:
        assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0


def test_an_empty_archive_has_figures_too(desk: Desk) -> None:
    assert "None" not in desk.run("stats").stdout
    assert desk.run("article", "list").exit_code == 0


LISTS = (
    ("source", "list"), ("schedule", "list"), ("watch", "list"), ("alerts", "list"), ("keys", "list"),
    ("ledger", "list"), ("article", "list"), ("runs",), ("health",),
)  # fmt: skip


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_an_empty_list_is_no_line_of_data_and_names_the_next_step(desk: Desk, words: tuple[str, ...]) -> None:
    done = desk.run(*words)
    assert done.stdout == ""
    assert "palimpsest " in done.stderr
    assert desk.json(*words) == []


def test_an_error_is_one_line_on_stderr_with_its_exit_code(shell: Shell) -> None:
    done = shell.run("crawl", "nobody", code=3)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("palimpsest: ")
