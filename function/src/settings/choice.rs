//! A setting with a closed list of strings.

use thiserror::Error;

/// A string that is not on a setting's list.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected one of {}", .allowed.join(", "))]
pub struct UnknownChoice {
    /// The strings that are accepted, in documentation order.
    pub allowed: &'static [&'static str],
}

/// Declares an enum together with its strings: `ALL`, `TEXTS`, `as_str`, `Display` and `FromStr`
/// cannot disagree.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value, in documentation order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// The text of every value, in the same order.
            pub const TEXTS: &'static [&'static str] = &[$($text,)+];

            /// The text used in configuration files and in Terraform.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = crate::settings::UnknownChoice;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(crate::settings::UnknownChoice { allowed: Self::TEXTS }),
                }
            }
        }
    };
}

pub(super) use choice;
