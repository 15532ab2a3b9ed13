//! The program: `swanlab-render`. Everything it knows stands in the library; this only starts it.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
