//! A browser and a lab: what a story starts with.

mod browser;
mod chromedriver;
mod look;
mod stage;
mod vendor;

pub(crate) use browser::Browser;
pub(crate) use look::Look;
pub(crate) use stage::Stage;
