//! Prints a story, for finding out what went wrong in it.

use super::cloudfront::Before;
use super::estate::{BEHAVIORS, DISTRIBUTIONS, Handing, NAMES, Of, Resource, Site, What};
use super::script::{Script, Step};

impl Script {
    pub(super) fn in_words(&self) -> String {
        let mut lines = vec![format!(
            "seed {}, replicas linger for {} s",
            self.seed, self.linger
        )];
        for (id, before) in DISTRIBUTIONS.iter().zip(&self.before) {
            if *before != [Before::Absent; 3] {
                lines.push(format!("{id} before: {before:?}"));
            }
        }
        match self.old {
            Some(Some((one, other))) => lines.push(format!(
                "after step 1 nobody has a claim, and {other} has all behaviors of {one} but the first"
            )),
            Some(None) => lines.push("after step 1 nobody has a claim".to_owned()),
            None => {}
        }
        for (index, step) in self.steps.iter().enumerate() {
            lines.push(format!("step {}: {}", index + 1, step.in_words()));
            for (address, resource) in &step.estate {
                lines.push(format!("    {address}: {}", resource.in_words()));
            }
        }
        lines.join("\n")
    }
}

impl Step {
    fn in_words(&self) -> String {
        let mut words = format!(
            "apply of state {:?}, {} at once",
            self.states, self.options.parallelism
        );
        if let Some(address) = self.options.replace {
            words += &format!(", -replace={address}");
        }
        if let Some(address) = self.options.taint {
            words += &format!(", after `terraform taint {address}`");
        }
        if self.options.destroy {
            words += ", `terraform destroy`";
        }
        for (from, to) in &self.moved {
            words += &format!(", moved from {from} to {to}");
        }
        for address in &self.forgotten {
            words += &format!(", removed {address} without destroying it");
        }
        for fault in &self.faults {
            words += &format!(", at call {} {:?}", fault.at, fault.what);
        }
        words
    }
}

impl Resource {
    fn in_words(&self) -> String {
        let what = match &self.what {
            What::Integration {
                name,
                memory_size,
                site,
                adopt_function,
                on_destroy,
            } => {
                let mut words = format!("{} with {memory_size} MB", NAMES[*name]);
                words += &site.as_ref().map_or(", emit mode".to_owned(), |site| {
                    format!(" in {}", site.in_words())
                });
                if *adopt_function {
                    words += ", adopt_existing_function";
                }
                if *on_destroy != "best_effort" {
                    words += &format!(", on_destroy = {on_destroy}");
                }
                words
            }
            What::Association { of, site } => {
                let of = match of {
                    Of::Reference(address) => format!("the version of {address}"),
                    Of::Literal(name) => format!("{}:1", NAMES[*name]),
                };
                format!("{of} in {}", site.in_words())
            }
        };
        let state = if self.state == 0 {
            String::new()
        } else {
            format!(", state {}", self.state)
        };
        let alias = if self.alias == 0 {
            String::new()
        } else {
            format!(", provider block {}", self.alias)
        };
        let first = if self.create_before_destroy {
            ", create_before_destroy"
        } else {
            ""
        };
        let handing = self.hand_over_from.iter().map(|handing| match handing {
            Handing::Function(address) => format!(", hand_over_from {address}"),
            Handing::Name(name) => format!(", hand_over_from {}", NAMES[*name]),
            Handing::Pair(distribution, name) => {
                format!(
                    ", hand_over_from {},{}",
                    DISTRIBUTIONS[*distribution], NAMES[*name]
                )
            }
        });
        let handing: String = handing.collect();
        format!("{what}{handing}{state}{alias}{first}")
    }
}

impl Site {
    fn in_words(&self) -> String {
        let names: Vec<&str> = self
            .behaviors
            .iter()
            .map(|index| BEHAVIORS[*index])
            .collect();
        let names = if names.is_empty() {
            "all behaviors".to_owned()
        } else {
            names.join(", ")
        };
        let adopt = if self.adopt { ", adopt_existing" } else { "" };
        format!("{} on {names}{adopt}", DISTRIBUTIONS[self.distribution])
    }
}
