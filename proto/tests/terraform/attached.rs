//! [`Attached`]: an example provider as if in a debugger.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::example::example_binary;

/// A provider that was started by hand. It ends also when the test fails.
pub(crate) struct Attached {
    process: Child,
    /// Nobody reads on, but closed it would be an error of the provider.
    stdout: BufReader<ChildStdout>,
    value: String,
}

impl Attached {
    /// Starts that example and reads what it tells a person to do.
    pub(crate) fn start(example: &str) -> Self {
        let mut process = Command::new(example_binary(example))
            .arg("-debug")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let stdout = process.stdout.take().expect("it is piped");
        let mut provider = Self {
            process,
            stdout: BufReader::new(stdout),
            value: String::new(),
        };
        provider.value = provider
            .stdout
            .by_ref()
            .lines()
            .map(|line| line.expect("it is text"))
            .find_map(|line| {
                let value = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='")?;
                Some(value.trim_end_matches('\'').to_owned())
            })
            .expect("it says how to attach");
        provider
    }

    /// What attaches a Terraform to it.
    pub(crate) fn variable(&self) -> [(&str, &str); 1] {
        [("TF_REATTACH_PROVIDERS", &self.value)]
    }

    pub(crate) fn ends_when_interrupted(mut self) {
        let interrupted = Command::new("kill")
            .args(["-INT", &self.process.id().to_string()])
            .status();
        assert!(interrupted.expect("kill is everywhere").success());
        assert!(self.process.wait().expect("it was started").success());
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // It may have ended already, as it should.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
