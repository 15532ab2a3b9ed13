//! `completions` and `man`: what shells and man read, from the declarations of the arguments.

use clap::CommandFactory as _;

use super::args::{Arguments, Completions};
use super::streams::Streams;

pub(super) fn completions(command: &Completions, streams: &mut Streams) {
    let mut script = Vec::new();
    clap_complete::generate(
        command.shell,
        &mut Arguments::command(),
        env!("CARGO_BIN_NAME"),
        &mut script,
    );
    *streams.output() += &String::from_utf8_lossy(&script);
}

/// One page: the program, and after it every command.
pub(super) fn man(streams: &mut Streams) -> anyhow::Result<()> {
    let mut page = Vec::new();
    let program = Arguments::all();
    clap_mangen::Man::new(program.clone()).render(&mut page)?;
    for command in program.get_subcommands().filter(|c| !c.is_hide_set()) {
        let man = clap_mangen::Man::new(command.clone());
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        if command.get_after_help().is_some() {
            man.render_extra_section(&mut page)?;
        }
    }
    *streams.output() += &String::from_utf8_lossy(&page);
    Ok(())
}
