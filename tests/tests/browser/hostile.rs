//! The console shows what visitors send, and never executes it.

use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result};
use serde_json::json;

use crate::harness::Stage;

/// Each of these sets `taken` if a page parses it as HTML.
const SCRIPTS: [&str; 4] = [
    "<img src=x onerror=window.taken=1>",
    "</script><script>window.taken=1</script>",
    "<svg onload=window.taken=1>",
    "\"><iframe srcdoc='<script>parent.taken=1</script>'>",
];

#[test]
fn paths_headers_and_cookies_of_visitors_are_only_shown() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    let address = stage.site.strip_prefix("http://").context("no address")?;
    for script in SCRIPTS {
        // A target cannot contain the others.
        let path = script
            .replace(' ', "%20")
            .replace('"', "%22")
            .replace('<', "%3C")
            .replace('>', "%3E");
        let request = format!(
            "GET /{path}?{path} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: {script}\r\nReferer: {script}\r\n\
             Accept: {script}\r\nX-Netacea-Match: {script}\r\nX-Hostile: {script}\r\n\
             Cookie: _mitata={script}; hostile={script}\r\nConnection: close\r\n\r\n"
        );
        let mut connection = TcpStream::connect(address)?;
        connection.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer)?;
        assert!(answer.starts_with(b"HTTP/1.1 404"), "{script}: {answer:?}");
    }
    stage.in_console(|console| {
        for _ in 0..2 {
            let all_are_here = || Ok(console.texts("#exchanges > li")?.len() >= SCRIPTS.len());
            assert!(console.until(all_are_here)?, "not every request is shown");
            let open = "document.querySelectorAll('details').forEach((one) => { one.open = true; })";
            console.run(open, Vec::new())?;
            for script in SCRIPTS {
                console.see(".more", script)?;
            }
            let body = "return [window.taken, \
                document.querySelectorAll('#exchanges :is(img, script, iframe, [onload], [onerror])').length, \
                document.querySelectorAll('img, iframe, script').length]";
            // The two scripts are the state and the program of the page.
            assert_eq!(console.run(body, Vec::new())?, json!([null, 0, 2]));
            let said = console.log()?;
            assert!(said.is_empty(), "the browser's console says:\n{}", said.join("\n"));
            // After a reload, the state in the page names the user agents.
            console.reload()?;
            console.see("#browser", SCRIPTS[0])?;
        }
        Ok(())
    })
}

#[test]
fn only_the_page_itself_changes_the_lab() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.visit("/")?;
    // The site is another origin than the console.
    let url = format!("{}visitor", stage.lab.console);
    let body = json!({ "method": "POST", "headers": { "content-type": "application/json" },
        "body": r#"{"browser":null,"kind":"bot"}"# });
    let refused = stage.fetch(&url, body)?;
    assert!(
        refused["error"].is_string(),
        "the console answered the site: {refused}"
    );
    let blind =
        json!({ "method": "POST", "mode": "no-cors", "body": r#"{"browser":null,"kind":"bot"}"# });
    stage.fetch(&url, blind)?;
    stage.in_console(|console| {
        console.reload()?;
        console.see("#connection", "Live")?;
        assert!(
            console.is_chosen("#kind input[value=human]")?,
            "the site changed the lab"
        );
        Ok(())
    })
}
