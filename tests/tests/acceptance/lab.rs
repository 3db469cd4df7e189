//! The lab as its user meets it: the built program, its two ports, and what they answer.

mod browser;
mod instances;
mod load;
mod package;
mod proxying;
mod running;
mod settings;
mod starting;
mod visitors;
