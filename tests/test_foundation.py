"""The fixtures do what they say: each accepts the good and refuses the bad."""

import httpx
import psycopg
import pytest
import sqlalchemy as sa
from playwright.sync_api import Error as BrowserError
from weasyprint import HTML

GOOD_PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Essai</title></head>
<body><main><h1>Une page</h1><label for="nom">Nom du PAT</label> <input id="nom"></main></body></html>"""
BAD_PAGE = GOOD_PAGE.replace('<label for="nom">Nom du PAT</label>', "Nom du PAT")
GOOD_PDF = """<html lang="fr"><title>Essai</title><h1>Un rapport</h1><p>Lisible par tous.</p>"""
POLICY = "default-src 'none'; style-src 'self'"


def application(body, policy=POLICY):
    def app(environ, start_response):
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", policy),
        ]
        start_response("200 OK", headers)
        return [body.encode()]

    return app


def failure_of(call, *args):
    with pytest.raises(pytest.fail.Exception) as caught:
        call(*args)
    return str(caught.value)


class TestPostgres:
    def test_a_database_keeps_what_it_is_given(self, postgres_database):
        engine = sa.create_engine(postgres_database)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE network (name text)"))
            connection.execute(sa.text("INSERT INTO network VALUES ('Île-d’Yeu')"))
            assert connection.scalar(sa.text("SELECT upper(name) FROM network")) == "ÎLE-D’YEU"
        engine.dispose()

    @pytest.mark.parametrize("time", ["first", "second"])
    def test_each_test_finds_its_database_empty(self, postgres_database, time):
        address = postgres_database.replace("+psycopg", "")
        with psycopg.connect(address) as connection:
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            assert connection.execute(tables).fetchone() == (0,)
            connection.execute("CREATE TABLE left_behind (id int)")


class TestBrowser:
    def test_a_page_opens_under_a_strict_policy_and_is_accessible(self, serve, page, audit):
        page.goto(serve(application(GOOD_PAGE)))
        assert page.get_by_label("Nom du PAT").is_visible()
        assert page.evaluate("navigator.language") == "fr-FR"
        audit(page)
        audit(page, root="main")

    def test_axe_names_the_rule_and_the_element_in_french(self, serve, page, audit):
        page.goto(serve(application(BAD_PAGE)))
        message = failure_of(audit, page)
        assert "label" in message
        assert "#nom" in message
        assert "doit avoir une étiquette" in message
        audit(page, allow={"label"})

    @pytest.mark.parametrize("address", ["http://example.org/", "http://192.0.2.1/", "http://localhost/"])
    def test_no_other_machine_can_be_reached(self, page, page_faults, address):
        with pytest.raises(BrowserError, match="ERR_NAME_NOT_RESOLVED"):
            page.goto(address)
        assert page_faults == [f"Request to another machine: {address}"]
        page_faults.clear()

    @pytest.mark.parametrize(
        ("script", "policy", "fault"),
        [
            ("throw new Error('ouch')", "script-src 'unsafe-inline'", "ouch"),
            ("1", "script-src 'none'", "Content Security Policy"),
            ("fetch('http://example.org/x')", "script-src 'unsafe-inline'", "example.org/x"),
        ],
    )
    def test_faults_of_a_page_are_noted(self, serve, page, page_faults, script, policy, fault):
        body = GOOD_PAGE.replace("</main>", f"</main><script>{script}</script>")
        page.goto(serve(application(body, policy)))
        page.wait_for_load_state("networkidle")
        assert any(fault in each for each in page_faults)
        page_faults.clear()

    def test_a_page_without_javascript(self, serve, new_page):
        body = GOOD_PAGE.replace("</main>", "</main><script>document.title = 'Avec script'</script>")
        page = new_page(java_script_enabled=False, base_url=serve(application(body, "script-src 'unsafe-inline'")))
        page.goto("/")
        assert page.title() == "Essai"


def test_a_served_application_answers_without_a_browser(serve):
    assert "Une page" in httpx.get(serve(application(GOOD_PAGE))).text


class TestPdf:
    def test_an_accessible_document_passes(self, check_pdf, tmp_path):
        file = tmp_path / "good.pdf"
        HTML(string=GOOD_PDF).write_pdf(file, pdf_variant="pdf/ua-1")
        check_pdf(file)
        check_pdf(file.read_bytes())

    def test_a_document_without_title_is_refused_by_rule(self, check_pdf):
        untitled = GOOD_PDF.replace("<title>Essai</title>", "")
        message = failure_of(check_pdf, HTML(string=untitled).write_pdf(pdf_variant="pdf/ua-1"))
        assert "PDFUA1-METADATA-TITLE" in message

    def test_a_broken_file_is_refused(self, check_pdf):
        message = failure_of(check_pdf, HTML(string=GOOD_PDF).write_pdf(pdf_variant="pdf/ua-1")[:-200])
        assert "qpdf" in message
        assert "qpdf" in failure_of(check_pdf, b"not a PDF")


class TestSkips:
    @pytest.fixture
    def outcomes(self, pytester, monkeypatch):
        pytester.makepyfile(
            test_one="""
                import pytest
                def test_fine(): pass
                def test_skipped(): pytest.skip("no reason")
                @pytest.mark.skip
                def test_marked(): pass
                @pytest.mark.xfail(strict=True)
                def test_known_fault(): assert False
            """,
            test_two="import pytest; pytest.skip('the whole file', allow_module_level=True)",
        )

        def run(ci):
            monkeypatch.setenv("CI", ci)
            return pytester.runpytest(
                "-p", "tests.fixtures.strictness", "--continue-on-collection-errors"
            ).parseoutcomes()

        return run

    def test_a_skip_fails_in_ci(self, outcomes):
        assert outcomes("true") == {"passed": 1, "failed": 1, "errors": 2, "xfailed": 1}

    def test_a_skip_passes_at_home(self, outcomes):
        assert outcomes("false") == {"passed": 1, "skipped": 3, "xfailed": 1}
