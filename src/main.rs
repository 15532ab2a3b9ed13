//! The program `swanlab-render`. Its rules are in the library; this only starts it.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
