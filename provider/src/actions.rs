//! Actions (Terraform 1.14 and later): what is done at once, without a change of the resources.

mod detach;
mod smoke_test;

pub(crate) use detach::Detach;
pub(crate) use smoke_test::SmokeTest;
