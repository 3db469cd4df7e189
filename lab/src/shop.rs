//! The demo shop: a small site with everything that matters to bot protection.
//!
//! | path | what it is |
//! |---|---|
//! | `/`, `/index.html` | the shop window |
//! | `/products/<name>` | a product, with a form that puts it into the basket |
//! | `/basket` | the basket; `POST` adds to it and leads back |
//! | `/stock` | a page that asks the JSON API by script, also across origins |
//! | `/api/stock`, `/api/reviews` | the API; `/api/reviews` lets every page read it |
//! | `/slow` | takes two seconds |
//! | `/attic/…` | 403, as S3 answers to what it does not have; the distribution has a page for it |
//! | `/assets/…` | what CloudFront keeps |

use std::thread;
use std::time::Duration;

use acceptance::edge::{ConfiguredOrigin, Headers, OriginServer, RequestRecord, ResponseRecord};
use anyhow::Result;
use serde_json::json;

const FRAME: &str = include_str!("shop/frame.html");
const STYLE: &str = include_str!("shop/shop.css");
const STOCK_SCRIPT: &str = include_str!("shop/stock.js");
const STOCK: &str = include_str!("shop/stock.html");
/// How long the slow page takes.
const SLOW: Duration = Duration::from_secs(2);
/// Name in paths, name on pages, price in pence, picture (the inside of an SVG of 48 by 48),
/// description.
const PRODUCTS: [(&str, &str, u32, &str, &str); 4] = [
    (
        "kettle",
        "Enamel kettle",
        3400,
        r#"<path d="M13 22h22l5 20H8zM17 22c0-7 14-7 14 0M24 16v-4M39 30l6-8M12 16C12 2 36 2 36 16"/>"#,
        "Holds a litre and a half, whistles in B flat.",
    ),
    (
        "lamp",
        "Reading lamp",
        5900,
        r#"<path d="M16 43h18M25 43 13 27l11-13M19 6l16 9-7 12-16-9zM32 22l4 3"/>"#,
        "Warm light, a long arm, a switch where you look for it.",
    ),
    (
        "boots",
        "Walking boots",
        8900,
        r#"<path d="M13 5h11v22l15 7v8H12V5M12 37h27M19 12h5M19 18h5"/>"#,
        "Oiled leather, sewn soles, two pairs of laces.",
    ),
    (
        "umbrella",
        "Storm umbrella",
        2700,
        r#"<path d="M5 26C5 1 43 1 43 26zM24 7V4M24 26v12c0 7 9 7 9 0"/>"#,
        "Eight ribs, and turns inside out only once.",
    ),
];

/// Answers as the shop's own server.
#[derive(Debug)]
pub(crate) struct Shop;

/// An answer before it has headers.
struct Page {
    status: u16,
    media_type: &'static str,
    body: String,
    headers: Vec<(&'static str, String)>,
}

impl OriginServer for Shop {
    fn ask(
        &self,
        request: &RequestRecord,
        body: &[u8],
        _: &ConfiguredOrigin,
    ) -> Result<(ResponseRecord, Vec<u8>)> {
        let page = answer(request, body);
        let mut headers = Headers::default();
        headers.append("Content-Type", page.media_type);
        for (name, value) in &page.headers {
            headers.append(name, value);
        }
        let record = ResponseRecord {
            headers,
            status: page.status.to_string(),
            status_description: String::new(),
            body: None,
            body_encoding: None,
        };
        Ok((record, page.body.into_bytes()))
    }
}

impl Page {
    fn html(status: u16, title: &str, content: &str) -> Self {
        let body = FRAME
            .replace("{{title}}", title)
            .replace("{{content}}", content);
        Self {
            status,
            media_type: "text/html; charset=utf-8",
            body,
            headers: vec![("Cache-Control", "no-cache".to_owned())],
        }
    }

    fn asset(media_type: &'static str, body: &str) -> Self {
        Self {
            status: 200,
            media_type,
            body: body.to_owned(),
            headers: vec![("Cache-Control", "max-age=3600".to_owned())],
        }
    }

    fn json(body: &serde_json::Value) -> Self {
        Self {
            status: 200,
            media_type: "application/json",
            body: body.to_string(),
            headers: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

fn answer(request: &RequestRecord, body: &[u8]) -> Page {
    let path = request.uri.as_str();
    match (request.method.as_str(), path) {
        (_, "/" | "/index.html") => window(),
        ("POST", "/basket") => add(request, body),
        (_, "/basket") => basket(request),
        (_, "/stock") => Page::html(200, "In stock?", STOCK),
        (_, "/api/stock") => stock(request),
        (method, "/api/reviews") => reviews(request, method),
        (_, "/slow") => {
            thread::sleep(SLOW);
            let content = "<h1>Delivery times</h1><p>This page takes two seconds, like a page that \
                           asks a warehouse. Orders before noon leave today.</p>";
            Page::html(200, "Delivery times", content)
        }
        (_, "/assets/shop.css") => Page::asset("text/css", STYLE),
        (_, "/assets/stock.js") => Page::asset("text/javascript", STOCK_SCRIPT),
        (_, "/favicon.ico") => Page::asset("image/svg+xml", include_str!("shop/favicon.svg")),
        (_, path) if path.starts_with("/attic/") => {
            Page::html(403, "Forbidden", "<h1>Forbidden</h1>")
        }
        (_, path) => match path.strip_prefix("/products/") {
            Some(name) if product(name).is_some() => product_page(name),
            _ => Page::html(
                404,
                "Not found",
                "<h1>Not found</h1><p>We do not have this page.</p>",
            ),
        },
    }
}

fn product(
    name: &str,
) -> Option<&'static (&'static str, &'static str, u32, &'static str, &'static str)> {
    PRODUCTS.iter().find(|product| product.0 == name)
}

fn window() -> Page {
    let cards: String = PRODUCTS
        .iter()
        .map(|(name, title, pence, picture, _)| {
            format!(
                "<li><a href=\"/products/{name}\"><svg class=\"picture\" viewBox=\"0 0 48 48\" aria-hidden=\"true\">{picture}</svg>\
                 {title}</a><span class=\"price\">{}</span></li>",
                price(*pence)
            )
        })
        .collect();
    let content = format!("<h1>Things that last</h1><ul class=\"cards\">{cards}</ul>");
    Page::html(200, "Things that last", &content)
}

fn product_page(name: &str) -> Page {
    let Some((name, title, pence, picture, text)) = product(name) else {
        return window();
    };
    let content = format!(
        "<article><svg class=\"picture\" viewBox=\"0 0 48 48\" aria-hidden=\"true\">{picture}</svg><h1>{title}</h1><p>{text}</p>\
         <p class=\"price\">{}</p><form method=\"post\" action=\"/basket\">\
         <input type=\"hidden\" name=\"product\" value=\"{name}\">\
         <label>Quantity <input type=\"number\" name=\"quantity\" value=\"1\" min=\"1\" max=\"9\"></label>\
         <button>Add to basket</button></form></article>",
        price(*pence)
    );
    Page::html(200, title, &content)
}

/// Adds to the basket, which is a cookie, and redirects to it.
fn add(request: &RequestRecord, body: &[u8]) -> Page {
    let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| {
        let found = fields.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let (name, quantity) = (field("product"), field("quantity"));
    let quantity: u32 = quantity.parse().unwrap_or(0);
    if product(name).is_none() || !(1..=9).contains(&quantity) {
        return Page::html(
            400,
            "Not added",
            "<h1>Not added</h1><p>Choose a product and a quantity from 1 to 9.</p>",
        );
    }
    let mut lines = basket_lines(request);
    match lines.iter_mut().find(|(found, _)| found == name) {
        Some((_, count)) => *count += quantity,
        None => lines.push((name.to_owned(), quantity)),
    }
    let written: Vec<String> = lines
        .iter()
        .map(|(name, count)| format!("{name}.{count}"))
        .collect();
    Page::html(303, "Added", "<h1>Added</h1>")
        .with("Location", "/basket")
        .with(
            "Set-Cookie",
            format!("basket={}; Path=/; SameSite=Lax", written.join("-")),
        )
}

fn basket(request: &RequestRecord) -> Page {
    let lines = basket_lines(request);
    let mut total = 0;
    let rows: String = lines
        .iter()
        .filter_map(|(name, count)| {
            let (_, title, pence, ..) = product(name)?;
            total += pence * count;
            let sum = price(pence * count);
            Some(format!(
                "<tr><td>{title}</td><td>{count}</td><td>{sum}</td></tr>"
            ))
        })
        .collect();
    let content = if rows.is_empty() {
        "<h1>Your basket</h1><p>It is empty.</p>".to_owned()
    } else {
        format!(
            "<h1>Your basket</h1><table><thead><tr><th>Product</th><th>Quantity</th><th>Price</th></tr></thead>\
             <tbody>{rows}</tbody><tfoot><tr><td>Total</td><td></td><td>{}</td></tr></tfoot></table>",
            price(total)
        )
    };
    Page::html(200, "Your basket", &content)
}

fn basket_lines(request: &RequestRecord) -> Vec<(String, u32)> {
    let cookies = request.headers.values("cookie").join("; ");
    let mut cookies = cookies.split(';').map(str::trim);
    let basket = cookies.find_map(|cookie| cookie.strip_prefix("basket="));
    let lines = basket.unwrap_or_default().split('-');
    lines
        .filter_map(|line| {
            let (name, count) = line.split_once('.')?;
            Some((
                product(name)?.0.to_owned(),
                count.parse().ok().filter(|count| *count < 1000)?,
            ))
        })
        .collect()
}

fn stock(request: &RequestRecord) -> Page {
    let wanted = request.querystring.strip_prefix("product=");
    let listed = PRODUCTS
        .iter()
        .filter(|one| wanted.is_none_or(|name| name == one.0));
    let listed: Vec<_> = listed
        .map(|(name, title, ..)| json!({ "product": name, "title": title, "in_stock": name.len() * 3 }))
        .collect();
    Page::json(&json!({ "stock": listed }))
}

/// The API that pages of other origins may read, with a preflight for the header that the shop's
/// page sends.
fn reviews(request: &RequestRecord, method: &str) -> Page {
    let page = if method == "OPTIONS" {
        Page {
            status: 204,
            ..Page::json(&json!(null))
        }
        .with("Access-Control-Allow-Methods", "GET")
        .with("Access-Control-Allow-Headers", "X-Shop-Client")
    } else {
        Page::json(&json!({ "reviews": [
            { "product": "kettle", "stars": 5, "text": "Whistles as promised." },
            { "product": "boots", "stars": 4, "text": "Dry feet since March." },
        ] }))
    };
    let origin = request.headers.values("origin").join("");
    let allowed = if origin.is_empty() {
        "*".to_owned()
    } else {
        origin
    };
    let page = if allowed == "*" {
        page
    } else {
        page.with("Access-Control-Allow-Credentials", "true")
    };
    page.with("Access-Control-Allow-Origin", allowed)
        .with("Vary", "Origin")
}

fn price(pence: u32) -> String {
    format!("£{}.{:02}", pence / 100, pence % 100)
}
