//! [`serve_from_args`]: the whole `main` of a provider.

use std::process::ExitCode;

use crate::goplugin::{ServeOptions, serve};
use crate::provider::Provider;
use crate::serve_error::ServeError;

/// The futures of a call nest so deep in some clients (those of AWS, for one) that a build without
/// optimization needs more than tokio's 2 MiB. Pages that are not touched cost nothing.
const STACK_BYTES: usize = 16 << 20;

/// What the arguments of the process ask for.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Serve { debug: bool },
    Version,
    Unknown(String),
}

/// Serves the provider as the arguments of the process say: to the Terraform that started it, or
/// with `-debug` to a debugger. `-version` prints the version. Errors go to stderr.
///
/// `address` is where a registry lists the provider. The result is what `main` returns:
///
/// ```no_run
/// # use tfplugin::*;
/// # struct Acme;
/// # impl Provider for Acme {
/// #     type Configuration = ();
/// #     type Client = ();
/// #     const NAME: &'static str = "acme";
/// #     async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> { Ok(()) }
/// #     fn register(&self, _: &mut Registry<()>) {}
/// # }
/// fn main() -> std::process::ExitCode {
///     let address = "registry.terraform.io/example/acme";
///     tfplugin::serve_from_args(Acme, address, env!("CARGO_PKG_VERSION"))
/// }
/// ```
///
/// It makes a runtime of tokio with several threads, and 16 MiB of stack for each. If you want
/// another one, or your own arguments, call [`serve`].
pub fn serve_from_args<P: Provider>(
    provider: P,
    address: impl Into<String>,
    version: impl Into<String>,
) -> ExitCode {
    let version = version.into();
    let name = format!("terraform-provider-{}", P::NAME);
    let debug = match wish(std::env::args().skip(1)) {
        Wish::Serve { debug } => debug,
        Wish::Version => {
            println!("{name} {version}");
            return ExitCode::SUCCESS;
        }
        Wish::Unknown(argument) => {
            eprintln!(
                "{name}: unknown argument {argument}; use -debug or -version. Terraform starts \
                 this program by itself"
            );
            return ExitCode::FAILURE;
        }
    };
    let options = ServeOptions::new(address, version).debug(debug);
    match run(provider, options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run<P: Provider>(provider: P, options: ServeOptions) -> Result<(), ServeError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(ServeError::io("cannot start the asynchronous runtime"))?
        .block_on(serve(provider, options))
}

fn wish(arguments: impl IntoIterator<Item = String>) -> Wish {
    let mut debug = false;
    for argument in arguments {
        match argument.as_str() {
            "-debug" | "--debug" => debug = true,
            "-version" | "--version" => return Wish::Version,
            _ => return Wish::Unknown(argument),
        }
    }
    Wish::Serve { debug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_say_what_is_wanted() {
        let of = |arguments: &[&str]| wish(arguments.iter().map(|&argument| argument.to_owned()));
        assert_eq!(of(&[]), Wish::Serve { debug: false });
        assert_eq!(of(&["-debug"]), Wish::Serve { debug: true });
        assert_eq!(of(&["--debug"]), Wish::Serve { debug: true });
        assert_eq!(of(&["-debug", "-version"]), Wish::Version);
        assert_eq!(of(&["-help"]), Wish::Unknown("-help".to_owned()));
    }
}
